using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The tools that move whole tables: an import, and one run of a sync. Their files are those of the machine that the runner is on.</summary>
internal static class JobTools
{
    public const string Import = "run-import";

    /// <summary>The job of a name; null when there is none.</summary>
    public static ActionManifest? Find(Catalogue catalogue, string name) =>
        name.StartsWith("run-", StringComparison.Ordinal) ? catalogue.Jobs.FirstOrDefault(j => j.Id == name) : null;
}
