using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Codegen;

/// <summary>Every file of the repository that is derived from the manifest; a test compares them.</summary>
public static class DerivedFiles
{
    /// <summary>Makes the files.</summary>
    /// <param name="catalogue">The actions and the connection.</param>
    /// <returns>Paths relative to the repository, and what they should hold.</returns>
    public static IEnumerable<(string Path, string Content)> All(Catalogue catalogue) =>
        [
            ("docs/actions.md", ActionsMarkdown.Of(catalogue)),
            .. catalogue.Triggers.Select(t => ("docs/reporting-events.md", ReportingEventsMarkdown.Of(t))),
            .. NodeRedFiles.Generate(catalogue).Select(f => ($"{NodeRedFiles.Folder}/{f.Path}", f.Content)),
        ];
}
