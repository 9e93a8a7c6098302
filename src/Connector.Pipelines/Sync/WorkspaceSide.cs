using System.Globalization;
using CustomerIo.Connector.Pipelines.Export;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>A person as Customer.io has them; <paramref name="Spelling"/> is the key as it is written there.</summary>
internal sealed record WorkspacePerson(string Spelling, string? CioId, IReadOnlyDictionary<string, SideValue> Values);

/// <summary>What changed in Customer.io since a cursor.</summary>
/// <param name="People">By key, when each attribute changed.</param>
/// <param name="Deleted">The cio_ids of people who were deleted.</param>
/// <param name="Cursors">Where to go on.</param>
internal sealed record WorkspaceChanges(
    Dictionary<string, Dictionary<string, long>> People,
    HashSet<string> Deleted,
    IReadOnlyList<(string Name, string? Value)> Cursors
);

/// <summary>Customer.io's side of a sync: reads the activity log, received webhooks and people, writes people.</summary>
/// <param name="connector">Runs the actions.</param>
/// <param name="connection">The workspace.</param>
/// <param name="file">The sync.</param>
/// <param name="data">The data folder, for received webhooks; null for none.</param>
/// <param name="shared">The database of the syncs' memory, where machines may share received webhooks.</param>
/// <param name="time">The clock.</param>
/// <param name="held">Proves before each write that no other process has the sync.</param>
/// <param name="isDry">Whether nothing is written, as if everything had been accepted.</param>
internal sealed class WorkspaceSide(
    CustomerIoConnector connector,
    Connection connection,
    SyncFile file,
    string? data,
    Database shared,
    TimeProvider time,
    SyncLock? held,
    bool isDry = false
)
{
    /// <summary>The cursor that is there once a sync has run.</summary>
    public const string Changes = "attribute_change";

    // An activity may appear in the log some seconds after others that are younger.
    private const int Lateness = 60;
    private const string Webhooks = "webhooks",
        SharedWebhooks = "shared_webhooks",
        Unsubscribed = "unsubscribed",
        Created = "profile_create";
    private static readonly string[] s_types = [Changes, Created, "profile_delete"];
    private static readonly string[] s_subscriptions = ["customer_subscribed", "customer_unsubscribed", "customer_subscription_preferences_changed"];

    // Proved with every attempt, retries too: a process that was stopped may have lost the sync to another one in the meantime.
    private readonly RunOptions _run = new() { BeforeAttempt = held is null ? null : held.Prove };

    /// <summary>Whether people can be looked up: a push alone does without the App API.</summary>
    public bool CanLook => file.Direction != Direction.Push || !string.IsNullOrEmpty(connection.AppApiKey);

    /// <summary>What changed since the last run; the first time nothing, only where to begin.</summary>
    public async Task<WorkspaceChanges> ChangesAsync(SyncState state, CancellationToken ct)
    {
        var (people, created) = (
            new Dictionary<string, Dictionary<string, long>>(StringComparer.Ordinal),
            new Dictionary<string, string>(StringComparer.Ordinal)
        );
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        var cursors = new List<(string Name, string? Value)> { await ReceivedAsync(state, people).ConfigureAwait(false) };
        foreach (var type in s_types)
        {
            // Each type has a cursor of its own: while one is read, something of another may happen. All of them follow Customer.io's clock, not ours.
            var isFirst = !long.TryParse(state.Cursor(type), CultureInfo.InvariantCulture, out var since);
            var reader = new ExportReader(connector, connection, Math.Max(0, since - Lateness), time);
            await foreach (var page in reader.ActivitiesAsync(type, ct).ConfigureAwait(false))
            {
                if (isFirst)
                {
                    break;
                }

                foreach (var activity in page.Where(a => (string?)a["type"] == type))
                {
                    Note(activity, people, created, deleted);
                }
            }

            cursors.Add(
                (type, (reader.Newest is { } newest ? Math.Min(newest, time.GetUtcNow().ToUnixTimeSeconds()) : since).ToString(CultureInfo.InvariantCulture))
            );
        }

        // Whom the sync itself made, it has looked at already.
        foreach (var (key, agreed) in state.Find(created.Keys).Where(k => k.Value.CioId == created[k.Key] && people[k.Key].Count == 0))
        {
            people.Remove(key);
        }

        return new(people, deleted, cursors);
    }

    /// <summary>Everybody's keys, page by page.</summary>
    public async IAsyncEnumerable<IReadOnlyList<string>> EverybodyAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var filter = new JObject
        {
            ["attribute"] = new JObject { ["field"] = file.IdType, ["operator"] = "exists" },
        };
        await foreach (
            var page in new ExportReader(connector, connection, null, time)
                .PagesAsync("search-people", new JObject { ["filter"] = filter }, "identifiers", 1000, ct)
                .ConfigureAwait(false)
        )
        {
            yield return [.. page.Select(p => (string?)p[file.IdType]).OfType<string>().Where(k => k.Length > 0).Select(file.KeyOf)];
        }
    }

    /// <summary>Some people as they are now; who is not there is left out.</summary>
    public async Task<Dictionary<string, WorkspacePerson>> PeopleAsync(IReadOnlyCollection<string> keys, WorkspaceChanges changes, CancellationToken ct)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var found = await connector
            .RunAsync("get-people", new JObject { ["ids"] = new JArray(keys), ["idType"] = file.IdType }, connection, _run, ct)
            .ConfigureAwait(false);
        var people = new Dictionary<string, WorkspacePerson>(StringComparer.Ordinal);
        foreach (var person in ((JArray)found.Data["customers"]!).OfType<JObject>())
        {
            if ((string?)person["identifiers"]?[file.IdType] is { } spelling)
            {
                var times = changes.People.GetValueOrDefault(file.KeyOf(spelling));
                people[file.KeyOf(spelling)] = new WorkspacePerson(
                    spelling,
                    (string?)person["identifiers"]!["cio_id"] is { Length: > 0 } cioId ? cioId : null,
                    file.Attributes.ToDictionary(a => a.Name, a => Value(person, a, times))
                );
            }
        }

        return people;
    }

    /// <summary>Writes people; those that were refused, with the reason.</summary>
    public async Task<Dictionary<string, string>> WriteAsync(IReadOnlyList<(string Key, JObject Attributes)> people, CancellationToken ct) =>
        await BatchAsync(
                [.. people.Select(p => p.Key)],
                i =>
                    (
                        "identify",
                        new JObject
                        {
                            ["id"] = people[i].Key,
                            ["idType"] = file.IdType,
                            ["customerData"] = people[i].Attributes,
                        }
                    ),
                ct
            )
            .ConfigureAwait(false);

    /// <summary>Gives people, named by their cio_id, another key; those that were refused, with the reason.</summary>
    public async Task<Dictionary<string, string>> RenameAsync(IReadOnlyList<(string Key, string CioId)> people, CancellationToken ct) =>
        await BatchAsync(
                [.. people.Select(p => p.Key)],
                i =>
                    (
                        "identify",
                        new JObject
                        {
                            ["id"] = people[i].CioId,
                            ["idType"] = "cio_id",
                            ["customerData"] = new JObject { [file.IdType] = people[i].Key },
                        }
                    ),
                ct
            )
            .ConfigureAwait(false);

    public async Task<Dictionary<string, string>> DeleteAsync(IReadOnlyList<string> keys, CancellationToken ct) =>
        await BatchAsync(keys, i => ("destroy", new JObject { ["id"] = keys[i], ["idType"] = file.IdType }), ct).ConfigureAwait(false);

    private async Task<Dictionary<string, string>> BatchAsync(
        IReadOnlyList<string> keys,
        Func<int, (string Action, JObject Input)> operation,
        CancellationToken ct
    )
    {
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        if (keys.Count == 0 || isDry)
        {
            return refused;
        }

        var operations = new JArray(keys.Select((_, i) => new JObject { ["action"] = operation(i).Action, ["input"] = operation(i).Input }));
        try
        {
            var result = await connector.RunAsync("batch", new JObject { ["operations"] = operations }, connection, _run, ct).ConfigureAwait(false);
            foreach (var failed in (result.Data["failed"] as JArray ?? []).OfType<JObject>())
            {
                refused[keys[(int)failed["index"]!]] = $"{(string?)failed["field"]} {(string?)failed["message"]}".Trim();
            }
        }
        catch (ConnectorException e) when (e.Kind is FailureKind.Input or FailureKind.Rejected && e.Problems.Count > 0)
        {
            // Nothing of it was accepted, each for its own reason.
            for (var i = 0; i < keys.Count; i++)
            {
                refused[keys[i]] =
                    e.Problems.FirstOrDefault(p => p.Path.StartsWith($"/operations/{i}/", StringComparison.Ordinal) || p.Path == $"/operations/{i}")?.Message
                    ?? e.Message;
            }
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Unavailable)
        {
            // Whoever is alone with a fault must not stop everybody's sync. In an outage nobody is written, so it ends.
            if (!await connector.AnswersAsync(connection, ct).ConfigureAwait(false))
            {
                throw;
            }

            foreach (var key in keys)
            {
                refused[key] = e.Message;
            }
        }

        return refused;
    }

    private void Note(JObject activity, Dictionary<string, Dictionary<string, long>> people, Dictionary<string, string> created, HashSet<string> deleted)
    {
        var who = activity["customer_identifiers"] as JObject ?? [];
        if ((string?)activity["type"] == "profile_delete")
        {
            if ((string?)who["cio_id"] is { Length: > 0 } cioId)
            {
                deleted.Add(cioId);
            }
        }
        else if ((string?)who[file.IdType] is { Length: > 0 } spelling)
        {
            var key = file.KeyOf(spelling);
            var times = Times(people, key);
            if ((string?)activity["type"] == Created)
            {
                created[key] = (string?)who["cio_id"] ?? "";
                return;
            }

            foreach (var name in (activity["data"] as JObject ?? []).Properties().Select(p => p.Name))
            {
                times[name] = Math.Max(times.GetValueOrDefault(name), (long?)activity["timestamp"] ?? 0);
            }
        }
    }

    /// <summary>Notes who subscribed or unsubscribed, of the webhooks that were received into the data folder, or by any machine.</summary>
    private async Task<(string Name, string? Value)> ReceivedAsync(SyncState state, Dictionary<string, Dictionary<string, long>> people)
    {
        await using var store = file.Attributes.Any(a => a.Name == Unsubscribed) ? ReceivedEvents.Find(data, shared, time) : null;
        // Both count from one.
        var name = store?.Shared is null ? Webhooks : SharedWebhooks;
        var cursor = state.Cursor(name);
        long.TryParse(cursor, CultureInfo.InvariantCulture, out var last);
        var events = store?.Newest(ReceivedEvents.MaxBodies, s_subscriptions).Where(e => e.Number > last).ToArray() ?? [];
        foreach (var received in events)
        {
            var body = ConnectorJson.ParseObject(received.Body);
            if ((string?)body["data"]?["identifiers"]?[file.IdType] is { Length: > 0 } key)
            {
                Times(people, file.KeyOf(key))[Unsubscribed] = (long?)body["timestamp"] ?? received.Received.ToUnixTimeSeconds();
            }
        }

        return (name, events.Length > 0 ? events.Max(e => e.Number).ToString(CultureInfo.InvariantCulture) : cursor);
    }

    private static Dictionary<string, long> Times(Dictionary<string, Dictionary<string, long>> people, string key) =>
        people.TryGetValue(key, out var times) ? times : people[key] = new(StringComparer.Ordinal);

    private static SideValue Value(JObject person, SyncAttribute attribute, Dictionary<string, long>? times)
    {
        var value = attribute.Name == Unsubscribed ? person[Unsubscribed] : person["attributes"]?[attribute.Name];
        long? changed =
            times is not null && times.TryGetValue(attribute.Name, out var known) ? known : (long?)(person["timestamps"]?[attribute.Name] as JValue);
        var read = Canonical.Read(value, attribute.Type);
        var compared = attribute.Compared(read);
        return new SideValue(compared.Text, changed) { Written = compared.Text == read.Text ? null : read.Text };
    }
}
