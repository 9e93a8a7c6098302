using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Jobs.Sync;

/// <summary>Keeps the rows of a table and people the same, a page of rows at a time.</summary>
/// <remarks>People are written first, then rows, then what both agree on: a run that is killed in between finds both sides equal the next time.</remarks>
internal sealed class PeopleSync(SyncFile file, TableSide table, WorkspaceSide workspace, SyncState state, SyncReport report)
{
    private const int Page = 500;
    private string? _tableCursor;

    public async Task RunAsync(CancellationToken ct)
    {
        var first = state.Cursor(WorkspaceSide.Changes) is null;
        var changes = file.Direction == Direction.Push ? new([], [], []) : await workspace.ChangesAsync(state, ct).ConfigureAwait(false);
        var (goneRows, gonePeople) = Gone(changes);
        var gone = goneRows.Concat(gonePeople).ToHashSet(StringComparer.Ordinal);
        var handled = new HashSet<string>(StringComparer.Ordinal);
        _tableCursor = state.Cursor("table");
        foreach (var page in table.Changed(_tableCursor))
        {
            ct.ThrowIfCancellationRequested();
            var rows = page.Where(r => !gone.Contains(r.Key)).ToArray();
            handled.UnionWith(rows.Select(r => r.Key));
            await HandleAsync([.. rows.Select(r => r.Key)], rows, changes, ct).ConfigureAwait(false);
            _tableCursor = page[^1].Cursor ?? _tableCursor;
        }

        foreach (var keys in changes.People.Keys.Concat(state.Keys(onlyRetry: true)).Where(k => !handled.Contains(k) && !gone.Contains(k)).Distinct().Chunk(Page))
        {
            await HandleAsync(keys, table.Find(keys), changes, ct).ConfigureAwait(false);
        }

        if (first && file.InsertRows && file.Direction != Direction.Push)
        {
            await foreach (var page in workspace.EverybodyAsync(ct).ConfigureAwait(false))
            {
                foreach (var keys in page.Where(k => !handled.Contains(k)).Chunk(Page))
                {
                    await HandleAsync(keys, table.Find(keys), changes, ct).ConfigureAwait(false);
                }
            }
        }

        await DeleteAsync(goneRows, gonePeople, ct).ConfigureAwait(false);
        state.KeepCursors([.. changes.Cursors, ("table", file.Updated is null ? null : _tableCursor)]);
    }

    /// <summary>The keys whose rows or people are gone, where that has a consequence; more of them than allowed stop the run.</summary>
    private (List<string> Rows, List<string> People) Gone(WorkspaceChanges changes)
    {
        var known = file.DeletePeople || changes.Deleted.Count > 0 ? state.Keys() : [];
        var rows = file.DeletePeople ? known.Except(table.Keys(), StringComparer.Ordinal).ToList() : [];
        var people = changes.Deleted.Count == 0 ? [] : state.KeysOf(changes.Deleted).Values.Except(rows, StringComparer.Ordinal).Where(k => !changes.People.ContainsKey(k)).ToList();
        Planner.CheckShare(rows.Count, known.Count, file.MostDeleted, "delete the people of");
        if (!file.DeleteRows)
        {
            // Somebody who is gone has agreed on nothing: should the row change, the whole person is written again.
            state.Forget(people);
            return (rows, []);
        }

        Planner.CheckShare(people.Count, known.Count, file.MostDeleted, "delete the rows of");
        return (rows, people);
    }

    private async Task HandleAsync(string[] keys, IReadOnlyList<TableRow> rows, WorkspaceChanges changes, CancellationToken ct)
    {
        report.Read += keys.Length;
        var agreed = state.Find(keys);
        var byKey = rows.ToDictionary(r => r.Key, StringComparer.Ordinal);
        string[] look = file.Direction == Direction.Push ? [] : [.. keys.Where(k => byKey.GetValueOrDefault(k)?.Problem is null).Where(k => !agreed.TryGetValue(k, out var a) || a.Retry || changes.People.ContainsKey(k))];
        var people = await workspace.PeopleAsync(look, changes, ct).ConfigureAwait(false);
        var looked = look.ToHashSet(StringComparer.Ordinal);
        var (push, pull, keep) = (new List<(string, JObject)>(), new List<RowChange>(), new Dictionary<string, Agreed>(StringComparer.Ordinal));
        foreach (var key in keys)
        {
            var (row, person) = (byKey.GetValueOrDefault(key), people.GetValueOrDefault(key));
            if (row?.Problem is { } problem)
            {
                report.Fail($"{Named(key)}: {problem}");
                keep[key] = new Agreed(null, agreed.GetValueOrDefault(key)?.Values ?? [], true);
                continue;
            }

            if (person is null && (row is null || (file.Direction == Direction.Pull && looked.Contains(key))) || (row is null && !file.InsertRows))
            {
                report.Skipped++;
                continue;
            }

            var (pushed, pulled, values) = Plan(row, person, looked.Contains(key), agreed.GetValueOrDefault(key));

            // A new row makes a person even if it has no values yet.
            var isNew = person is null && (looked.Contains(key) || !agreed.ContainsKey(key));
            if (pushed.Count > 0 || isNew)
            {
                push.Add((key, pushed));
            }

            if (pulled.Count > 0 || row is null)
            {
                pull.Add(new RowChange(key, pulled, row));
            }

            if (pushed.Count == 0 && pulled.Count == 0 && row is not null && !isNew)
            {
                report.Skipped++;
            }

            keep[key] = new Agreed(person?.CioId, values, false);
        }

        await ApplyAsync(push, pull, keep, agreed, ct).ConfigureAwait(false);
    }

    private (JObject Push, Dictionary<string, string> Pull, JObject Agreed) Plan(TableRow? row, WorkspacePerson? person, bool looked, Agreed? agreed)
    {
        var (push, pull, values) = (new JObject(), new Dictionary<string, string>(StringComparer.Ordinal), new JObject());
        foreach (var attribute in file.Attributes)
        {
            // Somebody who is not there, or not any more, has agreed on nothing.
            var before = looked && person is null ? null : (string?)agreed?.Values[attribute.Name];
            var theirs = person?.Values[attribute.Name] ?? new SideValue(looked ? "" : before ?? "", null);
            var ours = row is null ? new SideValue(before ?? "", null) : new SideValue(row.Values[attribute.Name].Text, row.Changed);
            var plan = Planner.Plan(before, ours, theirs, attribute.Winner, file.Direction);
            report.Conflicts += plan.IsConflict ? 1 : 0;
            values[attribute.Name] = plan.Agreed;
            if (plan.Decision == Decision.Push)
            {
                push[attribute.Name] = row!.Values[attribute.Name].Value;
            }
            else if (plan.Decision == Decision.Pull)
            {
                pull[attribute.Name] = plan.Agreed;
            }
        }

        return (push, pull, values);
    }

    private async Task ApplyAsync(
        List<(string Key, JObject Attributes)> push, List<RowChange> pull, Dictionary<string, Agreed> keep, Dictionary<string, Agreed> agreed, CancellationToken ct)
    {
        var refused = await workspace.WriteAsync(push, ct).ConfigureAwait(false);
        foreach (var (key, message) in refused)
        {
            report.Fail($"{Named(key)}: Customer.io: {message}");
            keep[key] = new Agreed(keep[key].CioId, agreed.GetValueOrDefault(key)?.Values ?? [], true);
        }

        report.Pushed += push.Count - refused.Count;
        var left = table.Write(pull);
        foreach (var (key, message) in left)
        {
            if (message is null)
            {
                report.Skipped++;
            }
            else
            {
                report.Fail($"{Named(key)}: {message}");
            }

            keep[key] = new Agreed(keep[key].CioId, agreed.GetValueOrDefault(key)?.Values ?? [], true);
        }

        report.Pulled += pull.Count - left.Count;
        state.Keep(keep);
    }

    private async Task DeleteAsync(List<string> goneRows, List<string> gonePeople, CancellationToken ct)
    {
        foreach (var keys in goneRows.Chunk(Page))
        {
            var refused = await workspace.DeleteAsync(keys, ct).ConfigureAwait(false);
            foreach (var (key, message) in refused)
            {
                report.Fail($"{Named(key)}: Customer.io: {message}");
            }

            state.Forget(keys.Where(k => !refused.ContainsKey(k)));
            report.Deleted += keys.Length - refused.Count;
        }

        table.Delete(gonePeople);
        state.Forget(gonePeople);
        report.Deleted += gonePeople.Count;
    }

    // An e-mail address is nobody's to read in a log.
    private static string Named(string key) => key.Contains('@') ? "A row" : $"The row {Api.Mask.Head(key, 150)}";
}
