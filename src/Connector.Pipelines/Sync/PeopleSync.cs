using System.Globalization;
using System.Runtime.ExceptionServices;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>Keeps the rows of a table and people the same, a page of rows at a time.</summary>
/// <remarks>
/// People are written first, then rows, then what both agree on: a run that is killed in between finds both sides equal the next time. While Customer.io has
/// not answered a page, the next ones are read and sent; each is ended in its turn.
/// </remarks>
internal sealed class PeopleSync(SyncFile file, TableSide table, WorkspaceSide workspace, SyncState state, SyncReport report, TimeProvider time)
{
    private const int Page = 500,
        MaxPages = 4;
    private const string TableCursorName = "table",
        FullCursorName = "full";

    // People are written at once and shown somewhat later.
    private static readonly TimeSpan[] s_waits = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    // Whom this run has written and not seen since: by key, the identifiers that were sent.
    private readonly Dictionary<string, Dictionary<string, string>> _written = new(StringComparer.Ordinal);
    private readonly Queue<string> _toLook = new();
    private readonly Queue<SentPage> _sent = new();

    public async Task RunAsync(CancellationToken ct)
    {
        state.ForgetUnlike(file);
        var (first, started) = (state.Cursor(WorkspaceSide.Changes) is null, time.GetUtcNow().ToUnixTimeSeconds());
        var changes = file.Direction == Direction.Push ? new([], [], []) : await workspace.ChangesAsync(state, ct).ConfigureAwait(false);
        var (goneRows, gonePeople) = await GoneAsync(changes, ct).ConfigureAwait(false);
        var handled = new HashSet<string>(StringComparer.Ordinal);
        var (cursor, isFull) = (state.Cursor(TableCursorName), IsFullDue(started));
        var shared = file.Updated is null || isFull ? table.Shared(null) : null;
        object? last = null;
        try
        {
            foreach (var page in table.Changed(isFull ? null : cursor))
            {
                ct.ThrowIfCancellationRequested();
                var rows = page.Where(r => !gonePeople.ContainsKey(r.Key)).ToArray();
                string[] keys = [.. rows.Select(r => r.Key).Distinct(StringComparer.Ordinal)];

                // A row that is here again was not gone.
                goneRows.ExceptWith(keys);
                handled.UnionWith(keys);
                await BeginAsync(keys, rows, changes, ct, shared).ConfigureAwait(false);
                last = page[^1].Cursor ?? last;
            }
        }
        finally
        {
            await EndAsync(0, ct).ConfigureAwait(false);
        }

        foreach (
            var keys in changes
                .People.Keys.Concat(state.Keys(onlyRetry: true))
                .Where(k => !handled.Contains(k) && !goneRows.Contains(k) && !gonePeople.ContainsKey(k))
                .Distinct()
                .Chunk(Page)
        )
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

        await DeletePeopleAsync(goneRows, changes, ct).ConfigureAwait(false);
        await DeleteRowsAsync(gonePeople, changes, ct).ConfigureAwait(false);
        await LookAtAllAsync(ct).ConfigureAwait(false);
        state.KeepCursors([
            .. changes.Cursors,
            (TableCursorName, file.Updated is null ? null : table.Remember(last)),
            (FullCursorName, isFull ? started.ToString(CultureInfo.InvariantCulture) : null),
        ]);
    }

    // Whatever the times of its rows: a table is compared as a whole now and then.
    private bool IsFullDue(long now) =>
        file.Updated is not null
        && (
            !long.TryParse(state.Cursor(FullCursorName), CultureInfo.InvariantCulture, out var full)
            || now - full >= (long)file.FullEvery.TotalSeconds
            || full > now
        );

    /// <summary>The keys whose rows are gone, and the rows whose people are gone, where that has a consequence; more of them than allowed stop the
    /// run.</summary>
    private async Task<(HashSet<string> Rows, Dictionary<string, TableRow> People)> GoneAsync(WorkspaceChanges changes, CancellationToken ct)
    {
        var known = file.DeletePeople || changes.Deleted.Count > 0 ? state.Keys().Select(file.KeyOf).ToHashSet(StringComparer.Ordinal) : [];
        var rows = file.DeletePeople ? known.Except(table.Keys()).ToHashSet(StringComparer.Ordinal) : [];
        var renamed = await RenamedAsync(rows, changes, ct).ConfigureAwait(false);
        rows.ExceptWith(renamed.Keys);
        string[] people =
            changes.Deleted.Count == 0
                ? []
                :
                [
                    .. state
                        .KeysOf(changes.Deleted)
                        .Select(file.KeyOf)
                        .Distinct(StringComparer.Ordinal)
                        .Where(k => !rows.Contains(k) && !renamed.ContainsKey(k) && !changes.People.ContainsKey(k)),
                ];
        CheckShare(rows.Count, known.Count, "people");
        CheckShare(file.DeleteRows ? people.Length : 0, known.Count, "rows");
        await RenameAsync(renamed, ct).ConfigureAwait(false);

        // Somebody who is gone stays so, until their row changes: then the whole person is written again.
        var agreed = state.Find(people);
        var left = people.Chunk(Page).SelectMany(some => table.Find(some)).DistinctBy(r => r.Key).ToDictionary(r => r.Key, StringComparer.Ordinal);
        state.NoteGone(left.Keys);
        state.Forget(people.Where(k => !left.ContainsKey(k)));
        return (rows, file.DeleteRows ? left.Where(r => !IsEdited(r.Value, agreed.GetValueOrDefault(r.Key))).ToDictionary(StringComparer.Ordinal) : []);
    }

    private void CheckShare(int deletions, long all, string what)
    {
        void Check() => Planner.CheckShare(deletions, all, file.MaxDeleted, "delete", what);
        if (report.Plan is { } plan)
        {
            plan.Guard(Check);
        }
        else
        {
            Check();
        }
    }

    // An edit that is not written yet is somebody's wish: it is not deleted with its row. Where Customer.io leads, edits do not count.
    private bool IsEdited(TableRow row, Agreed? agreed) =>
        row.Problem is not null
        || (
            file.Direction != Direction.Pull
            && (agreed is null || agreed.Retry || file.Attributes.Any(a => row.Values[a.Name].Text != ((string?)agreed.Values[a.Name] ?? "")))
        );

    /// <summary>Of the keys whose rows are gone, those whose person goes on in a new row: it has their address, or another identifier of theirs.</summary>
    private async Task<Dictionary<string, (TableRow Row, string? CioId)>> RenamedAsync(HashSet<string> goneRows, WorkspaceChanges changes, CancellationToken ct)
    {
        var renamed = new Dictionary<string, (TableRow Row, string? CioId)>(StringComparer.Ordinal);
        foreach (var identity in file.Attributes.Where(a => a.IsIdentity && a.Name != file.IdType))
        {
            foreach (var keys in goneRows.Where(k => !renamed.ContainsKey(k)).Chunk(Page))
            {
                var owners = state
                    .Find(keys)
                    .Where(a => !string.IsNullOrEmpty((string?)a.Value.Values[identity.Name]))
                    .GroupBy(a => (string)a.Value.Values[identity.Name]!, StringComparer.Ordinal)
                    .ToDictionary(g => g.Key, g => g.First().Key, StringComparer.Ordinal);
                var rows = owners.Count == 0 ? [] : table.Find(identity, owners.Keys).Where(r => r.Problem is null).ToArray();
                var known = state.Find([.. rows.Select(r => r.Key).Distinct(StringComparer.Ordinal)]);
                foreach (
                    var row in rows.Where(r => string.IsNullOrEmpty(known.GetValueOrDefault(r.Key)?.CioId) && !renamed.Values.Any(n => n.Row.Key == r.Key))
                )
                {
                    renamed.TryAdd(owners[row.Values[identity.Name].Text], (row, null));
                }
            }
        }

        if (renamed.Count == 0 || !workspace.CanLook)
        {
            return renamed;
        }

        // Who is not there has nothing to lose, and somebody who is there under the new key is another person.
        var people = await workspace.PeopleAsync([.. renamed.Keys, .. renamed.Values.Select(r => r.Row.Key)], changes, ct).ConfigureAwait(false);
        return renamed
            .Where(r => people.ContainsKey(r.Key) && !people.ContainsKey(r.Value.Row.Key))
            .ToDictionary(r => r.Key, r => (r.Value.Row, people[r.Key].CioId), StringComparer.Ordinal);
    }

    private async Task RenameAsync(Dictionary<string, (TableRow Row, string? CioId)> renamed, CancellationToken ct)
    {
        var able = renamed.Where(r => r.Value.CioId is not null).Select(r => (Old: r.Key, r.Value.Row, CioId: r.Value.CioId!)).ToList();
        var refused = await workspace.RenameAsync([.. able.Select(r => (r.Row.Stored, r.CioId))], ct).ConfigureAwait(false);
        var agreed = state.Find([.. renamed.Keys]);
        foreach (var (_, (row, _)) in renamed.Where(r => r.Value.CioId is null))
        {
            report.Fail(
                $"{Named(row.Key)}: in Customer.io its person has another key, which only an App API key lets this sync change. Set "
                    + "CUSTOMERIO_APP_API_KEY."
            );
        }

        foreach (var (old, row, cioId) in able)
        {
            if (refused.TryGetValue(row.Stored, out var message))
            {
                report.Fail($"{Named(row.Key)}: Customer.io: {message}");
                continue;
            }

            report.Plan?.Note("customerIo", "rename", old, new JObject { [file.IdType] = row.Stored });

            // Looked at like a row that failed: only if the person is found under the new key it was taken.
            state.Keep([new(row.Key, new Agreed(cioId, agreed.GetValueOrDefault(old)?.Values ?? [], Retry: true))]);
            state.Forget([old]);
        }
    }

    private async Task HandleAsync(string[] keys, IReadOnlyList<TableRow> rows, WorkspaceChanges changes, CancellationToken ct, bool absent = false)
    {
        await BeginAsync(keys, rows, changes, ct, absent: absent).ConfigureAwait(false);
        await EndAsync(0, ct).ConfigureAwait(false);
    }

    /// <summary>Decides on a page and begins to write its people, once those of earlier pages are written who are in it again.</summary>
    private async Task BeginAsync(
        string[] keys,
        IReadOnlyList<TableRow> rows,
        WorkspaceChanges changes,
        CancellationToken ct,
        HashSet<string>? shared = null,
        bool absent = false
    )
    {
        if (keys.Length == 0)
        {
            return;
        }

        if (_sent.Any(p => keys.Any(p.Keep.ContainsKey)))
        {
            await EndAsync(0, ct).ConfigureAwait(false);
        }

        report.Read += keys.Length;
        foreach (var key in keys)
        {
            _written.Remove(key);
        }

        shared ??= rows.Count == 0 ? [] : table.Shared([.. rows.Select(r => r.Key)]);
        var agreed = state.Find(keys);
        var byKey = new Dictionary<string, TableRow>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            byKey[row.Key] = shared.Contains(row.Key) ? row with { Problem = "several rows have this key; keep one." } : row;
        }

        string[] look =
            file.Direction == Direction.Push || absent
                ? []
                : [.. keys.Where(k => NeedsLook(k, byKey.GetValueOrDefault(k), agreed.GetValueOrDefault(k), changes))];
        var people = await workspace.PeopleAsync(look, changes, ct).ConfigureAwait(false);
        var looked = (absent ? keys : look).ToHashSet(StringComparer.Ordinal);
        var page = new Decisions([], [], new(StringComparer.Ordinal));
        foreach (var key in keys)
        {
            Decide(page, key, byKey.GetValueOrDefault(key), people.GetValueOrDefault(key), looked.Contains(key), agreed.GetValueOrDefault(key));
        }

        // An address that goes from one row to another has to be free before it is taken.
        var names = Names(page.Push, agreed);
        if (_sent.Any(p => p.Names.Overlaps(names)))
        {
            await EndAsync(0, ct).ConfigureAwait(false);
        }

        var refused = Task.Run(() => workspace.WriteAsync([.. page.Push.Select(p => (p.Row.Stored, p.Attributes))], ct), CancellationToken.None);
        _sent.Enqueue(new(page.Push, page.Pull, page.Keep, agreed, names, refused));
        await EndAsync(MaxPages - 1, ct).ConfigureAwait(false);
    }

    /// <summary>Decides what is written on which side for one key of a page.</summary>
    private void Decide(Decisions page, string key, TableRow? row, WorkspacePerson? person, bool isLookedAt, Agreed? before)
    {
        if (row?.Problem is { } problem)
        {
            report.Fail($"{Named(key)}: {problem}");
            page.Keep[key] = new Agreed(null, before?.Values ?? [], Retry: true);
            return;
        }

        if (person is null && (row is null || (file.Direction == Direction.Pull && isLookedAt)) || (row is null && !file.InsertRows))
        {
            report.Skipped++;
            return;
        }

        if (before is { IsGone: true } && !isLookedAt && !IsEdited(row!, before))
        {
            report.Skipped++;
            return;
        }

        var (pushed, pulled, values) = Plan(row, person, isLookedAt, before);

        // A new row makes a person even if it has no values yet.
        var isNew = person is null && (isLookedAt || before is null);
        if (pushed.Count > 0 || isNew)
        {
            report.Plan?.Note(
                "customerIo",
                !isNew ? "update"
                    : isLookedAt ? "create"
                    : "write",
                row!.Stored,
                pushed
            );
            page.Push.Add((row!, pushed));
        }

        if (pulled.Count > 0 || row is null)
        {
            report.Plan?.Note("table", row is null ? "create" : "update", row?.Stored ?? person!.Spelling, JObject.FromObject(pulled));
            page.Pull.Add(new RowChange(key, pulled, row, person?.Spelling));
        }

        if (pushed.Count == 0 && pulled.Count == 0 && row is not null && !isNew)
        {
            report.Skipped++;
        }

        page.Keep[key] = new Agreed(person?.CioId, values, Retry: false);
    }

    /// <summary>The identifiers, apart from the key, that written people get or had.</summary>
    private HashSet<string> Names(List<(TableRow Row, JObject Attributes)> push, Dictionary<string, Agreed> agreed)
    {
        string[] identities = [.. file.Attributes.Where(a => a.IsIdentity).Select(a => a.Name)];
        return
        [
            .. push.SelectMany(p =>
                    identities
                        .Where(p.Attributes.ContainsKey)
                        .SelectMany(n => (string?[])[p.Row.Values[n].Text, (string?)agreed.GetValueOrDefault(p.Row.Key)?.Values[n]])
                )
                .OfType<string>()
                .Where(text => text.Length > 0),
        ];
    }

    /// <summary>Ends the oldest pages, until so many are still on their way; one that failed fails once all others have ended.</summary>
    private async Task EndAsync(int most, CancellationToken ct)
    {
        ExceptionDispatchInfo? met = null;
        while (_sent.Count > (met is null ? most : 0))
        {
            try
            {
                await ApplyAsync(_sent.Dequeue()).ConfigureAwait(false);
                await (met is null ? LookAtSomeAsync(ct) : Task.CompletedTask).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                met ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        met?.Throw();
    }

    // What both agreed on is enough, unless there is news of the person, or the row asks for somebody who was deleted.
    private bool NeedsLook(string key, TableRow? row, Agreed? agreed, WorkspaceChanges changes) =>
        row?.Problem is null
        && (agreed is null || agreed.Retry || changes.People.ContainsKey(key) || (agreed.IsGone && row is not null && IsEdited(row, agreed)));

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
                pull[attribute.Name] = theirs.Written ?? plan.Agreed;
            }
        }

        // Where nobody looks, a person who was deleted meanwhile must come back whole.
        foreach (var attribute in file.Attributes.Where(a => file.Direction == Direction.Push && push.Count > 0 && row!.Values[a.Name].Text.Length > 0))
        {
            push[attribute.Name] = row!.Values[attribute.Name].Value;
        }

        return (push, pull, values);
    }

    private async Task ApplyAsync(SentPage page)
    {
        var (push, pull, keep, agreed, _, sending) = page;
        var refused = await sending.ConfigureAwait(false);
        foreach (var (row, attributes) in push)
        {
            var (key, before) = (row.Key, agreed.GetValueOrDefault(row.Key));
            if (refused.TryGetValue(row.Stored, out var message))
            {
                report.Fail($"{Named(key)}: Customer.io: {message}");
                keep[key] = new Agreed(keep[key].CioId, before?.Values ?? [], Retry: true);
                continue;
            }

            report.Pushed++;
            NoteWritten(key, attributes, keep, before);
        }

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

            _written.Remove(key);
            keep[key] = new Agreed(keep[key].CioId, agreed.GetValueOrDefault(key)?.Values ?? [], Retry: true);
        }

        report.Pulled += pull.Count - left.Count;
        state.Keep(keep.Where(k => !k.Value.IsAs(agreed.GetValueOrDefault(k.Key))));
    }

    /// <summary>Notes a person who has to be looked at after they were written: one that is new has a cio_id, and a new identifier may not have been
    /// taken.</summary>
    private void NoteWritten(string key, JObject attributes, Dictionary<string, Agreed> keep, Agreed? before)
    {
        SyncAttribute[] identities =
        [
            .. file.Attributes.Where(a =>
                a.IsIdentity && attributes.ContainsKey(a.Name) && (string?)keep[key].Values[a.Name] != (string?)before?.Values[a.Name]
            ),
        ];
        if (report.Plan is not null || !workspace.CanLook || (identities.Length == 0 && (keep[key].CioId ?? before?.CioId) is { Length: > 0 }))
        {
            return;
        }

        _written[key] = identities.ToDictionary(a => a.Name, a => (string)keep[key].Values[a.Name]!);
        _toLook.Enqueue(key);
        if (identities.Length == 0)
        {
            return;
        }

        // Not agreed on until it has been seen there: killed in between, the next run looks again.
        var seen = (JObject)keep[key].Values.DeepClone();
        foreach (var identity in identities)
        {
            seen[identity.Name] = before?.Values[identity.Name]?.DeepClone() ?? "";
        }

        keep[key] = new Agreed(keep[key].CioId, seen, Retry: true);
    }

    /// <summary>Looks at the people of some pages ago.</summary>
    private async Task LookAtSomeAsync(CancellationToken ct)
    {
        while (_toLook.Count >= 2 * Page)
        {
            await LookAsync([.. Enumerable.Range(0, Page).Select(_ => _toLook.Dequeue()).Where(_written.ContainsKey).Distinct(StringComparer.Ordinal)], ct)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Looks at everybody else whom this run has written, and those whom a run wrote that was killed before it could look.</summary>
    private async Task LookAtAllAsync(CancellationToken ct)
    {
        if (report.Plan is not null || !workspace.CanLook)
        {
            return;
        }

        string[] keys = [.. _written.Keys.Concat(file.Direction == Direction.Pull ? [] : state.Unidentified()).Distinct(StringComparer.Ordinal)];
        foreach (var wait in s_waits)
        {
            if (keys.Length == 0)
            {
                return;
            }

            await Task.Delay(wait, time, ct).ConfigureAwait(false);
            foreach (var some in keys.Chunk(Page))
            {
                await LookAsync(some, ct).ConfigureAwait(false);
            }

            keys = [.. _written.Keys];
        }

        var people = await workspace.PeopleAsync(keys, new([], [], []), ct).ConfigureAwait(false);
        foreach (var key in keys.Where(k => _written[k].Count > 0))
        {
            var names = string.Join(" and ", _written[key].Where(w => people.GetValueOrDefault(key)?.Values[w.Key].Text != w.Value).Select(w => w.Key));
            report.Fail(
                people.ContainsKey(key)
                    ? $"{Named(key)}: Customer.io has not taken the new {names}. Turn on \"Allow updates to email using ID\" in the workspace's settings, "
                        + "or see who else has it there; it is tried again with every run."
                    : $"{Named(key)}: Customer.io shows nobody with this key. See who else has its {names} there; it is tried again with every run."
            );
        }
    }

    /// <summary>Looks at written people: who they are, and whether they have the identifiers that were sent; who has is agreed on.</summary>
    private async Task LookAsync(string[] keys, CancellationToken ct)
    {
        var people = await workspace.PeopleAsync(keys, new([], [], []), ct).ConfigureAwait(false);
        var (agreed, keep) = (state.Find(keys), new Dictionary<string, Agreed>(StringComparer.Ordinal));
        foreach (var key in keys)
        {
            var sent = _written.GetValueOrDefault(key);
            if (people.GetValueOrDefault(key) is not { } person || !agreed.TryGetValue(key, out var before))
            {
                continue;
            }

            var isTaken = sent is null || sent.All(s => s.Value == person.Values[s.Key].Text);
            if (isTaken && sent is { Count: > 0 })
            {
                var values = (JObject)before.Values.DeepClone();
                foreach (var (name, text) in sent)
                {
                    values[name] = text;
                }

                keep[key] = new Agreed(person.CioId, values, Retry: false);
            }
            else
            {
                keep[key] = before with { CioId = person.CioId };
            }

            if (isTaken)
            {
                _written.Remove(key);
            }
        }

        state.Keep(keep.Where(k => !k.Value.IsAs(agreed.GetValueOrDefault(k.Key))));
    }

    private async Task DeletePeopleAsync(HashSet<string> goneRows, WorkspaceChanges changes, CancellationToken ct)
    {
        foreach (var chunk in goneRows.Chunk(Page))
        {
            // Looked at again right before: a row may have come back while this run went on.
            var back = table.Find(chunk);
            await HandleAsync([.. back.Select(r => r.Key).Distinct(StringComparer.Ordinal)], back, changes, ct).ConfigureAwait(false);
            string[] keys = [.. chunk.Except(back.Select(r => r.Key))];
            var refused = await workspace.DeleteAsync(keys, ct).ConfigureAwait(false);
            foreach (var (key, message) in refused)
            {
                report.Fail($"{Named(key)}: Customer.io: {message}");
            }

            string[] deleted = [.. keys.Where(k => !refused.ContainsKey(k))];
            state.Forget(deleted);
            report.Deleted += deleted.Length;
            Plan("customerIo", deleted);

            // One that came in this very moment is a new person.
            var late = table.Find(deleted);
            await HandleAsync([.. late.Select(r => r.Key).Distinct(StringComparer.Ordinal)], late, changes, ct, absent: true).ConfigureAwait(false);
        }
    }

    private async Task DeleteRowsAsync(Dictionary<string, TableRow> gonePeople, WorkspaceChanges changes, CancellationToken ct)
    {
        foreach (var chunk in gonePeople.Values.Chunk(Page))
        {
            var edited = table.Delete(chunk);
            string[] deleted = [.. chunk.Select(r => r.Key).Except(edited)];
            state.Forget(deleted);
            report.Deleted += deleted.Length;
            Plan("table", deleted);

            // Somebody has changed it during the run: the person comes back, whole.
            await HandleAsync([.. edited], table.Find(edited), changes, ct).ConfigureAwait(false);
        }
    }

    private void Plan(string side, string[] deleted)
    {
        foreach (var key in deleted)
        {
            report.Plan?.Note(side, "delete", key);
        }
    }

    // An e-mail address is nobody's to read in a log.
    internal static string Named(string key) => key.Contains('@') ? "A row" : $"The row {Shown.Head(key, 150)}";

    /// <summary>What is decided about a page: who is written, which rows change, and what both sides then agree on.</summary>
    private sealed record Decisions(List<(TableRow Row, JObject Attributes)> Push, List<RowChange> Pull, Dictionary<string, Agreed> Keep);

    /// <summary>A page whose people are being written.</summary>
    /// <param name="Push">Who is written, with which attributes.</param>
    /// <param name="Pull">Which rows are to be written then.</param>
    /// <param name="Keep">What both sides agree on then, by key, for everybody on the page.</param>
    /// <param name="Agreed">What they agreed on before.</param>
    /// <param name="Names">Their identifiers, apart from the key.</param>
    /// <param name="Refused">Ends with those who were refused.</param>
    private sealed record SentPage(
        List<(TableRow Row, JObject Attributes)> Push,
        List<RowChange> Pull,
        Dictionary<string, Agreed> Keep,
        Dictionary<string, Agreed> Agreed,
        HashSet<string> Names,
        Task<Dictionary<string, string>> Refused
    );
}
