namespace CustomerIo.Connector.Sandbox;

/// <summary>What a reporting webhook can be told of: a kind of object, and what happened to it.</summary>
internal static class ReportNames
{
    private const string Preferences = "subscription_preferences_changed";

    private static readonly HashSet<string> s_all =
    [
        .. new (string Object, string Metrics)[]
        {
            ("customer", $"subscribed unsubscribed {Preferences}"),
            ("email", "drafted attempted sent delivered opened clicked converted bounced dropped deferred spammed failed unsubscribed undeliverable"),
            ("in_app", "drafted attempted sent opened clicked converted failed undeliverable"),
            ("push", "drafted attempted sent delivered opened clicked converted bounced dropped failed undeliverable"),
            ("slack", "drafted attempted sent clicked converted failed"),
            ("sms", "drafted attempted sent delivered clicked converted bounced dropped failed undeliverable replied"),
            ("whatsapp", "drafted attempted sent delivered opened clicked converted bounced dropped failed undeliverable replied"),
            ("webhook", "drafted attempted sent clicked converted failed undeliverable"),
        }.SelectMany(e => e.Metrics.Split(' ').Select(metric => $"{e.Object}_{metric}")),
    ];

    public static bool Has(string? name) => name is not null && s_all.Contains(name);

    /// <summary>The metrics of one kind of object.</summary>
    public static IEnumerable<string> Metrics(string objectType) =>
        s_all.Where(n => n.StartsWith(objectType + "_", StringComparison.Ordinal)).Select(n => n[(objectType.Length + 1)..]);

    /// <summary>The name by which a webhook asks for a metric; the vendor writes one of them otherwise than it reports it.</summary>
    public static string Of(string objectType, string metric) => $"{objectType}_{(metric == "cio_" + Preferences ? Preferences : metric)}";

    /// <summary>The kind of object that a message of a channel is reported as; null for what is not reported.</summary>
    public static string? ObjectType(string channel) =>
        channel switch
        {
            "twilio" => "sms",
            "inbox" => null,
            _ => channel,
        };
}
