using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerIo.Connector.Actions;
using CustomerIo.Connector.Actions.Segments;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Export;

/// <summary>Reads the workspace page by page through the actions, never more than a few pages at a time.</summary>
/// <param name="connector">Runs the actions.</param>
/// <param name="connection">The workspace.</param>
/// <param name="since">Only what is newer, in Unix seconds; null for everything.</param>
/// <param name="time">The clock.</param>
internal sealed class ExportReader(CustomerIoConnector connector, Connection connection, long? since, TimeProvider time)
{
    private const int Day = 24 * 3600,
        DefaultDays = 45,
        PeopleAtOnce = 4;

    /// <summary>Stands for every type of objects.</summary>
    public const string AllTypes = "all";

    private const string Computed = "_cio_subscription_preferences_computed";

    /// <summary>Only people or members of this segment, by name or number; null for all.</summary>
    public string? Segment { get; init; }

    /// <summary>Only objects of this type; <c>all</c> for every type.</summary>
    public string ObjectType { get; init; } = "1";

    /// <summary>The newest moment that was met, in Unix seconds; where the next export begins.</summary>
    public long? Newest { get; private set; }

    /// <summary>A list that comes whole.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> ListAsync(string action, string list, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return Rows(await RunAsync(action, [], ct).ConfigureAwait(false), list);
    }

    /// <summary>A list that comes in pages.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> PagesAsync(
        string action,
        JObject input,
        string list,
        int? limit,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await foreach (var (page, _) in Pages.FollowAsync(PageAsync).ConfigureAwait(false))
        {
            yield return Rows(page, list);
        }

        Task<JObject> PageAsync(string start)
        {
            var page = new JObject(input);
            if (limit is not null)
            {
                page["limit"] = limit;
            }

            if (start.Length > 0)
            {
                page["start"] = start;
            }

            return RunAsync(action, page, ct);
        }
    }

    public IAsyncEnumerable<IReadOnlyList<JObject>> PeopleAsync(CancellationToken ct) => PeopleAsync(Person, ct);

    private async IAsyncEnumerable<IReadOnlyList<JObject>> PeopleAsync(Func<JObject, IEnumerable<JObject>> rows, [EnumeratorCancellation] CancellationToken ct)
    {
        var segment = Segment is null ? null : await new Segments(connector, connection).NumberAsync(Segment, SegmentUse.Any, ct).ConfigureAwait(false);
        var filter = segment is null
            ? new JObject { ["or"] = new JArray(Exists("attribute", "id"), Exists("attribute", "email"), Exists("attribute", "cio_id")) }
            : new JObject { ["segment"] = new JObject { ["id"] = long.Parse(segment, CultureInfo.InvariantCulture) } };

        // Looking people up takes ten times as many requests as finding them: several look-ups go on while the next page is found.
        var ahead = new Queue<Task<IReadOnlyList<JObject>>>();
        await foreach (var page in PagesAsync("search-people", new JObject { ["filter"] = filter }, "identifiers", 1000, ct).ConfigureAwait(false))
        {
            foreach (var some in page.Chunk(250))
            {
                ahead.Enqueue(LookUpAsync(some, rows, ct));
            }

            while (ahead.Count > PeopleAtOnce)
            {
                yield return await ahead.Dequeue().ConfigureAwait(false);
            }
        }

        while (ahead.TryDequeue(out var last))
        {
            yield return await last.ConfigureAwait(false);
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<JObject>> SegmentMembersAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var wanted = Segment is null ? null : await new Segments(connector, connection).NumberAsync(Segment, SegmentUse.Any, ct).ConfigureAwait(false);
        foreach (var segment in Rows(await RunAsync("list-segments", [], ct).ConfigureAwait(false), "segments"))
        {
            var number = ConnectorJson.ScalarText(segment["id"]!);
            if (wanted is not null && wanted != number)
            {
                continue;
            }

            await foreach (
                var page in PagesAsync("list-segment-members", new JObject { ["segment"] = number }, "identifiers", 30_000, ct).ConfigureAwait(false)
            )
            {
                yield return
                [
                    .. page.Select(p => new JObject
                    {
                        ["segment_id"] = segment["id"],
                        ["segment"] = segment["name"],
                        ["id"] = p["id"],
                        ["email"] = p["email"],
                        ["cio_id"] = p["cio_id"],
                    }),
                ];
            }
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<JObject>> ObjectsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var found in EachObjectAsync(relationships: false, ct).ConfigureAwait(false))
        {
            var one = (JObject)found["object"]!;
            yield return
            [
                new JObject
                {
                    ["object_type_id"] = one["object_type_id"],
                    ["object_id"] = one["identifiers"]?["object_id"],
                    ["cio_object_id"] = one["identifiers"]?["cio_object_id"],
                    ["attributes"] = Own(one["attributes"] as JObject ?? [], "object_id", "cio_object_id"),
                },
            ];
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<JObject>> RelationshipsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var found in EachObjectAsync(relationships: true, ct).ConfigureAwait(false))
        {
            yield return
            [
                .. Rows(found, "cio_relationships")
                    .Select(r => new JObject
                    {
                        ["object_type_id"] = found["object"]!["object_type_id"],
                        ["object_id"] = found["object"]!["identifiers"]?["object_id"],
                        ["id"] = r["identifiers"]?["id"],
                        ["email"] = r["identifiers"]?["email"],
                        ["cio_id"] = r["identifiers"]?["cio_id"],
                        ["attributes"] = r["attributes"] as JObject ?? [],
                    }),
            ];
        }
    }

    /// <summary>One row a day and metric, in UTC.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> CampaignMetricsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var (from, now) = Days();
        foreach (var campaign in Rows(await RunAsync("list-campaigns", [], ct).ConfigureAwait(false), "campaigns"))
        {
            var data = await RunAsync("get-campaign-metrics", Window(new JObject { ["campaign"] = campaign["id"] }, from, now), ct).ConfigureAwait(false);
            yield return Counts(data, from, new JObject { ["campaign_id"] = campaign["id"] });
        }
    }

    /// <summary>The same of each message in a workflow; those of broadcasts, whose endpoint knows no window, as many days back.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> ActionMetricsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var (from, now) = Days();
        foreach (var kind in (string[])["campaign", "broadcast"])
        {
            foreach (var sender in Rows(await RunAsync($"list-{kind}s", [], ct).ConfigureAwait(false), kind + "s"))
            {
                var actions = Rows(await RunAsync("list-campaign-actions", new JObject { [kind] = sender["id"] }, ct).ConfigureAwait(false), "actions");

                // An action has its number in every language.
                foreach (var action in actions.DistinctBy(a => ConnectorJson.ScalarText(a["id"]!)))
                {
                    var input = new JObject { [kind] = sender["id"], ["action"] = action["id"] };
                    if (kind == "campaign")
                    {
                        Window(input, from, now);
                    }
                    else
                    {
                        input["period"] = "days";
                        input["steps"] = Math.Clamp(((now - from) / Day) + 1, 2, DefaultDays);
                    }

                    var data = await RunAsync("get-action-metrics", input, ct).ConfigureAwait(false);
                    var row = new JObject
                    {
                        [kind + "_id"] = sender["id"],
                        ["action_id"] = action["id"],
                        ["action"] = action["name"],
                    };
                    yield return Counts(data, kind == "campaign" ? from : null, row);
                }
            }
        }
    }

    /// <summary>The messages of every sender of a kind, sender by sender.</summary>
    /// <param name="senders">The action that lists the senders.</param>
    /// <param name="list">Their list in its answer.</param>
    /// <param name="messages">The action that lists the messages of one.</param>
    /// <param name="input">The input that names it.</param>
    /// <param name="ct">Ends the reading.</param>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> DeliveriesAsync(
        string senders,
        string list,
        string messages,
        string input,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var sender in Rows(await RunAsync(senders, [], ct).ConfigureAwait(false), list))
        {
            var of = new JObject { [input] = sender["id"] };
            if (since is not null)
            {
                of["startTime"] = since;
            }

            await foreach (var page in PagesAsync(messages, of, "messages", 1000, ct).ConfigureAwait(false))
            {
                Newest = page.Select(m => (long?)m["created"]).Append(Newest).Max();
                foreach (var message in page)
                {
                    message[input == "message" ? "transactional_message_id" : "broadcast_id"] ??= sender["id"];
                }

                yield return page;
            }
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<JObject>> SuppressionsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var type in (string[])["bounces", "blocks", "spam_reports", "invalid_emails"])
        {
            await foreach (var page in PagesAsync("list-suppressions", new JObject { ["type"] = type }, "suppressions", 1000, ct).ConfigureAwait(false))
            {
                foreach (var suppression in page)
                {
                    suppression["type"] = type;
                }

                yield return page;
            }
        }
    }

    /// <summary>One row for each sender that a person opted out of.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> OptOutsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync("list-opt-outs", [], "optouts", 1000, ct).ConfigureAwait(false))
        {
            yield return
            [
                .. page.SelectMany(person =>
                    Rows(person, "optouts")
                        .Select(o => new JObject
                        {
                            ["id"] = person["customer_id"],
                            ["cio_id"] = person["cio_id"],
                            ["channel"] = o["channel"],
                            ["from"] = o["from"],
                        })
                ),
            ];
        }
    }

    /// <summary>One row for each person and topic, as it counts: what the person chose, else what the topic does by itself.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> PreferencesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var topics = Rows(await RunAsync("list-subscription-topics", [], ct).ConfigureAwait(false), "topics")
            .ToDictionary(t => ConnectorJson.ScalarText(t["id"]!), t => t["name"]);
        await foreach (var page in PeopleAsync(Preferences, ct).ConfigureAwait(false))
        {
            yield return page;
        }

        IEnumerable<JObject> Preferences(JObject person) =>
            (Parsed(person["attributes"]?[Computed])?["topics"] as JObject ?? [])
                .Properties()
                .Select(t => (Number: t.Name.StartsWith("topic_", StringComparison.Ordinal) ? t.Name[6..] : t.Name, t.Value))
                .Select(t => new JObject
                {
                    ["id"] = person["identifiers"]?["id"],
                    ["email"] = person["identifiers"]?["email"],
                    ["cio_id"] = person["identifiers"]?["cio_id"],
                    ["topic_id"] = t.Number,
                    ["topic"] = topics.GetValueOrDefault(t.Number)?.DeepClone(),
                    ["subscribed"] = t.Value,
                });
    }

    /// <summary>Each collection with its rows.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> CollectionsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var listed in Rows(await RunAsync("list-collections", [], ct).ConfigureAwait(false), "collections"))
        {
            var found = await RunAsync("get-collection", new JObject { ["collection"] = listed["id"], ["content"] = true }, ct).ConfigureAwait(false);
            listed["content"] = found["content"];
            yield return [listed];
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<JObject>> MessagesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var input = since is null ? [] : new JObject { ["startTime"] = since };
        await foreach (var page in PagesAsync("list-messages", input, "messages", 1000, ct).ConfigureAwait(false))
        {
            Newest = page.Select(m => (long?)m["created"]).Append(Newest).Max();
            yield return page;
        }
    }

    /// <summary>The newest come first, so that an incremental export ends at the first old one.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JObject>> ActivitiesAsync(string? type, [EnumeratorCancellation] CancellationToken ct)
    {
        var input = type is null ? [] : new JObject { ["activityType"] = type, ["deleted"] = true };
        await foreach (var page in PagesAsync("list-activities", input, "activities", 100, ct).ConfigureAwait(false))
        {
            Newest = page.Select(a => (long?)a["timestamp"]).Append(Newest).Max();
            IReadOnlyList<JObject> fresh = [.. page.Where(a => since is null || (long?)a["timestamp"] >= since)];
            yield return fresh;
            if (fresh.Count < page.Count)
            {
                yield break;
            }
        }
    }

    private async IAsyncEnumerable<JObject> EachObjectAsync(bool relationships, [EnumeratorCancellation] CancellationToken ct)
    {
        var types =
            ObjectType == AllTypes
                ? Rows(await RunAsync("list-object-types", [], ct).ConfigureAwait(false), "types").Select(t => ConnectorJson.ScalarText(t["id"]!))
                : [ObjectType];
        foreach (var type in types)
        {
            await foreach (var found in EachObjectAsync(type, relationships, ct).ConfigureAwait(false))
            {
                yield return found;
            }
        }
    }

    private async IAsyncEnumerable<JObject> EachObjectAsync(string type, bool relationships, [EnumeratorCancellation] CancellationToken ct)
    {
        var exists = new JObject
        {
            ["object_attribute"] = new JObject
            {
                ["field"] = "object_id",
                ["operator"] = "exists",
                ["type_id"] = type,
            },
        };
        await foreach (
            var page in PagesAsync("search-objects", new JObject { ["objectTypeId"] = type, ["filter"] = exists }, "identifiers", 1000, ct)
                .ConfigureAwait(false)
        )
        {
            foreach (var some in page.Chunk(PeopleAtOnce))
            {
                foreach (
                    var found in await Task.WhenAll(
                            some.Select(o =>
                                RunAsync(
                                    "get-object",
                                    new JObject
                                    {
                                        ["objectTypeId"] = type,
                                        ["objectId"] = o["object_id"],
                                        ["relationships"] = relationships,
                                    },
                                    ct
                                )
                            )
                        )
                        .ConfigureAwait(false)
                )
                {
                    yield return found;
                }
            }
        }
    }

    private async Task<IReadOnlyList<JObject>> LookUpAsync(JObject[] identifiers, Func<JObject, IEnumerable<JObject>> rows, CancellationToken ct)
    {
        var ids = new JArray(identifiers.Select(i => i["cio_id"]).OfType<JValue>());
        var data = await RunAsync("get-people", new JObject { ["ids"] = ids, ["idType"] = "cio_id" }, ct).ConfigureAwait(false);
        return [.. Rows(data, "customers").SelectMany(rows)];
    }

    private static IEnumerable<JObject> Person(JObject found) =>
        [
            new JObject
            {
                ["id"] = found["identifiers"]?["id"],
                ["email"] = found["identifiers"]?["email"],
                ["cio_id"] = found["identifiers"]?["cio_id"],
                ["unsubscribed"] = found["unsubscribed"],
                ["attributes"] = Own(found["attributes"] as JObject ?? [], "id", "email", "cio_id", "unsubscribed", Computed),
            },
        ];

    /// <summary>The whole days that are counted, and the present.</summary>
    private (long From, long Now) Days()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        Newest = now / Day * Day;
        return ((since ?? (now - ((DefaultDays - 1) * Day))) / Day * Day, now);
    }

    private static JObject Window(JObject input, long from, long now)
    {
        input["startTime"] = from;
        input["endTime"] = now;
        input["resolution"] = "daily";
        input["timeZone"] = "UTC";
        return input;
    }

    /// <summary>A row for each metric and day of an answer.</summary>
    /// <param name="data">The answer.</param>
    /// <param name="from">The first day; null where the last one is today.</param>
    /// <param name="row">What is the same in every row.</param>
    private IReadOnlyList<JObject> Counts(JObject data, long? from, JObject row) =>
        [
            .. (data["metric"]?["series"] as JObject ?? [])
                .Properties()
                .Select(metric => (metric.Name, Values: metric.Value as JArray ?? []))
                .SelectMany(metric =>
                    metric.Values.Select(
                        (value, i) =>
                            new JObject(row)
                            {
                                ["day"] = DateTimeOffset
                                    .FromUnixTimeSeconds((from ?? (Newest!.Value - ((metric.Values.Count - 1L) * Day))) + ((long)i * Day))
                                    .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                                ["metric"] = metric.Name,
                                ["value"] = value,
                            }
                    )
                ),
        ];

    /// <summary>The attributes without identifiers and what Customer.io works out; the two whose form is fixed get their types back.</summary>
    private static JObject Own(JObject attributes, params string[] without)
    {
        var own = new JObject(attributes.Properties().Where(p => !without.Contains(p.Name)));
        if (own["created_at"] is JValue { Value: string seconds } && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            own["created_at"] = number;
        }

        if (own["cio_subscription_preferences"] is JValue { Value: string { Length: > 0 } } text)
        {
            own.Remove("cio_subscription_preferences");
            if (Parsed(text) is { } preferences)
            {
                own["cio_subscription_preferences"] = preferences;
            }
        }

        return own;
    }

    private static JObject? Parsed(JToken? value)
    {
        try
        {
            return value is JValue { Value: string { Length: > 0 } text } ? ConnectorJson.ParseObject(text) : value as JObject;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static JObject Exists(string kind, string field) =>
        new()
        {
            [kind] = new JObject { ["field"] = field, ["operator"] = "exists" },
        };

    private static IReadOnlyList<JObject> Rows(JObject data, string list) => [.. (data[list] as JArray ?? []).OfType<JObject>()];

    private async Task<JObject> RunAsync(string action, JObject input, CancellationToken ct) =>
        (JObject)(await connector.RunAsync(action, input, connection, null, ct).ConfigureAwait(false)).Data;
}
