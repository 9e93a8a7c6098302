using CustomerIo.Connector.Actions.Segments;
using CustomerIo.Connector.Pipelines.Export;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>Makes the ids that a query returns the members of a manual segment: who is missing and known is added, who is too much removed.</summary>
internal sealed class SegmentSync(SyncFile file, CustomerIoConnector connector, Connection connection, SyncReport report, TimeProvider time, SyncLock? held)
{
    /// <exception cref="ConnectorException"><see cref="FailureKind.Rejected"/>: more members would be removed than the sync allows; nothing was
    /// written.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        var comparer = file.IdType == "email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var wanted = await WantedAsync(comparer, ct).ConfigureAwait(false);
        var number = await new Segments(connector, connection).NumberAsync(file.Segment!, SegmentUse.Manual, ct).ConfigureAwait(false);
        var (remove, members) = (new List<string>(), 0L);
        await foreach (
            var page in new ExportReader(connector, connection, null, time)
                .PagesAsync("list-segment-members", new JObject { ["segment"] = number }, "identifiers", 30_000, ct)
                .ConfigureAwait(false)
        )
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

        if (report.Plan is { } plan)
        {
            plan.Guard(Check);
        }
        else
        {
            Check();
        }

        void Check() => Planner.CheckShare(remove.Count, members, file.MaxDeleted, "remove", "members from the segment");

        report.Read += members;
        var missing = await MissingAsync(wanted, ct).ConfigureAwait(false);
        if (missing.Count > 0)
        {
            var all = wanted.Count + report.Skipped;
            report.Note(
                $"{missing.Count} of {all} {(missing.Count == 1 ? "is" : "are")} not known to Customer.io, so "
                    + $"{(missing.Count == 1 ? "it is" : "they are")} no {(missing.Count == 1 ? "member" : "members")}."
            );
            wanted.ExceptWith(missing);
        }

        await ChangeAsync("add-to-segment", number, file.IdType, [.. wanted], ct).ConfigureAwait(false);
        report.Pushed += wanted.Count;
        report.Skipped += missing.Count;
        await ChangeAsync("remove-from-segment", number, "cio_id", remove, ct).ConfigureAwait(false);
        report.Deleted += remove.Count;
    }

    private async Task<HashSet<string>> WantedAsync(StringComparer comparer, CancellationToken ct)
    {
        var ids = new HashSet<string>(comparer);
        await using var query = ReadOnlyQuery.Open(file.Database, file.Query!);
        while (await query.ReadAsync(ct).ConfigureAwait(false))
        {
            try
            {
                if (query.Text(0) is { Length: > 0 } id)
                {
                    ids.Add(id);
                }
            }
            catch (FormatException e)
            {
                report.Fail($"{query.Columns[0]} {e.Message}");
            }
        }

        report.Read += ids.Count;

        // One that nobody can have would fail all the others with it.
        foreach (var id in ids.ToArray())
        {
            if (TableSide.WrongKey(id, file.IdType, connection.AllowPlaceholderIds) is { } problem && ids.Remove(id))
            {
                report.Fail($"{PeopleSync.Named(id)}: {problem}");
            }
        }

        return ids;
    }

    // Customer.io passes over whom it does not know, and says nothing.
    private async Task<List<string>> MissingAsync(HashSet<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var found = await connector
            .RunAsync("get-people", new JObject { ["ids"] = new JArray(ids), ["idType"] = file.IdType }, connection, null, ct)
            .ConfigureAwait(false);
        return [.. (found.Data["missing"] as JArray ?? []).Select(id => (string)id!)];
    }

    private async Task ChangeAsync(string action, string segment, string idType, List<string> ids, CancellationToken ct)
    {
        if (report.Plan is { } plan)
        {
            ids.ForEach(id => plan.Note("customerIo", action == "add-to-segment" ? "add" : "remove", id));
        }
        else if (ids.Count > 0)
        {
            await connector
                .RunAsync(
                    action,
                    new JObject
                    {
                        ["segment"] = segment,
                        ["idType"] = idType,
                        ["ids"] = new JArray(ids),
                    },
                    connection,
                    new RunOptions { BeforeAttempt = held is null ? null : held.Prove },
                    ct
                )
                .ConfigureAwait(false);
        }
    }
}
