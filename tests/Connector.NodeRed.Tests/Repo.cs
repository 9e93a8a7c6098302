namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>Where the package and its tests' files lie.</summary>
internal static class Repo
{
    public static string Package { get; } = Path.Combine(Repository.Root, "src", "Connector.Hosts.NodeRed");

    public static string Node { get; } = Path.Combine(Repository.Root, "tests", "Connector.NodeRed.Tests", "node");

    /// <summary>The names of the package's example flows.</summary>
    public static string[] Examples { get; } =
    [.. Directory.GetFiles(Path.Combine(Package, "examples"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!)];
}
