using CustomerIo.Connector.Hub.OpenApi;
using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Codegen;

/// <summary>Every file of the repository that is derived from the manifest, wholly or in its tables; a test compares them.</summary>
public static class DerivedFiles
{
    private static readonly (string Path, Func<string, Catalogue, string> Make)[] s_pages =
    [
        ("docs/events.md", ProfilesMarkdown.Of),
        ("docs/sync.md", FileKeysMarkdown.Of),
        ($"{NodeRedFiles.Folder}/package.json", NodeRedFiles.Described),
        ($"{N8nFiles.Folder}/package.json", N8nFiles.Described),
        ($"{N8nFiles.Folder}/{N8nFiles.CredentialFile}", N8nFiles.Credential),
    ];

    /// <summary>Makes the files.</summary>
    /// <param name="catalogue">The actions and the connection.</param>
    /// <param name="root">The repository, whose pages hold what stands around their tables.</param>
    /// <returns>Paths relative to the repository, and what they should hold.</returns>
    public static IEnumerable<(string Path, string Content)> All(Catalogue catalogue, string root) =>
        [
            ("docs/actions.md", ActionsMarkdown.Of(catalogue)),
            (FacadeCode.File, FacadeCode.Of(catalogue)),
            (ServerJson.File, ServerJson.Of(catalogue)),
            (BundleJson.File, BundleJson.Of(catalogue)),
            .. catalogue.Triggers.Select(t => ("docs/reporting-events.md", ReportingEventsMarkdown.Of(t))),
            .. s_pages
                .Select(p => (p.Path, p.Make, File: Path.Combine(root, p.Path)))
                .Where(p => File.Exists(p.File))
                .Select(p => (p.Path, p.Make(File.ReadAllText(p.File), catalogue))),
            .. NodeRedFiles.Generate(catalogue).Select(f => ($"{NodeRedFiles.Folder}/{f.Path}", f.Content)),
            .. N8nFiles.Generate(catalogue).Select(f => ($"{N8nFiles.Folder}/{f.Path}", f.Content)),
            .. PowerPlatformFiles.Generate(catalogue).Select(f => ($"{PowerPlatformFiles.Folder}/{f.Path}", f.Content)),
        ];
}
