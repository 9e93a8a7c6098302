namespace CustomerIo.Connector.Testing;

/// <summary>Where the sources of this build lie.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A file of the vendor's published API descriptions, or null where that folder is not at hand.</summary>
    public static string? VendorFile(string name)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "spec", name));
        return File.Exists(path) ? path : null;
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Connector.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the tests holds Connector.sln.");
    }
}
