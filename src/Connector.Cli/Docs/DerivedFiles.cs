using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Cli.Docs;

/// <summary>Every file of the repository that is derived from the manifest; a test compares them.</summary>
internal static class DerivedFiles
{
    /// <returns>Paths relative to the repository, and what they should hold.</returns>
    public static IEnumerable<(string Path, string Content)> All(Catalogue catalogue) => [("docs/actions.md", ActionsMarkdown.Of(catalogue))];
}
