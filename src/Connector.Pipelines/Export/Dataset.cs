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
/// <param name="Read">Reads the rows, page by page.</param>
internal sealed record Dataset(
    string Name,
    IReadOnlyList<Column> Columns,
    IReadOnlyList<string> Key,
    Func<ExportReader, CancellationToken, IAsyncEnumerable<IReadOnlyList<JObject>>> Read
)
{
    /// <summary>Whether an export can begin where the last one ended.</summary>
    public bool IsIncremental { get; init; }

    /// <summary>Whether an export can be narrowed to a segment.</summary>
    public bool TakesSegment { get; init; }

    /// <summary>Whether its rows are of a type of objects.</summary>
    public bool TakesObjectType { get; init; }

    /// <summary>The table in a database unless another name is given.</summary>
    public string Table => "customerio_" + Name.Replace('-', '_');
}

/// <summary>Everything that can be exported.</summary>
internal static class Datasets
{
    public static IReadOnlyList<Dataset> All { get; } =
    [
        new("people", new Columns().Text("id", "email", "cio_id").Boolean("unsubscribed").Json("attributes"), ["cio_id"], (r, ct) => r.PeopleAsync(ct))
        {
            TakesSegment = true,
        },
        new("objects", new Columns().Text("object_type_id", "object_id", "cio_object_id").Json("attributes"), ["cio_object_id"], (r, ct) => r.ObjectsAsync(ct))
        {
            TakesObjectType = true,
        },
        new(
            "relationships",
            new Columns().Text("object_type_id", "object_id", "id", "email", "cio_id").Json("attributes"),
            ["object_type_id", "object_id", "cio_id"],
            (r, ct) => r.RelationshipsAsync(ct)
        )
        {
            TakesObjectType = true,
        },
        new(
            "segments",
            new Columns().Integer("id").Text("name", "description", "type", "state").Integer("progress").Json("tags").Integer("created_at", "updated_at"),
            ["id"],
            (r, ct) => r.ListAsync("list-segments", "segments", ct)
        ),
        new(
            "segment-members",
            new Columns().Integer("segment_id").Text("segment", "id", "email", "cio_id"),
            ["segment_id", "cio_id"],
            (r, ct) => r.SegmentMembersAsync(ct)
        )
        {
            TakesSegment = true,
        },
        new(
            "campaigns",
            new Columns()
                .Integer("id")
                .Text("name", "description", "type", "state")
                .Boolean("active")
                .Integer("created", "updated", "first_started")
                .Text("event_name")
                .Json("tags", "trigger_segment_ids", "filter_segment_ids", "actions"),
            ["id"],
            (r, ct) => r.ListAsync("list-campaigns", "campaigns", ct)
        ),
        new(
            "campaign-metrics",
            new Columns().Integer("campaign_id").Text("day", "metric").Integer("value"),
            ["campaign_id", "day", "metric"],
            (r, ct) => r.CampaignMetricsAsync(ct)
        )
        {
            IsIncremental = true,
        },
        new(
            "action-metrics",
            new Columns().Integer("campaign_id", "broadcast_id", "action_id").Text("action", "day", "metric").Integer("value"),
            ["action_id", "day", "metric"],
            (r, ct) => r.ActionMetricsAsync(ct)
        )
        {
            IsIncremental = true,
        },
        new(
            "broadcasts",
            new Columns()
                .Integer("id")
                .Text("name", "description", "type", "state")
                .Boolean("active")
                .Integer("created", "updated", "first_started")
                .Json("tags", "actions"),
            ["id"],
            (r, ct) => r.ListAsync("list-broadcasts", "broadcasts", ct)
        ),
        new(
            "newsletters",
            new Columns()
                .Integer("id")
                .Text("name", "type")
                .Json("content_ids")
                .Integer("sent_at", "created", "updated")
                .Json("tags", "recipient_segment_ids")
                .Integer("subscription_topic_id"),
            ["id"],
            (r, ct) => r.PagesAsync("list-newsletters", [], "newsletters", null, ct)
        ),
        new("messages", Messages(), ["id"], (r, ct) => r.MessagesAsync(ct)) { IsIncremental = true },
        new(
            "broadcast-deliveries",
            Messages(),
            ["id"],
            (r, ct) => r.DeliveriesAsync("list-broadcasts", "broadcasts", "list-broadcast-messages", "broadcast", ct)
        )
        {
            IsIncremental = true,
        },
        new(
            "transactional-deliveries",
            Messages().Integer("transactional_message_id"),
            ["id"],
            (r, ct) => r.DeliveriesAsync("list-transactional-messages", "messages", "list-transactional-deliveries", "message", ct)
        )
        {
            IsIncremental = true,
        },
        new(
            "transactional-messages",
            new Columns()
                .Integer("id")
                .Text("name", "description")
                .Boolean("send_to_unsubscribed", "link_tracking", "open_tracking", "hide_message_body", "queue_drafts")
                .Integer("created_at", "updated_at"),
            ["id"],
            (r, ct) => r.ListAsync("list-transactional-messages", "messages", ct)
        ),
        new(
            "activities",
            new Columns()
                .Text("id", "type")
                .Integer("timestamp")
                .Text("customer_id")
                .Json("customer_identifiers")
                .Text("delivery_id", "delivery_type", "name", "url")
                .Json("data"),
            ["id"],
            (r, ct) => r.ActivitiesAsync(null, ct)
        )
        {
            IsIncremental = true,
        },
        new("suppressions", new Columns().Text("type", "email", "reason", "status").Integer("created"), ["type", "email"], (r, ct) => r.SuppressionsAsync(ct)),
        new("opt-outs", new Columns().Text("id", "cio_id", "channel", "from"), ["cio_id", "channel", "from"], (r, ct) => r.OptOutsAsync(ct)),
        new(
            "preferences",
            new Columns().Text("id", "email", "cio_id").Integer("topic_id").Text("topic").Boolean("subscribed"),
            ["cio_id", "topic_id"],
            (r, ct) => r.PreferencesAsync(ct)
        )
        {
            TakesSegment = true,
        },
        new(
            "collections",
            new Columns().Integer("id").Text("name").Integer("rows", "bytes").Json("schema").Integer("created_at", "updated_at").Json("content"),
            ["id"],
            (r, ct) => r.CollectionsAsync(ct)
        ),
    ];

    private static Columns Messages() =>
        new Columns()
            .Text("id", "type", "customer_id", "recipient", "subject")
            .Json("metrics")
            .Integer("created")
            .Text("failure_message")
            .Integer("campaign_id", "newsletter_id", "broadcast_id", "action_id", "content_id")
            .Text("trigger_event_id")
            .Boolean("forgotten")
            .Json("customer_identifiers");

    /// <summary>The columns of a table, in their order.</summary>
    private sealed class Columns : List<Column>
    {
        public Columns Text(params string[] names) => Add(ColumnType.Text, names);

        public Columns Integer(params string[] names) => Add(ColumnType.Integer, names);

        public Columns Boolean(params string[] names) => Add(ColumnType.Boolean, names);

        public Columns Json(params string[] names) => Add(ColumnType.Json, names);

        private Columns Add(ColumnType type, string[] names)
        {
            AddRange(names.Select(name => new Column(name, type)));
            return this;
        }
    }
}
