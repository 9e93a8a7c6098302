using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The tools that work with files of the runner's machine: an import, one run of a sync, and a poll that remembers a segment's members.</summary>
internal static class JobTools
{
    public const string Import = "run-import",
        SegmentPoll = "run-segment-poll";

    /// <summary>The job of a name; null when there is none.</summary>
    public static ActionManifest? Find(Catalogue catalogue, string name) =>
        name.StartsWith("run-", StringComparison.Ordinal) ? catalogue.Jobs.FirstOrDefault(j => j.Id == name) : null;
}
