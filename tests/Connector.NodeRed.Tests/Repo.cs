using System.Reflection;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>Where things lie in the repository.</summary>
internal static class Repo
{
    public static string Root { get; } = typeof(Repo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "RepoRoot").Value!;

    public static string Package { get; } = Path.Combine(Root, "src", "Connector.Hosts.NodeRed");

    public static string Node { get; } = Path.Combine(Root, "tests", "Connector.NodeRed.Tests", "node");
}
