using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Codegen;

/// <summary>Every file of the repository that is derived from the manifest, wholly or in its tables; a test compares them.</summary>
public static class DerivedFiles
{
    private static readonly string[] s_pages = ["docs/sync.md"];

    /// <summary>Makes the files.</summary>
    /// <param name="catalogue">The actions and the connection.</param>
    /// <param name="root">The repository, whose pages hold what stands around their tables.</param>
    /// <returns>Paths relative to the repository, and what they should hold.</returns>
    public static IEnumerable<(string Path, string Content)> All(Catalogue catalogue, string root) =>
        [
            ("docs/actions.md", ActionsMarkdown.Of(catalogue)),
            .. catalogue.Triggers.Select(t => ("docs/reporting-events.md", ReportingEventsMarkdown.Of(t))),
            .. s_pages.Where(p => File.Exists(Path.Combine(root, p))).Select(p => (p, FileKeysMarkdown.Of(File.ReadAllText(Path.Combine(root, p)), catalogue))),
            .. NodeRedFiles.Generate(catalogue).Select(f => ($"{NodeRedFiles.Folder}/{f.Path}", f.Content)),
        ];
}
