using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Export;

/// <summary>What a column of an exported table holds.</summary>
internal enum ColumnType
{
    Text,
    Integer,
    Boolean,

    /// <summary>An object or a list, as JSON.</summary>
    Json,
}

/// <summary>A column of an exported table.</summary>
internal sealed record Column(string Name, ColumnType Type);

/// <summary>Something of the workspace that can be exported as a table.</summary>
/// <param name="Name">As the command line writes it.</param>
/// <param name="Columns">The table's columns.</param>
/// <param name="Key">The columns that tell a row from every other.</param>
/// <param name="IsIncremental">Whether an export can begin where the last one ended.</param>
/// <param name="Read">Reads the rows, page by page.</param>
internal sealed record Dataset(
    string Name,
    IReadOnlyList<Column> Columns,
    IReadOnlyList<string> Key,
    bool IsIncremental,
    Func<ExportReader, CancellationToken, IAsyncEnumerable<IReadOnlyList<JObject>>> Read
)
{
    /// <summary>The table in a database unless another name is given.</summary>
    public string Table => "customerio_" + Name.Replace('-', '_');
}

/// <summary>Everything that can be exported.</summary>
internal static class Datasets
{
    public static IReadOnlyList<Dataset> All { get; } =
    [
        Of("people", "id email cio_id unsubscribed:b attributes:j", "cio_id", false, (r, ct) => r.PeopleAsync(ct)),
        Of("objects", "object_type_id object_id cio_object_id attributes:j", "cio_object_id", false, (r, ct) => r.ObjectsAsync(ct)),
        Of(
            "relationships",
            "object_type_id object_id id email cio_id attributes:j",
            "object_type_id object_id cio_id",
            false,
            (r, ct) => r.RelationshipsAsync(ct)
        ),
        Of(
            "segments",
            "id:i name description type state progress:i tags:j created_at:i updated_at:i",
            "id",
            false,
            (r, ct) => r.ListAsync("list-segments", "segments", ct)
        ),
        Of("segment-members", "segment_id:i segment id email cio_id", "segment_id cio_id", false, (r, ct) => r.SegmentMembersAsync(ct)),
        Of(
            "campaigns",
            "id:i name description type state active:b created:i updated:i first_started:i event_name tags:j trigger_segment_ids:j "
                + "filter_segment_ids:j actions:j",
            "id",
            false,
            (r, ct) => r.ListAsync("list-campaigns", "campaigns", ct)
        ),
        Of("campaign-metrics", "campaign_id:i day metric value:i", "campaign_id day metric", true, (r, ct) => r.CampaignMetricsAsync(ct)),
        Of(
            "broadcasts",
            "id:i name description type state active:b created:i updated:i first_started:i tags:j actions:j",
            "id",
            false,
            (r, ct) => r.ListAsync("list-broadcasts", "broadcasts", ct)
        ),
        Of(
            "newsletters",
            "id:i name type content_ids:j sent_at:i created:i updated:i tags:j recipient_segment_ids:j subscription_topic_id:i",
            "id",
            false,
            (r, ct) => r.PagesAsync("list-newsletters", [], "newsletters", null, ct)
        ),
        Of(
            "messages",
            "id type customer_id recipient subject metrics:j created:i failure_message campaign_id:i newsletter_id:i broadcast_id:i "
                + "action_id:i content_id:i trigger_event_id forgotten:b customer_identifiers:j",
            "id",
            true,
            (r, ct) => r.MessagesAsync(ct)
        ),
        Of(
            "transactional-messages",
            "id:i name description send_to_unsubscribed:b link_tracking:b open_tracking:b hide_message_body:b queue_drafts:b created_at:i updated_at:i",
            "id",
            false,
            (r, ct) => r.ListAsync("list-transactional-messages", "messages", ct)
        ),
        Of(
            "activities",
            "id type timestamp:i customer_id customer_identifiers:j delivery_id delivery_type name url data:j",
            "id",
            true,
            (r, ct) => r.ActivitiesAsync(null, ct)
        ),
    ];

    private static Dataset Of(
        string name,
        string columns,
        string key,
        bool incremental,
        Func<ExportReader, CancellationToken, IAsyncEnumerable<IReadOnlyList<JObject>>> read
    ) => new(name, [.. columns.Split(' ').Select(Read)], key.Split(' '), incremental, read);

    private static Column Read(string text) =>
        text.Split(':') is [var name, var type]
            ? new(
                name,
                type switch
                {
                    "i" => ColumnType.Integer,
                    "b" => ColumnType.Boolean,
                    _ => ColumnType.Json,
                }
            )
            : new(text, ColumnType.Text);
}
