namespace CustomerIo.Connector.Cli.Up;

/// <summary>Folders that travel inside the tool.</summary>
internal static class EmbeddedFolder
{
    /// <summary>The list of packages to install, and exactly which.</summary>
    public const string Install = "node-red-install/";

    /// <summary>How Node-RED is started, and its settings.</summary>
    public const string Start = "node-red-start/";

    /// <summary>The connector's own Node-RED package.</summary>
    public const string Package = "node-red-package/";

    public static void CopyTo(string prefix, string folder)
    {
        var assembly = typeof(EmbeddedFolder).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var file = Path.Combine(folder, name[prefix.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using var source = assembly.GetManifestResourceStream(name)!;
            using var target = File.Create(file);
            source.CopyTo(target);
        }
    }

    public static string Text(string name)
    {
        using var reader = new StreamReader(
            typeof(EmbeddedFolder).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is missing from the build.")
        );
        return reader.ReadToEnd();
    }
}
