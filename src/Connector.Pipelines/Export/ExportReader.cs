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

    /// <summary>Only people or members of this segment, by name or number; null for all.</summary>
    public string? Segment { get; init; }

    /// <summary>Only objects of this type; null for the first type.</summary>
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

    public async IAsyncEnumerable<IReadOnlyList<JObject>> PeopleAsync([EnumeratorCancellation] CancellationToken ct)
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
                ahead.Enqueue(LookUpAsync(some, ct));
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
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var from = (since ?? (now - ((DefaultDays - 1) * Day))) / Day * Day;
        Newest = now / Day * Day;
        foreach (var campaign in Rows(await RunAsync("list-campaigns", [], ct).ConfigureAwait(false), "campaigns"))
        {
            var input = new JObject
            {
                ["campaign"] = campaign["id"],
                ["startTime"] = from,
                ["endTime"] = now,
                ["resolution"] = "daily",
                ["timeZone"] = "UTC",
            };
            var series = (await RunAsync("get-campaign-metrics", input, ct).ConfigureAwait(false))["metric"]?["series"] as JObject ?? [];
            yield return
            [
                .. series
                    .Properties()
                    .SelectMany(metric =>
                        (metric.Value as JArray ?? []).Select(
                            (value, i) =>
                                new JObject
                                {
                                    ["campaign_id"] = campaign["id"],
                                    ["day"] = DateTimeOffset.FromUnixTimeSeconds(from + ((long)i * Day)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                                    ["metric"] = metric.Name,
                                    ["value"] = value,
                                }
                        )
                    ),
            ];
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
        var exists = new JObject
        {
            ["object_attribute"] = new JObject
            {
                ["field"] = "object_id",
                ["operator"] = "exists",
                ["type_id"] = ObjectType,
            },
        };
        await foreach (
            var page in PagesAsync("search-objects", new JObject { ["objectTypeId"] = ObjectType, ["filter"] = exists }, "identifiers", 1000, ct)
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
                                        ["objectTypeId"] = ObjectType,
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

    private async Task<IReadOnlyList<JObject>> LookUpAsync(JObject[] identifiers, CancellationToken ct)
    {
        var ids = new JArray(identifiers.Select(i => i["cio_id"]).OfType<JValue>());
        var data = await RunAsync("get-people", new JObject { ["ids"] = ids, ["idType"] = "cio_id" }, ct).ConfigureAwait(false);
        return
        [
            .. Rows(data, "customers")
                .Select(p => new JObject
                {
                    ["id"] = p["identifiers"]?["id"],
                    ["email"] = p["identifiers"]?["email"],
                    ["cio_id"] = p["identifiers"]?["cio_id"],
                    ["unsubscribed"] = p["unsubscribed"],
                    ["attributes"] = Own(p["attributes"] as JObject ?? [], "id", "email", "cio_id", "unsubscribed", "_cio_subscription_preferences_computed"),
                }),
        ];
    }

    /// <summary>The attributes without identifiers and what Customer.io works out; the two whose form is fixed get their types back.</summary>
    private static JObject Own(JObject attributes, params string[] without)
    {
        var own = new JObject(attributes.Properties().Where(p => !without.Contains(p.Name)));
        if (own["created_at"] is JValue { Value: string seconds } && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            own["created_at"] = number;
        }

        if (own["cio_subscription_preferences"] is JValue { Value: string { Length: > 0 } text })
        {
            try
            {
                own["cio_subscription_preferences"] = ConnectorJson.ParseObject(text);
            }
            catch (FormatException)
            {
                own.Remove("cio_subscription_preferences");
            }
        }

        return own;
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
