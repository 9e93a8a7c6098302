using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>Both guards over every operation that the vendor describes, in every form and disguise that a server might read it in.</summary>
public partial class GuardedOperationsTests
{
    /// <summary>What an operation is to the guards.</summary>
    public enum Kind
    {
        Harmless,
        Destroys,

        /// <summary>Its body names who gets a message.</summary>
        Names,

        /// <summary>It reaches people whom nobody sees from here.</summary>
        Unseen,

        /// <summary>It holds operations or calls, which are harmless or not each for itself.</summary>
        Holds,
    }

    // Every operation of the vendor's three APIs that writes, but those that delete; a body is what a harmless use sends.
    private static readonly (string Operation, Kind Kind, string Body)[] s_operations =
    [
        ("track PUT /api/v1/customers/{identifier}", Kind.Harmless, """{"email":"x@else.net","recipient":"x@else.net","unsubscribed":true}"""),
        ("track PUT /api/v1/customers/{identifier}/devices", Kind.Harmless, """{"device":{"id":"t","platform":"ios"}}"""),
        ("track POST /api/v1/customers/{identifier}/suppress", Kind.Destroys, ""),
        ("track POST /api/v1/customers/{identifier}/unsuppress", Kind.Harmless, ""),
        ("track POST /unsubscribe/{delivery_id}", Kind.Destroys, """{"unsubscribe":true}"""),
        ("track POST /api/v1/customers/{identifier}/events", Kind.Names, """{"name":"x","data":{"recipient":"WHO"}}"""),
        ("track POST /api/v1/events", Kind.Names, """{"name":"x","anonymous_id":"a","data":{"recipient":"WHO"}}"""),
        ("track POST /api/v1/forms/{form_id}/submit", Kind.Harmless, """{"data":{"email":"x@else.net"}}"""),
        ("track POST /api/v1/merge_customers", Kind.Destroys, """{"primary":{"id":"1"},"secondary":{"id":"2"}}"""),
        ("track POST /api/v1/metrics", Kind.Harmless, """{"delivery_id":"d","metric":"opened","recipient":"x@else.net"}"""),
        ("track POST /api/v1/push/events", Kind.Harmless, """{"delivery_id":"d","event":"opened","device_id":"t"}"""),
        ("track POST /api/v1/segments/{segment_id}/add_customers", Kind.Harmless, """{"ids":["1"]}"""),
        ("track POST /api/v1/segments/{segment_id}/remove_customers", Kind.Destroys, """{"ids":["1"]}"""),
        ("track POST /api/v2/entity", Kind.Holds, """{"type":"person","action":"identify","identifiers":{"id":"1"},"attributes":{"recipient":"x@else.net"}}"""),
        (
            "track POST /api/v2/batch",
            Kind.Holds,
            """{"batch":[{"type":"person","action":"event","identifiers":{"id":"1"},"name":"User Deleted"},"""
                + """{"type":"delivery","action":"event","identifiers":{"id":"d"},"name":"opened"}]}"""
        ),
        ("pipelines POST /v1/identify", Kind.Harmless, """{"userId":"1","traits":{"recipient":"x@else.net"}}"""),
        ("pipelines POST /v1/track", Kind.Names, """{"userId":"1","event":"x","properties":{"recipient":"WHO"}}"""),
        ("pipelines POST /v1/page", Kind.Names, """{"userId":"1","name":"x","properties":{"recipient":"WHO"}}"""),
        ("pipelines POST /v1/screen", Kind.Names, """{"type":"screen","userId":"1","name":"x","properties":{"recipient":"WHO"}}"""),
        ("pipelines POST /v1/group", Kind.Harmless, """{"userId":"1","groupId":"g","traits":{}}"""),
        ("pipelines POST /v1/alias", Kind.Destroys, """{"userId":"1","previousId":"2"}"""),
        (
            "pipelines POST /v1/batch",
            Kind.Holds,
            """{"batch":[{"type":"identify","userId":"1"},{"type":"track","userId":"1","event":"User """
                + """Unsuppressed"}],"context":{},"integrations":{},"sentAt":"2026-01-01T00:00:00Z"}"""
        ),
        (
            "app POST /v1/send/email",
            Kind.Names,
            """{"transactional_message_id":3,"to":"WHO","identifiers":{"id":"1"}"""
                + ""","reply_to":"x@else.net","headers":{"X-A":"1","Reply-To":"x@else.net"}}"""
        ),
        (
            "app POST /v1/send/push",
            Kind.Names,
            """{"transactional_message_id":3,"identifiers":{"email":"WHO"},"to":"last_used","custom_payload":"""
                + """{"ios":{"aps":{"alert":"x"}},"android":{"message":{"data":{"to":"x"}}}}}"""
        ),
        ("app POST /v1/send/sms", Kind.Names, """{"transactional_message_id":3,"identifiers":{"email":"WHO"}}"""),
        ("app POST /v1/send/whatsapp", Kind.Names, """{"transactional_message_id":3,"identifiers":{"email":"WHO"}}"""),
        ("app POST /v1/send/in_app", Kind.Names, """{"transactional_message_id":3,"identifiers":{"email":"WHO"}}"""),
        ("app POST /v1/send/inbox_message", Kind.Names, """{"transactional_message_id":3,"identifiers":{"email":"WHO"}}"""),
        ("app POST /v1/campaigns/{broadcast_id}/triggers", Kind.Names, """{"emails":["WHO"],"data":{"x":1},"email_ignore_missing":true}"""),
        ("app PUT /v1/broadcasts/{id}/actions/{action_id}", Kind.Names, """{"subject":"x","recipient":"WHO"}"""),
        ("app PUT /v1/broadcasts/{id}/actions/{action_id}/language/{lang}", Kind.Names, """{"bcc":"WHO"}"""),
        ("app PUT /v1/campaigns/{id}/actions/{action_id}", Kind.Names, """{"recipient":"WHO","sending_state":"draft"}"""),
        ("app PUT /v1/campaigns/{id}/actions/{action_id}/language/{lang}", Kind.Names, """{"cc":"WHO"}"""),
        ("app POST /v1/newsletters", Kind.Unseen, """{"name":"x","recipients":{"segment":{"id":3}}}"""),
        ("app POST /v1/newsletters/{id}/send", Kind.Unseen, "{}"),
        ("app POST /v1/newsletters/{id}/schedule", Kind.Unseen, """{"scheduled_at":1}"""),
        ("app PUT /v1/newsletters/{id}/contents/{content_id}", Kind.Names, """{"recipient":"WHO"}"""),
        ("app POST /v1/newsletters/{id}/language", Kind.Names, """{"recipient":"WHO"}"""),
        ("app PUT /v1/newsletters/{id}/language/{lang}", Kind.Names, """{"recipient":"WHO"}"""),
        ("app POST /v1/newsletters/{id}/test_groups", Kind.Names, """{"recipient":"WHO"}"""),
        ("app POST /v1/newsletters/{id}/test_group/{tg}/language", Kind.Names, """{"recipient":"WHO"}"""),
        ("app PUT /v1/newsletters/{id}/test_group/{tg}/language/{lang}", Kind.Names, """{"recipient":"WHO"}"""),
        ("app PUT /v1/transactional/{id}/content/{content_id}", Kind.Names, """{"recipient":"WHO"}"""),
        ("app PUT /v1/transactional/{id}/language/{lang}", Kind.Names, """{"recipient":"WHO"}"""),
        ("app POST /v1/customers", Kind.Harmless, """{"filter":{"segment":{"id":3}}}"""),
        ("app POST /v1/customers/attributes", Kind.Harmless, """{"ids":["1"]}"""),
        ("app PUT /v1/customers/{id}/optouts", Kind.Destroys, """[{"channel":"sms","from":"+1"}]"""),
        ("app POST /v1/segments", Kind.Harmless, """{"segment":{"name":"x"}}"""),
        ("app POST /v1/objects", Kind.Harmless, """{"object_type_id":"1","filter":{}}"""),
        ("app POST /v1/exports/customers", Kind.Harmless, """{"filters":{}}"""),
        ("app POST /v1/exports/deliveries", Kind.Harmless, """{"newsletter_id":3}"""),
        ("app POST /v1/imports", Kind.Unseen, """{"import":{"name":"x","type":"event","data_file_url":"https://else.net/x"}}"""),
        ("app POST /v1/collections", Kind.Harmless, """{"name":"x","data":[]}"""),
        ("app PUT /v1/collections/{id}", Kind.Harmless, """{"name":"x"}"""),
        ("app PUT /v1/collections/{id}/content", Kind.Harmless, """[{"to":"x@else.net"}]"""),
        ("app POST /v1/snippets", Kind.Harmless, """{"name":"x","value":"y"}"""),
        ("app PUT /v1/snippets", Kind.Harmless, """{"name":"x","value":"y"}"""),
        ("app POST /v1/reporting_webhooks", Kind.Harmless, """{"name":"x","endpoint":"https://example.com","events":["email_sent"]}"""),
        ("app PUT /v1/reporting_webhooks/{id}", Kind.Harmless, """{"name":"x"}"""),
        ("app POST /v1/esp/suppression/{type}/{email}", Kind.Destroys, ""),
        ("app POST /v1/data_index/attributes", Kind.Harmless, "{}"),
        ("app POST /v1/data_index/events", Kind.Harmless, "{}"),
        ("app POST /v1/live_notifications/start", Kind.Unseen, """{"identifiers":{"id":"1"}}"""),
        ("app POST /v1/live_notifications/update", Kind.Unseen, """{"instance_id":"1"}"""),
        ("app POST /v1/live_notifications/end", Kind.Unseen, """{"instance_id":"1"}"""),
        ("app POST /v1/assets/files", Kind.Harmless, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nx\r\n--b--\r\n"),
        ("app PUT /v1/assets/files/{id}", Kind.Harmless, """{"name":"x"}"""),
        ("app POST /v1/assets/folders", Kind.Harmless, """{"name":"x"}"""),
        ("app PUT /v1/assets/folders/{id}", Kind.Harmless, """{"name":"x"}"""),
        ("app POST /v1/design_studio/components", Kind.Harmless, """{"name":"x"}"""),
        ("app PUT /v1/design_studio/components/{id}", Kind.Harmless, """{"name":"x"}"""),
        ("app POST /v1/design_studio/folders", Kind.Harmless, """{"name":"x"}"""),
        ("app PUT /v1/design_studio/folders/{id}", Kind.Harmless, """{"name":"x"}"""),
        ("app POST /v1/design_studio/emails", Kind.Harmless, """{"name":"x","subject":"y"}"""),
        ("app PUT /v1/design_studio/emails/{id}", Kind.Harmless, """{"name":"x","subject":"y"}"""),
        ("app POST /v1/design_studio/emails/{id}/languages", Kind.Harmless, """{"language":"fr"}"""),
        ("app PUT /v1/design_studio/emails/{id}/languages/{lang}", Kind.Harmless, """{"subject":"y"}"""),
        ("app POST /v1/design_studio/emails/{id}/link", Kind.Harmless, "{}"),
        ("app POST /v1/design_studio/emails/{id}/preview", Kind.Harmless, "{}"),
        ("app POST /v1/design_studio/emails/{id}/publish", Kind.Harmless, "{}"),
        ("app POST /v1/design_studio/emails/{id}/versions", Kind.Harmless, "{}"),
        ("app POST /v1/design_studio/emails/{id}/versions/{version_id}/restore", Kind.Harmless, "{}"),
        ("app POST /v1/design_studio/emails/{id}/inbox_previews", Kind.Harmless, "{}"),
    ];

    private static readonly string[] s_destroyingActions = ["delete", "delete_device", "delete_relationships", "merge", "suppress"];

    private static readonly string[] s_harmlessActions =
    [
        "identify",
        "identify_anonymous",
        "event",
        "page",
        "screen",
        "add_device",
        "add_relationships",
        "unsuppress",
    ];

    private static readonly string[] s_destroyingEvents = ["User Deleted", "User Suppressed", "Object Deleted", "Device Deleted", "Relationship Deleted"];

    private static readonly string[] s_harmlessEvents = ["User Unsuppressed", "Device Created or Updated", "Report Delivery Event", "Report Content Event"];

    private static readonly string[] s_methodHeaders =
    [
        "X-HTTP-Method-Override",
        "x-http-method-override",
        "X-HTTP-Method",
        "X-Method-Override",
        "X_HTTP_METHOD_OVERRIDE",
        "_method",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Forwarded-Uri",
    ];

    private static readonly string[] s_methodFields = ["_method", "_METHOD", "X-HTTP-Method-Override", "x_http_method_override", "_HttpMethod"];

    [Test]
    public void EveryOperation_OfTheVendorsDescriptions_IsEitherHarmfulOrHarmless()
    {
        var described = Described().ToList();
        if (described.Count == 0)
        {
            Assert.Ignore("The vendor's descriptions are not at hand (../shared beside the repository).");
        }

        var known = s_operations.Select(o => o.Operation).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(known, Is.Unique);
            Assert.That(
                described.Where(o => o.Split(' ')[1] is not ("GET" or "DELETE")).Except(known),
                Is.Empty,
                "operations that stand in no row of this test"
            );
            Assert.That(known.Except(described), Is.Empty, "rows of this test that the vendor does not describe");
        });
    }

    [Test]
    public void EveryActionAndReservedEvent_OfTheVendorsDescriptions_IsEitherHarmfulOrHarmless()
    {
        var (track, pipelines) = (Repository.VendorFile("customer-io-track-api-openapi.json"), Repository.VendorFile("customer-io-pipelines-api-openapi.json"));
        if (track is null || pipelines is null)
        {
            Assert.Ignore("The vendor's descriptions are not at hand (../shared beside the repository).");
        }

        var schemas = JObject.Parse(File.ReadAllText(track!))["components"]!["schemas"]!;
        var actions = schemas
            .Children<JProperty>()
            .Where(s => s.Name != "v1_cio_relationships")
            .SelectMany(s => s.Value.SelectTokens("$..properties.action.enum[*]"))
            .Select(a => (string)a!)
            .Distinct();
        var events = ReservedEvent().Matches(File.ReadAllText(pipelines!)).Select(m => m.Value).Distinct();
        Assert.Multiple(() =>
        {
            Assert.That(actions, Is.EquivalentTo(s_destroyingActions.Concat(s_harmlessActions)));
            Assert.That(events, Is.EquivalentTo(s_destroyingEvents.Concat(s_harmlessEvents)));
        });
    }

    [Test]
    public void HarmlessOperations_PassBothGuards()
    {
        Assert.Multiple(() =>
        {
            foreach (var (operation, kind, body) in s_operations)
            {
                foreach (var path in Paths(operation))
                {
                    var request = Request(operation, body.Replace("WHO", "a@example.com"), path);
                    Passes(request, destructive: kind is not Kind.Destroys, recipients: kind is not Kind.Unseen);
                }
            }

            foreach (var operation in Described().Where(o => o.Split(' ')[1] is "GET"))
            {
                Passes(Request(operation, ""), true, true);
                Passes(Request(operation, "") with { Query = "id_type=email&start=MDox&limit=10&email=a%40b.c" }, true, true);
            }

            foreach (var operation in Described().Where(o => o.Split(' ')[1] is "DELETE"))
            {
                Passes(Request(operation, ""), false, true);
            }

            foreach (
                var (body, path) in Operations(s_harmlessActions.SelectMany(a => new[] { $"\"action\":\"{a}\"", $"\"action\":\"{a.ToUpperInvariant()}\"" }))
            )
            {
                Passes(Request("track POST " + path, body), true, true);
            }

            foreach (var (body, path) in Calls(s_harmlessEvents.Select(e => $"\"event\":\"{e}\"")))
            {
                Passes(Request("pipelines POST " + path, body), true, true);
            }

            Passes(
                Request("app POST /v1/customers", """{"filter":{}}""") with
                {
                    Query = "start=x&limit=10",
                    Headers = [new("X-Example", "1"), new("Content-Type", "application/json; charset=utf-8"), new("X-Workspace-Id", "3")],
                },
                true,
                true
            );
        });
    }

    /// <summary>Bodies made of the vendor's own schemas: each form of each, with every field that is documented.</summary>
    [Test]
    public void EveryBody_OfTheVendorsSchemas_PassesOrIsStoppedByWhatItDoes()
    {
        var seen = 0;
        Assert.Multiple(() =>
        {
            foreach (var (operation, body) in Sampled())
            {
                seen++;
                var destroys =
                    s_operations.Single(o => o.Operation == operation).Kind == Kind.Destroys
                    || body.DescendantsAndSelf()
                        .OfType<JProperty>()
                        .Any(p =>
                            (p.Name == "action" && s_destroyingActions.Contains((string?)p.Value))
                            || (p.Name == "event" && s_destroyingEvents.Contains((string?)p.Value))
                            || (p.Name == "type" && (string?)p.Value == "alias")
                        );
                Passes(Request(operation, ConnectorJson.ToText(body)), !destroys, true);
                var other = (JObject)body.DeepClone();
                var recipients = other
                    .SelectTokens("$..data.recipient")
                    .Concat(other.SelectTokens("$..attributes.recipient"))
                    .Concat(other.SelectTokens("$..properties.recipient"))
                    .ToList();
                if (recipients.Count > 0)
                {
                    recipients.ForEach(r => r.Replace("x@else.net"));
                    Stops(Request(operation, ConnectorJson.ToText(other)), Allowing);
                }
            }
        });
        if (seen == 0)
        {
            Assert.Ignore("The vendor's descriptions are not at hand (../shared beside the repository).");
        }

        Assert.That(seen, Is.GreaterThan(40));
    }

    [Test]
    public void DestroyingOperations_InAnyPath_AreStopped()
    {
        Assert.Multiple(() =>
        {
            foreach (var (operation, _, body) in s_operations.Where(o => o.Kind == Kind.Destroys))
            {
                foreach (var path in Paths(operation).SelectMany(Disguised))
                {
                    foreach (var method in (string[])["POST", "PUT", "PATCH", "post", "ODD"])
                    {
                        foreach (var content in (string[])[body, "", "{}", "[]", "x"])
                        {
                            Stops(Request(operation, content, path) with { Method = new HttpMethod(method) }, Blocking);
                        }
                    }
                }
            }

            foreach (
                var operation in Described().Where(o => o.Split(' ')[1] is "DELETE").Append("app DELETE /v9/anything").Append("pipelines DELETE /v1/track")
            )
            {
                Stops(Request(operation, ""), Blocking);
                Stops(Request(operation, "") with { Method = new HttpMethod("delete") }, Blocking);
            }

            Stops(Request("track GET /unsubscribe/d", ""), Blocking);
            Stops(Request("track GET /%75nsubscribe//d", ""), Blocking);
        });
    }

    [Test]
    public void DestroyingActions_InAnyFormOfTheBody_AreStopped()
    {
        Assert.Multiple(() =>
        {
            foreach (
                var (body, path) in Operations(s_destroyingActions.SelectMany(a => Members("action", a, "identify")))
                    .Concat(Calls(s_destroyingEvents.SelectMany(e => Members("event", e, "x"))))
            )
            {
                foreach (var disguised in Disguised(path))
                {
                    Stops(Request((path.Contains("v2") ? "track POST " : "pipelines POST ") + path, body, disguised), Blocking);
                }
            }
        });
    }

    // A person's attributes may carry what becomes of their relationships.
    [TestCase("track PUT /api/v1/customers/5", "ATTRIBUTES")]
    [TestCase("track POST /api/v2/entity", """{"type":"person","action":"identify","attributes":ATTRIBUTES}""")]
    [TestCase("track POST /api/v2/batch", """{"batch":[{"type":"person","action":"identify","attributes":ATTRIBUTES}]}""")]
    [TestCase("pipelines POST /v1/identify", """{"userId":"1","traits":ATTRIBUTES}""")]
    [TestCase("pipelines POST /v1/batch", """{"batch":[{"type":"identify","userId":"1","traits":ATTRIBUTES}]}""")]
    public void Relationships_AmongAttributes_AreAddedOrStopped(string operation, string body)
    {
        const string Them = "\"relationships\":[{\"identifiers\":{\"object_type_id\":\"1\",\"object_id\":\"acme\"}}]";
        Assert.Multiple(() =>
        {
            foreach (
                var harmless in (string[])
                    ["null", "[]", $"{{\"action\":\"add_relationships\",{Them}}}", """[{"identifiers":{"object_type_id":"1","object_id":"acme"}}]"""]
            )
            {
                Passes(Request(operation, body.Replace("ATTRIBUTES", $"{{\"plan\":\"pro\",\"cio_relationships\":{harmless}}}")), true, true);
            }

            foreach (var member in Members("action", "delete_relationships", "add_relationships"))
            {
                foreach (var key in (string[])["cio_relationships", "CIO_Relationships", "cio_relation\u017fhips"])
                {
                    Stops(Request(operation, body.Replace("ATTRIBUTES", $"{{\"{key}\":{{{member},{Them}}}}}")), Blocking);
                    Stops(Request(operation, body.Replace("ATTRIBUTES", $"{{\"{key}\":[{{{member}}}]}}")), Blocking);
                }
            }

            foreach (var odd in (string[])["\"delete_relationships\"", "{}", $"{{{Them}}}", "true", "[\"acme\"]"])
            {
                Stops(Request(operation, body.Replace("ATTRIBUTES", $"{{\"cio_relationships\":{odd}}}")), Blocking);
            }

            Stops(Request(operation, body.Replace("ATTRIBUTES", "{\"cio_relationships.action\":\"delete_relationships\"}")), Blocking);
        });
    }

    [TestCase("track POST /api/v2/entity", """{"type":"person","action":"identify","action":"identify"}""", "\"action\" stands twice")]
    [TestCase("track PUT /api/v1/customers/5", """{"plan":"a","plan":"b"}""", "\"plan\" stands twice")]
    [TestCase("track POST /api/v2/entity", """{"action":"identify","Action":"identify"}""", "\"action\" stands more than once")]
    public void DuplicateKey_IsNamedWithWhatToDo(string operation, string body, string expected) =>
        Assert.That(
            () => Guards.Apply(Request(operation, body), Blocking, _ => { }),
            Throws.TypeOf<ConnectorException>().With.Message.Contains(expected).And.Message.Contains("write it once")
        );

    [TestCase("track", "/api/v2/batch", """{"batch":[],"type":"person","action":"delete","identifiers":{"id":"1"}}""")]
    [TestCase("track", "/api/v2/batch", """{"type":"person","action":"delete","identifiers":{"id":"1"}}""")]
    [TestCase("track", "/api/v2/batch", """[{"type":"person","action":"delete","identifiers":{"id":"1"}}]""")]
    [TestCase("track", "/api/v2/batch", """{"batch":{"type":"person","action":"delete"}}""")]
    [TestCase("track", "/api/v2/batch", """{"batch":[[{"action":"delete"}]]}""")]
    [TestCase("track", "/api/v2/batch", """{"batch":[{"action":"identify","batch":[{"action":"delete"}]}]}""")]
    [TestCase("track", "/api/v2/batch", """{"batch":[{"action":"identify"}],"Batch":[{"action":"delete"}]}""")]
    [TestCase("track", "/api/v2/batch", """{"batch":[{"action":"identify"}],"batch":[{"action":"delete"}]}""")]
    [TestCase("track", "/api/v2/batch", """{"batch":[{"action":"identify"}],"operations":[{"action":"delete"}]}""")]
    [TestCase("track", "/api/v2/entity", """{"batch":[],"action":"identify"}""")]
    [TestCase("track", "/api/v2/entity", """{"batch":[{"action":"delete"}],"action":"identify"}""")]
    [TestCase("track", "/api/v2/entity", """{"action":"identify","batch":null}""")]
    [TestCase("track", "/api/v2/entity", """[{"action":"delete"}]""")]
    [TestCase("track", "/api/v2/entity", """{"action":["delete"]}""")]
    [TestCase("track", "/api/v2/entity", """{"action":{"delete":true}}""")]
    [TestCase("track", "/api/v2/entity", """{"action":null}""")]
    [TestCase("track", "/api/v2/entity", """{"type":"person"}""")]
    [TestCase("track", "/api/v2/entity", """{"action":"remove"}""")]
    [TestCase("track", "/api/v2/entity", "action=delete&type=person")]
    [TestCase("track", "/api/v2/entity", "\"delete\"")]
    [TestCase("pipelines", "/v1/batch", """{"batch":[],"type":"track","event":"User Deleted","userId":"1"}""")]
    [TestCase("pipelines", "/v1/batch", """{"batch":[{"type":"alias","userId":"1","previousId":"2"}]}""")]
    [TestCase("pipelines", "/v1/batch", """{"batch":[{"type":"Alias","userId":"1","previousId":"2"}]}""")]
    [TestCase("pipelines", "/v1/batch", """{"batch":[{"userId":"1","previousId":"2"}]}""")]
    [TestCase("pipelines", "/v1/batch", """{"batch":[{"type":["alias"],"userId":"1"}]}""")]
    [TestCase("pipelines", "/v1/batch", """{"batch":[{"type":"identify","TYPE":"alias","userId":"1"}]}""")]
    [TestCase("pipelines", "/v1/batch", """[{"type":"alias","userId":"1","previousId":"2"}]""")]
    [TestCase("pipelines", "/v1/identify", """{"type":"alias","userId":"1","previousId":"2"}""")]
    [TestCase("pipelines", "/v1/track", """{"event":"x","batch":[{"type":"alias"}]}""")]
    [TestCase("pipelines", "/v1/track", """{"event":["User Deleted"]}""")]
    [TestCase("pipelines", "/v1/track", """{"name":"User Deleted"}""")]
    [TestCase("pipelines", "/v1/a", """{"userId":"1","previousId":"2"}""")]
    [TestCase("pipelines", "/v1/import", """{"batch":[{"type":"alias"}]}""")]
    [TestCase("app", "/v1/unknown", "{}")]
    [TestCase("app", "/v2/customers", "{}")]
    [TestCase("app", "/v1/customers/5/forget", "{}")]
    [TestCase("track", "/api/v1/customers/5/forget", "{}")]
    public void DestructiveGuard_AShapeThatIsNotUnderstood_IsRefused(string api, string path, string body) =>
        Stops(Request($"{api} POST {path}", body), Blocking);

    [Test]
    public void AnyOperation_ThatNamesAnotherMethodOrPath_IsStopped()
    {
        Assert.Multiple(() =>
        {
            foreach (var (operation, _, body) in s_operations)
            {
                var request = Request(operation, body.Replace("WHO", "a@example.com"));
                foreach (var guard in (Connection[])[Blocking, Allowing])
                {
                    foreach (var name in s_methodHeaders)
                    {
                        Stops(request with { Headers = [new(name, "DELETE")] }, guard);
                        Stops(Request(operation.Replace(" POST ", " GET ").Replace(" PUT ", " GET "), "") with { Headers = [new(name, "DELETE")] }, guard);
                    }

                    Stops(request with { Headers = [new("Content-Encoding", "gzip")] }, guard);
                    Stops(request with { Headers = [new("Content-Type", "application/json; charset=utf-16")] }, guard);
                    foreach (var name in s_methodFields.Append("%5Fmethod").Append("method"))
                    {
                        Stops(request with { Query = "x=1&" + name + "=DELETE" }, guard);
                    }

                    foreach (var name in s_methodFields)
                    {
                        Stops(
                            Request(
                                operation,
                                body.StartsWith('{') && body != "{}" ? "{\"" + name + "\":\"DELETE\"," + body[1..] : "{\"" + name + "\":\"DELETE\"}"
                            ),
                            guard
                        );
                    }

                    Stops(Request(operation, "_method=DELETE&x=1"), guard);
                    Stops(Request(operation, "--b\r\nContent-Disposition: form-data; name=\"_method\"\r\n\r\nDELETE\r\n--b--\r\n"), guard);
                }
            }
        });
    }

    // JSON to us, and a form to a server that goes by the content type.
    [TestCase("track POST /api/v2/entity", """{"action":"identify","x":"&action=delete&type=person&identifiers[id]=1&"}""")]
    [TestCase("track PUT /api/v1/customers/5", """{"x":"&_method=DELETE&"}""")]
    [TestCase("app POST /v1/send/email", """{"to":"a@example.com","subject":"&to=x@else.net&"}""")]
    public void AnyOperation_JsonThatIsSentAsAForm_IsStopped(string operation, string body)
    {
        foreach (
            var type in (string[])["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=utf-8", "multipart/form-data; boundary=x"]
        )
        {
            var request = Request(operation, body);
            foreach (var guard in (Connection[])[Blocking, Allowing])
            {
                if (guard == Blocking && operation.Contains("send"))
                {
                    continue;
                }

                Stops(request with { Headers = [new("Content-Type", type)] }, guard);
                Stops(request with { Body = request.Body with { ContentType = type } }, guard);
            }
        }
    }

    [Test]
    public void Recipients_ThatAreNotAllowed_AreStoppedWhereverTheyStand()
    {
        Assert.Multiple(() =>
        {
            foreach (var (operation, kind, body) in s_operations.Where(o => o.Kind is Kind.Names or Kind.Unseen))
            {
                foreach (var path in Paths(operation).Take(1).SelectMany(Disguised))
                {
                    foreach (var other in s_addresses.Select(a => JsonText(a)).Concat(s_notTexts))
                    {
                        Stops(Request(operation, body.Replace("\"WHO\"", other), path), Allowing);
                    }
                }

                if (kind == Kind.Names)
                {
                    // Every key of the body in another letter case, doubled, and as a list or JSON text of the whole.
                    foreach (var variant in Recased(body))
                    {
                        Stops(Request(operation, variant.Replace("WHO", "x@else.net")), Allowing);
                    }

                    var harmful = body.Replace("WHO", "x@else.net");
                    foreach (var whole in (string[])[$"[{harmful}]", JsonText(harmful), $"{{\"batch\":[{harmful}]}}", "to=x@else.net"])
                    {
                        Stops(Request(operation, whole), Allowing);
                    }
                }
            }
        });
    }

    private static IEnumerable<TestCaseData> MessageFields()
    {
        const string Email = "\"to\":\"a@example.com\",\"identifiers\":{\"id\":\"1\"}",
            Person = "\"identifiers\":{\"email\":\"a@example.com\"}";
        string[] fields =
        [
            "cc",
            "bcc",
            "recipient",
            "recipients",
            "emails",
            "email",
            "phone",
            "To",
            "TO",
            "CC",
            "Bcc",
            "per_user_data",
            "ids",
            "device_token",
            "custom_device",
        ];
        foreach (var channel in (string[])["email", "push", "sms", "whatsapp", "in_app", "inbox_message"])
        {
            var good = channel == "email" ? Email : Person;
            foreach (var field in fields)
            {
                foreach (
                    var value in (string[])
                        ["\"x@else.net\"", "[\"x@else.net\"]", "{\"email\":\"x@else.net\"}", "{\"token\":\"t\"}", "[\"a@example.com\"]", "true"]
                )
                {
                    yield return new TestCaseData(channel, $"{{{good},\"{field}\":{value}}}");
                }
            }

            foreach (
                var identifiers in (string[])
                    [
                        "\"x\"",
                        "[{\"email\":\"a@example.com\"}]",
                        "{\"email\":\"a@example.com\",\"id\":\"1\"}",
                        "{\"email\":\"x@else.net\"}",
                        "{\"email\":[\"a@example.com\"]}",
                        "{\"device\":\"a@example.com\"}",
                        "{}",
                        "null",
                    ]
            )
            {
                if (channel != "email")
                {
                    yield return new TestCaseData(channel, $"{{\"identifiers\":{identifiers}}}");
                }
            }
        }

        foreach (var device in (string[])["\"a-token\"", "\"All\"", "[\"all\"]", "\"all,a-token\"", "{\"token\":\"t\"}", "5"])
        {
            yield return new TestCaseData("push", $"{{{Person},\"to\":{device}}}");
        }

        foreach (
            var payload in (string[])
                [
                    "{\"android\":{\"message\":{\"token\":\"t\"}}}",
                    "{\"android\":{\"message\":{\"Topic\":\"t\"}}}",
                    "{\"android\":{\"registration_ids\":[\"t\"]}}",
                    "{\"ios\":\"{\\\"to\\\":\\\"t\\\"}\"}",
                    "\"{}\"",
                    "[{\"to\":\"t\"}]",
                    "{\"android\":{\"x\":[{\"condition\":\"t\"}]}}",
                ]
        )
        {
            yield return new TestCaseData("push", $"{{{Person},\"custom_payload\":{payload}}}");
        }

        string[] names =
        [
            "Bcc",
            "bcc",
            "Bcc ",
            " Bcc",
            "B cc",
            "Bcc\\t",
            "Bcc:",
            "Cc",
            "To",
            "Resent-To",
            "resent-bcc",
            "Resent-Cc",
            "Apparently-To",
            "X-SMTPAPI",
            "X-Envelope-To",
            "X-A\\r\\nBcc",
            "X-A: 1\\nBcc",
            "\\u0042cc",
            "Bcc\\u00a0",
            "Bc\\u0441",
            "{{h}}",
            "",
        ];
        foreach (var name in names)
        {
            foreach (
                var headers in (string[])
                    [
                        $"{{\"{name}\":\"x@else.net\"}}",
                        $"[{{\"name\":\"{name}\",\"value\":\"x@else.net\"}}]",
                        $"[{{\"Name\":\"{name}\",\"Value\":\"x@else.net\"}}]",
                        $"{{\"X-A\":\"1\",\"{name}\":[\"x@else.net\"]}}",
                        $"{{\"name\":\"{name}\",\"value\":\"x@else.net\"}}",
                    ]
            )
            {
                yield return new TestCaseData("email", $"{{{Email},\"headers\":{headers}}}");
                yield return new TestCaseData("email", $"{{{Email},\"headers\":{JsonText(headers)}}}");
            }
        }

        foreach (
            var headers in (string[])
                [
                    "{\"X-A\":\"1\\r\\nBcc: x@else.net\"}",
                    "{\"X-A\":\"1\\n Bcc: x@else.net\"}",
                    "{\"X-A\":{\"Bcc\":\"x@else.net\"}}",
                    "[[\"Bcc\",\"x@else.net\"]]",
                    "[\"Bcc: x@else.net\"]",
                    "\"Bcc: x@else.net\"",
                    "5",
                    "[{\"name\":\"X-A\",\"value\":\"1\",\"bcc\":\"x\"}]",
                    "{\"X-A\":\"1\",\"x-a\":\"2\",\"BCC\":\"x\"}",
                ]
        )
        {
            yield return new TestCaseData("email", $"{{{Email},\"headers\":{headers}}}");
        }
    }

    [TestCaseSource(nameof(MessageFields))]
    public void Message_AnotherFieldThatMayNameARecipient_IsStopped(string channel, string body) =>
        Stops(Request("app POST /v1/send/" + channel, body), Allowing);

    [TestCase("""{"emails":["a@example.com"],"recipients":{"segment":{"id":3}}}""")]
    [TestCase("""{"emails":["a@example.com"],"recipients":{}}""")]
    [TestCase("""{"emails":["a@example.com"],"ids":[]}""")]
    [TestCase("""{"emails":["a@example.com"],"data_file_url":"https://else.net/x"}""")]
    [TestCase("""{"emails":["a@example.com"],"per_user_data":[{"email":"x@else.net"}]}""")]
    [TestCase("""{"emails":["a@example.com"],"Emails":["x@else.net"]}""")]
    [TestCase("""{"emails":["a@example.com"],"email\u017f":["x@else.net"]}""")]
    [TestCase("""{"emails":["a@example.com"],"perUserData":[{"email":"x@else.net"}]}""")]
    [TestCase("""{"emails":["a@example.com"],"filter":{"segment":{"id":3}}}""")]
    [TestCase("""{"emails":[["x@else.net"]]}""")]
    [TestCase("""{"emails":[{"email":"x@else.net"}]}""")]
    [TestCase("""{"emails":["a@example.com,x@else.net"]}""")]
    [TestCase("""{"emails":"a@example.com"}""")]
    [TestCase("""{"emails":{"0":"x@else.net"}}""")]
    [TestCase("""{"emails":[]}""")]
    [TestCase("""{"emails":null}""")]
    [TestCase("""{"ids":["a@example.com",{"id":"7"}]}""")]
    [TestCase("""{"ids":["7"]}""")]
    [TestCase("""{"per_user_data":[{"email":"a@example.com","id":"7"}]}""")]
    [TestCase("""{"per_user_data":[{"email":"a@example.com","EMAIL":"x@else.net"}]}""")]
    [TestCase("""{"per_user_data":[{"email":"a@example.com","to":"x@else.net"}]}""")]
    [TestCase("""{"per_user_data":[{"email":"a@example.com"},"x@else.net"]}""")]
    [TestCase("""{"per_user_data":{"email":"a@example.com"}}""")]
    [TestCase("""{"data":{"x":1}}""")]
    [TestCase("")]
    public void Trigger_AnAudienceThatCannotBeSeenWhole_IsStopped(string body)
    {
        foreach (var path in (string[])["/v1/campaigns/4/triggers", "/v1/broadcasts/4/triggers", "/V1//Campaigns/4/%74riggers/"])
        {
            Stops(Request("app POST " + path, body), Allowing);
        }

        Stops(Request("app POST /v1/campaigns/4/triggers", """{"emails":["a@example.com"]}""") with { Query = "recipients=3" }, Allowing);
    }

    [TestCase("track", "/api/v1/customers/5/events", """{"name":"x","data":{},"Data":{"recipient":"x@else.net"}}""")]
    [TestCase("track", "/api/v1/customers/5/events", """{"name":"x","data":{"Recipient":"x@else.net"}}""")]
    [TestCase("track", "/api/v1/customers/5/events", """{"name":"x","data":{"recipient":"a@example.com","RECIPIENT":"x@else.net"}}""")]
    [TestCase("track", "/api/v1/customers/5/events", """{"name":"x","data":[{"recipient":"x@else.net"}]}""")]
    [TestCase("track", "/api/v1/customers/5/events", """{"name":"x","data":"{\"recipient\":\"x@else.net\"}"}""")]
    [TestCase("track", "/api/v1/customers/5/events", """{"name":"x","recipient":"x@else.net"}""")]
    [TestCase("track", "/api/v1/customers/5/events", """{"name":"x","data[recipient]":"x@else.net"}""")]
    [TestCase("track", "/api/v1/customers/5/events", """{"name":"x","attributes":{"recipient":"x@else.net"}}""")]
    [TestCase("track", "/api/v1/customers/5/events", "name=x&data[recipient]=x@else.net")]
    [TestCase("track", "/api/v2/entity", """{"action":"event","attributes":{"recipient":["x@else.net"]}}""")]
    [TestCase("track", "/api/v2/entity", """{"Action":"EVENT","Attributes":{"recipient":"x@else.net"}}""")]
    [TestCase("track", "/api/v2/batch", """{"batch":[{"action":"identify"},{"action":"page","attributes":{"recipient":"x@else.net"}}]}""")]
    [TestCase("track", "/api/v2/batch", """{"batch":[],"action":"event","attributes":{"recipient":"x@else.net"}}""")]
    [TestCase("track", "/api/v1/send/email", """{"to":"x@else.net"}""")]
    [TestCase("pipelines", "/v1/batch", """{"batch":[{"type":"track","event":"x","Properties":{"recipient":"x@else.net"}}]}""")]
    [TestCase("app", "/v1/send/fax", """{"to":"a@example.com"}""")]
    [TestCase("app", "/v1/send/email/now", """{"to":"a@example.com"}""")]
    [TestCase("app", "/v1/api/send/email", """{"to":"a@example.com"}""")]
    [TestCase("app", "/v1/messages/resend", "{}")]
    [TestCase("app", "/v1/campaigns/4/actions/5", """{"sending_state":"automatic"}""")]
    public void RecipientGuard_AShapeThatIsNotUnderstood_IsRefused(string api, string path, string body) =>
        Stops(Request($"{api} {(path.Contains("actions") ? "PUT" : "POST")} {path}", body), Allowing);

    [TestCase("a@example.com", true)]
    [TestCase("Ada <a@example.com>", true)]
    [TestCase("\"Lovelace, Ada\" <a@example.com>", true)]
    [TestCase("o'brien+x@example.com", true)]
    public void Recipients_ThatAreAllowed_Pass(string address, bool expected) =>
        Assert.That(Stopped(Request("app POST /v1/send/email", $"{{\"to\":{JsonText(address)}}}"), Allowing), Is.EqualTo(!expected));

    [Test]
    public void Rewrite_AMessagesContent_IsRefusedAndNeverRewritten()
    {
        var guard = new Connection { AppApiKey = "a", RecipientGuard = "rewrite:qa@example.com" };
        Stops(Request("app PUT /v1/campaigns/4/actions/5", """{"recipient":"x@else.net"}"""), guard);
        Assert.That(Stopped(Request("app PUT /v1/campaigns/4/actions/5", """{"recipient":"qa@example.com"}"""), guard), Is.False);
    }

    // What is not allowed, by itself or by what could be read in it.
    private static readonly string[] s_addresses =
    [
        "x@else.net",
        "X@ELSE.NET",
        "a@example.com, x@else.net",
        "x@else.net,a@example.com",
        "x@else.net;a@example.com",
        "x@else.net a@example.com",
        "\"a@example.com\" <x@else.net>",
        "x@else.net <a@example.com>",
        "a@example.com \\\", x@else.net, \\\" <a@example.com>",
        "{{customer.email}}",
        "{{x}}@example.com",
        "x@else.net\r\n@example.com",
        "x@else.net\0@example.com",
        "x\uff20else.net@example.com",
        "friends: x@else.net;",
        "(a@example.com) x@else.net",
        " , ",
    ];

    // An address that is none: as a list, an object, a number, a truth.
    private static readonly string[] s_notTexts =
    [
        "[\"x@else.net\"]",
        "[\"a@example.com\"]",
        "{\"email\":\"a@example.com\"}",
        "{\"0\":\"x@else.net\"}",
        "true",
        "1.5",
    ];

    private static Connection Blocking { get; } =
        new()
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            PipelinesApiKey = "p",
            BlockDestructive = true,
        };

    private static Connection Allowing { get; } =
        new()
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            PipelinesApiKey = "p",
            RecipientGuard = "allow:*@example.com",
        };

    private static IEnumerable<string> Described()
    {
        foreach (
            var (api, name, prefix) in new[]
            {
                ("track", "customer-io-track-api-openapi.json", ""),
                ("pipelines", "customer-io-pipelines-api-openapi.json", "/v1"),
            }
        )
        {
            if (Repository.VendorFile(name) is { } file)
            {
                foreach (var path in JObject.Parse(File.ReadAllText(file))["paths"]!.Children<JProperty>())
                {
                    foreach (var method in path.Value.Children<JProperty>().Where(m => m.Name is "get" or "put" or "post" or "patch" or "delete"))
                    {
                        yield return $"{api} {method.Name.ToUpperInvariant()} {prefix}{path.Name}";
                    }
                }
            }
        }

        // The App API's description is not among these files; a list of its operations is.
        var isApp = false;
        foreach (var line in Repository.VendorFile("../review/coverage.md") is { } list ? File.ReadAllLines(list) : [])
        {
            isApp = line.StartsWith('#') ? line.StartsWith("#### App", StringComparison.Ordinal) : isApp;
            if (isApp && AppOperation().Match(line) is { Success: true } match)
            {
                yield return $"app {match.Groups[1].Value} {match.Groups[2].Value.Split('?')[0]}";
            }
        }
    }

    private static IEnumerable<(string Operation, JObject Body)> Sampled()
    {
        foreach (
            var (api, name, prefix) in new[]
            {
                ("track", "customer-io-track-api-openapi.json", ""),
                ("pipelines", "customer-io-pipelines-api-openapi.json", "/v1"),
            }
        )
        {
            if (Repository.VendorFile(name) is not { } file)
            {
                continue;
            }

            var whole = JObject.Parse(File.ReadAllText(file));
            foreach (var method in whole["paths"]!.Children<JProperty>().SelectMany(p => p.Value.Children<JProperty>().Where(m => m.Name is "put" or "post")))
            {
                if (method.Value.SelectToken("requestBody.content['application/json'].schema") is { } schema)
                {
                    var path = ((JProperty)method.Parent!.Parent!).Name;
                    foreach (var body in Samples(schema, whole, 0).OfType<JObject>())
                    {
                        yield return ($"{api} {method.Name.ToUpperInvariant()} {prefix}{path}", body);
                    }
                }
            }
        }
    }

    // One value for each form that a schema allows; of the fields of an object all, each in its first form, and once in each of its others.
    private static List<JToken> Samples(JToken schema, JObject whole, int depth)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            return Samples(reference[2..].Split('/').Aggregate((JToken)whole, (at, name) => at[name]!), whole, depth);
        }

        if (depth > 12)
        {
            return [];
        }

        if (schema["enum"] is JArray values)
        {
            return [.. values];
        }

        if ((schema["oneOf"] ?? schema["anyOf"]) is JArray forms)
        {
            return
            [
                .. forms
                    .SelectMany(f => Samples(f, whole, depth + 1))
                    .Select(s =>
                        s is JObject form && schema["properties"] is not null
                            ? Merged(form, Samples(new JObject { ["properties"] = schema["properties"] }, whole, depth + 1).OfType<JObject>().FirstOrDefault())
                            : s
                    ),
            ];
        }

        if (schema["allOf"] is JArray all)
        {
            List<JToken> merged = [new JObject()];
            foreach (var part in all)
            {
                var samples = Samples(part, whole, depth + 1).OfType<JObject>().ToList();
                merged = samples.Count == 0 ? merged : [.. merged.SelectMany(m => samples.Select(s => (JToken)Merged((JObject)m, s))).Take(40)];
            }

            return merged;
        }

        if (schema["properties"] is JObject properties)
        {
            var fields = properties.Properties().Select(p => (p.Name, Values: Samples(p.Value, whole, depth + 1))).Where(f => f.Values.Count > 0).ToList();
            var first = new JObject(fields.Select(f => new JProperty(f.Name, f.Values[0].DeepClone())));
            return [first, .. fields.SelectMany(f => f.Values.Skip(1).Take(20).Select(v => Merged(first, new JObject { [f.Name] = v.DeepClone() })))];
        }

        return (schema["type"] is JArray types ? (string?)types[0] : (string?)schema["type"]) switch
        {
            "array" => [.. Samples(schema["items"] ?? new JObject(), whole, depth + 1).Select(i => new JArray(i.DeepClone()))],
            "integer" or "number" => [new JValue(5)],
            "boolean" => [new JValue(true)],
            "object" => [new JObject()],
            _ => [new JValue("a@example.com")],
        };
    }

    private static JObject Merged(JObject one, JObject? other)
    {
        var merged = (JObject)one.DeepClone();
        foreach (var (name, value) in other ?? [])
        {
            merged[name] = value!.DeepClone();
        }

        return merged;
    }

    // The path with a plain id in each of its holes, and with ids that are hard to read.
    private static IEnumerable<string> Paths(string operation)
    {
        var path = operation.Split(' ')[2];
        foreach (var id in (string[])["5", "a%40example.com", "a%2Fb", "50%25off", "Suppress", "%C3%A4%20b"])
        {
            yield return Hole().Replace(path, id);
        }
    }

    private static IEnumerable<string> Disguised(string path)
    {
        yield return path;
        yield return path.ToUpperInvariant();
        yield return path + "/";
        yield return path.Replace("/", "//")[1..];
        yield return path.Replace("/", "%2F");
        yield return path[..path.LastIndexOf('/')] + "%2f" + path[(path.LastIndexOf('/') + 1)..];
        yield return path[..path.LastIndexOf('/')] + "%252f" + path[(path.LastIndexOf('/') + 1)..];
        yield return path[..path.LastIndexOf('/')] + "%5c" + path[(path.LastIndexOf('/') + 1)..];
        yield return Letter().Replace(path, m => "/%" + ((int)m.Value[1]).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        yield return Letter().Replace(path, m => "/%25" + ((int)m.Value[1]).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        yield return path + ";x=1";
        yield return path + "%00";
        yield return path + "%20";
    }

    // One member of an object as readers might take it: other cases of key and value, doubled, as a list.
    private static IEnumerable<string> Members(string key, string value, string harmless)
    {
        foreach (var name in (string[])[key, key.ToUpperInvariant(), char.ToUpperInvariant(key[0]) + key[1..], key.Replace("s", "\u017f")])
        {
            foreach (
                var text in (string[])
                    [
                        value,
                        value.ToUpperInvariant(),
                        value.ToLowerInvariant(),
                        " " + value + " ",
                        value + "\\u0000",
                        value.Replace("s", "\u017f"),
                        value.Replace(" ", "  "),
                    ]
            )
            {
                if (!(text.Contains("\\u0000") && key == "event"))
                {
                    yield return $"\"{name}\":\"{text}\"";
                }

                yield return $"\"{name}\":\"{value}\",\"{key}\":\"{harmless}\"";
                yield return $"\"{key}\":\"{harmless}\",\"{name}\":\"{value}\"";
            }

            yield return $"\"{name}\":[\"{value}\"]";
            yield return $"\"{name}\":{{\"{value}\":1}}";
        }
    }

    private static IEnumerable<(string Body, string Path)> Operations(IEnumerable<string> members)
    {
        foreach (var member in members)
        {
            var one = $"{{\"type\":\"person\",\"identifiers\":{{\"id\":\"1\"}},{member}}}";
            yield return (one, "/api/v2/entity");
            yield return ($"{{\"batch\":[{{\"type\":\"person\",\"action\":\"identify\",\"identifiers\":{{\"id\":\"1\"}}}},{one}]}}", "/api/v2/batch");
        }
    }

    private static IEnumerable<(string Body, string Path)> Calls(IEnumerable<string> members)
    {
        foreach (var member in members)
        {
            yield return ($"{{\"userId\":\"1\",{member}}}", "/v1/track");
            yield return ($"{{\"type\":\"track\",\"userId\":\"1\",{member}}}", "/v1/track");
            yield return ($"{{\"batch\":[{{\"type\":\"identify\",\"userId\":\"1\"}},{{\"type\":\"track\",\"userId\":\"1\",{member}}}]}}", "/v1/batch");
        }
    }

    private static IEnumerable<string> Recased(string body)
    {
        foreach (
            var key in Key()
                .Matches(body)
                .Select(m => m.Groups[1].Value)
                .Where(k => k is "to" or "cc" or "bcc" or "recipient" or "emails" or "identifiers" or "data" or "properties" or "email")
                .Distinct()
        )
        {
            var upper = body.Replace($"\"{key}\":", $"\"{key.ToUpperInvariant()}\":");
            yield return upper;
            yield return body.Replace($"\"{key}\":", $"\"{char.ToUpperInvariant(key[0])}{key[1..]}\":");
            yield return body[..^1] + "," + upper[1..];
            yield return body[..^1] + "," + body[1..];
        }
    }

    private static string JsonText(string text) => ConnectorJson.ToText(new JValue(text));

    private static ApiRequest Request(string operation, string body, string? path = null)
    {
        var parts = operation.Split(' ', 3);
        return new ApiRequest(
            Enum.Parse<ApiName>(parts[0], ignoreCase: true),
            new HttpMethod(parts[1]),
            path ?? Hole().Replace(parts[2], "5"),
            body.Length == 0 ? ApiBody.None : new ApiBody(Encoding.UTF8.GetBytes(body), ApiBody.JsonType)
        );
    }

    private static bool Stopped(ApiRequest request, Connection guard)
    {
        try
        {
            Guards.Apply(request, guard, _ => { });
            return false;
        }
        catch (ConnectorException e)
        {
            Assert.That((e.Kind, e.Message), Is.EqualTo((FailureKind.Connection, e.Message)));
            Assert.That(e.Message, Does.Contain("othing was sent").And.Not.Contain("else.net"));
            return true;
        }
    }

    private static void Stops(ApiRequest request, Connection guard) =>
        Assert.That(
            Stopped(request, guard),
            $"{request.Api} {request.Method} {request.Path}?{request.Query} {Encoding.UTF8.GetString(request.Body.Bytes.Span)}"
        );

    private static void Passes(ApiRequest request, bool destructive, bool recipients)
    {
        var shown = $"{request.Api} {request.Method} {request.Path}?{request.Query} {Encoding.UTF8.GetString(request.Body.Bytes.Span)}";
        Assert.That(Stopped(request, Blocking), Is.EqualTo(!destructive), shown);
        Assert.That(Stopped(request, Allowing), Is.EqualTo(!recipients), shown);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Hole();

    [GeneratedRegex("/[a-z]")]
    private static partial Regex Letter();

    [GeneratedRegex("\"([a-z_]+)\":")]
    private static partial Regex Key();

    [GeneratedRegex(@"^\| (GET|POST|PUT|DELETE|PATCH) \| `(/v1/[^`]+)` \|")]
    private static partial Regex AppOperation();

    [GeneratedRegex("(?:User|Object|Device|Relationship|Report)[A-Z a-z]+(?:Deleted|Suppressed|Unsuppressed|Updated|Event)\\b")]
    private static partial Regex ReservedEvent();
}
