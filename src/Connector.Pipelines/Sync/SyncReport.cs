using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>What one run of a sync did.</summary>
internal sealed class SyncReport(string name)
{
    private const int MaxProblems = 5;
    private readonly List<string> _problems = [];

    public string Name => name;

    /// <summary>What would be done, where nothing is to be written; null for a run that writes.</summary>
    public SyncPlan? Plan { get; init; }

    /// <summary>Rows, people or ids that were looked at.</summary>
    public long Read { get; set; }

    /// <summary>People written, or members added.</summary>
    public long Pushed { get; set; }

    /// <summary>Rows written.</summary>
    public long Pulled { get; set; }

    /// <summary>People, rows or members taken away.</summary>
    public long Deleted { get; set; }

    /// <summary>Looked at and left as they were.</summary>
    public long Skipped { get; set; }

    public long Failed { get; private set; }

    /// <summary>Attributes that both sides had changed.</summary>
    public long Conflicts { get; set; }

    /// <summary>The first failures and notes.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public void Fail(string problem)
    {
        Failed++;
        Note(problem);
    }

    /// <summary>Tells something that is no failure of the run.</summary>
    public void Note(string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(problem);
        }
    }

    public JObject ToJson() =>
        new()
        {
            ["sync"] = name,
            ["read"] = Read,
            ["written"] = Pushed + Pulled,
            ["pushed"] = Pushed,
            ["pulled"] = Pulled,
            ["deleted"] = Deleted,
            ["skipped"] = Skipped,
            ["failed"] = Failed,
            ["conflicts"] = Conflicts,
            ["problems"] = new JArray(_problems),
        };

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {Read} read, {Pushed + Pulled} written ({Pushed} to Customer.io, {Pulled} to the table), {Deleted} deleted, {Skipped} skipped, "
                + $"{Failed} failed, {Conflicts} {(Conflicts == 1 ? "conflict" : "conflicts")}."
        );
}
