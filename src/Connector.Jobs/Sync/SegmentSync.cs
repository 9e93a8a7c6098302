using CustomerIo.Connector.Jobs.Export;
using CustomerIo.Connector.Jobs.Tables;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Jobs.Sync;

/// <summary>Makes the ids that a query returns the members of a manual segment: what is missing is added, what is too much removed, in as few requests as can be.</summary>
internal sealed class SegmentSync(SyncFile file, CustomerIoConnector connector, Connection connection, SyncReport report, TimeProvider time)
{
    /// <exception cref="ConnectorException"><see cref="FailureKind.Rejected"/>: more members would be removed than the sync allows; nothing was written.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        var comparer = file.IdType == "email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var wanted = Wanted(comparer);
        var number = await new Segments(connector, connection).NumberAsync(file.Segment!, ct).ConfigureAwait(false);
        var (remove, members) = (new List<string>(), 0L);
        await foreach (var page in new ExportReader(connector, connection, null, time).PagesAsync("list-segment-members", new JObject { ["segment"] = number }, "identifiers", 30_000, ct).ConfigureAwait(false))
        {
            foreach (var member in page)
            {
                members++;
                if ((string?)member[file.IdType] is not { Length: > 0 } id || !wanted.Remove(id))
                {
                    // By what every member has: one without an identifier of this type has to go, too.
                    remove.Add((string)member["cio_id"]!);
                }
                else
                {
                    report.Skipped++;
                }
            }
        }

        Planner.CheckShare(remove.Count, members, file.MostDeleted, "remove from the segment");
        report.Read += members;
        await ChangeAsync("add-to-segment", number, file.IdType, [.. wanted], ct).ConfigureAwait(false);
        report.Pushed += wanted.Count;
        await ChangeAsync("remove-from-segment", number, "cio_id", remove, ct).ConfigureAwait(false);
        report.Deleted += remove.Count;
    }

    private HashSet<string> Wanted(StringComparer comparer)
    {
        using var connection = file.Database.Open();
        try
        {
            var ids = connection.Query(r => r.IsDBNull(0) ? "" : Convert.ToString(r.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!, file.Query!).Where(id => id.Length > 0).ToHashSet(comparer);
            report.Read += ids.Count;
            return ids;
        }
        catch (System.Data.Common.DbException e)
        {
            throw new ConnectorException(FailureKind.Input, $"The query of the sync {file.Name} failed: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private async Task ChangeAsync(string action, string segment, string idType, List<string> ids, CancellationToken ct)
    {
        if (ids.Count > 0)
        {
            await connector.RunAsync(action, new JObject { ["segment"] = segment, ["idType"] = idType, ["ids"] = new JArray(ids) }, connection, null, ct).ConfigureAwait(false);
        }
    }
}
