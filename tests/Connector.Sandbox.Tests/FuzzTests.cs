using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>Whatever is sent, the answer is one of the vendor's.</summary>
public sealed class FuzzTests : SandboxFixture
{
    private static readonly (string Method, string Path)[] s_paths =
    [
        ("PUT", "/api/v1/customers/{}"),
        ("DELETE", "/api/v1/customers/{}"),
        ("PUT", "/api/v1/customers/{}/devices"),
        ("DELETE", "/api/v1/customers/{}/devices/{}"),
        ("POST", "/api/v1/customers/{}/suppress"),
        ("POST", "/api/v1/customers/{}/unsuppress"),
        ("POST", "/api/v1/customers/{}/events"),
        ("POST", "/api/v1/events"),
        ("POST", "/api/v1/merge_customers"),
        ("POST", "/api/v1/segments/{}/add_customers?id_type={}"),
        ("POST", "/api/v1/forms/{}/submit"),
        ("POST", "/api/v1/metrics"),
        ("POST", "/api/v1/push/events"),
        ("POST", "/unsubscribe/{}"),
        ("POST", "/api/v2/entity"),
        ("POST", "/api/v2/batch"),
        ("POST", "/api/v2/entity"),
        ("POST", "/api/v2/batch"),
        ("PUT", "/_sandbox/settings"),
        ("POST", "/_sandbox/segments"),
        ("POST", "/_sandbox/deliveries"),
        ("GET", "/v1/customers?email={}"),
        ("POST", "/v1/customers?limit={}&start={}"),
        ("POST", "/v1/customers/attributes?id_type={}"),
        ("GET", "/v1/customers/{}/attributes?id_type={}"),
        ("GET", "/v1/customers/{}/activities?type={}&limit={}"),
        ("GET", "/v1/customers/{}/messages"),
        ("GET", "/v1/activities?customer_id={}&id_type={}"),
        ("POST", "/v1/segments"),
        ("GET", "/v1/segments/{}/membership"),
        ("DELETE", "/v1/segments/{}"),
        ("POST", "/v1/send/email"),
        ("POST", "/v1/send/push"),
        ("POST", "/v1/send/sms"),
        ("POST", "/v1/send/in_app"),
        ("POST", "/v1/objects"),
        ("POST", "/v1/campaigns/2/triggers"),
        ("GET", "/v1/messages?metric={}&drafts={}"),
        ("GET", "/v1/campaigns/1/metrics?period={}&steps={}"),
        ("POST", "/v1/exports/customers"),
        ("POST", "/v1/exports/deliveries"),
        ("GET", "/v1/exports/{}/download"),
        ("POST", "/v1/reporting_webhooks"),
        ("PUT", "/v1/reporting_webhooks/{}"),
        ("POST", "/v1/newsletters"),
        ("POST", "/v1/newsletters/{}/send"),
        ("POST", "/v1/newsletters/1/schedule"),
        ("POST", "/v1/newsletters/1/language"),
        ("PUT", "/v1/newsletters/1/contents/1"),
        ("PUT", "/v1/campaigns/1/actions/1"),
        ("PUT", "/v1/transactional/2/language/{}"),
        ("GET", "/v1/campaigns/1/actions/1/metrics/links?steps={}&unique={}"),
        ("GET", "/v1/sender_identities?hidden={}&start={}"),
        ("POST", "/_sandbox/broadcasts"),
        ("POST", "/_sandbox/transactional"),
        ("POST", "/_sandbox/campaigns"),
    ];

    private static readonly string[] s_keys =
    [
        "id",
        "email",
        "phone",
        "cio_id",
        "anonymous_id",
        "object_id",
        "object_type_id",
        "cio_object_id",
        "name",
        "type",
        "action",
        "identifiers",
        "attributes",
        "data",
        "device",
        "token",
        "platform",
        "last_used",
        "timestamp",
        "_timestamp",
        "_update",
        "cio_relationships",
        "relationships",
        "relationship_attributes",
        "primary",
        "secondary",
        "ids",
        "batch",
        "unsubscribe",
        "unsubscribed",
        "delivery_id",
        "metric",
        "event",
        "recipient",
        "cio_subscription_preferences",
        "person",
        "cio_subscription_preferences.topics.t",
        "",
        "a",
        "é😀",
        "filter",
        "filters",
        "and",
        "or",
        "not",
        "segment",
        "attribute",
        "field",
        "operator",
        "value",
        "to",
        "transactional_message_id",
        "message_data",
        "attachments",
        "headers",
        "send_at",
        "auto_create",
        "queue_draft",
        "recipients",
        "scheduled_at",
        "timezone",
        "send_now",
        "rate_limit_email_rate",
        "rate_limit_time_period",
        "from_id",
        "language",
        "sending_state",
        "emails",
        "per_user_data",
        "endpoint",
        "events",
        "audience",
        "trigger_name",
        "custom_device",
        "campaign_id",
    ];

    private static readonly string[] s_texts =
    [
        "u1",
        "a@example.com",
        "cio_a3000001",
        "a3000001",
        "+43123456789",
        "person",
        "object",
        "delivery",
        "identify",
        "event",
        "page",
        "delete",
        "merge",
        "add_device",
        "add_relationships",
        "delete_relationships",
        "identify_anonymous",
        "suppress",
        "ios",
        "opened",
        "1",
        "",
        " ",
        ".",
        "01HB4HBDKTFWYZCK01DMRSWRFD",
        "é😀\u0001\u2028",
        "eq",
        "exists",
        "https://example.com/",
        "days",
        "email_sent",
        "true",
    ];

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void AnyRequest_IsAnsweredAsTheVendorWould(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Amount.Of(40); i++)
        {
            var (method, path) = random.GetItems(s_paths, 1)[0];
            while (path.Contains("{}", StringComparison.Ordinal))
            {
                var at = path.IndexOf("{}", StringComparison.Ordinal);
                path = path[..at] + Uri.EscapeDataString(random.GetItems(s_texts, 1)[0]).Replace(".", "%252E", StringComparison.Ordinal) + path[(at + 2)..];
            }
            var body = Value(random, 5, likelyObject: true).ToString(Formatting.None);
            var authorization = path.StartsWith("/v1/", StringComparison.Ordinal) ? "Bearer app" : null;
            var reply = Send(method, path, method == "GET" ? null : body, authorization).GetAwaiter().GetResult();
            Assert.That(reply.Status, Is.AnyOf(200, 201, 204, 207, 400, 404, 422), $"{method} {path} {body}\n{reply.Body}");
        }
        Assert.That(Server.Requests.Select(r => r.ToJson().ToString()), Is.All.Not.Empty);
        foreach (var page in (string[])["people", "activities", "objects", "anonymous", "deliveries", "forms", "requests"])
        {
            Assert.That(Get("/_sandbox/" + page).GetAwaiter().GetResult().Status, Is.EqualTo(200), page);
        }
        foreach (var page in (string[])["messages", "activities", "segments", "campaigns", "broadcasts", "transactional", "exports", "reporting_webhooks"])
        {
            Assert.That(Send("GET", "/v1/" + page, null, "Bearer app").GetAwaiter().GetResult().Status, Is.EqualTo(200), page);
        }
    }

    private static JToken Value(Random random, int depth, bool likelyObject = false) =>
        random.Next(likelyObject ? 4 : 10) switch
        {
            0 or 1 or 2 when depth > 0 => new JObject(
                random.GetItems(s_keys, random.Next(8)).Distinct().Select(key => new JProperty(key, Value(random, depth - 1)))
            ),
            3 when depth > 0 => new JArray(Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1, likelyObject: true))),
            4 => random.NextInt64(),
            5 => random.NextDouble() * 1e18,
            6 => new JValue(random.Next(2) == 0),
            7 => JValue.CreateNull(),
            _ => random.GetItems(s_texts, 1)[0],
        };
}
