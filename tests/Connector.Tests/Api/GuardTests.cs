using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Conventions;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Api;

public class GuardTests
{
    private const string Email = "\"transactionalMessageId\":\"3\",\"id\":\"5\"";

    private static IEnumerable<string> Destroying => Every.ActionId.Where(id => Every.Manifest(id).Effect == ActionEffect.Destroy);

    [TestCaseSource(nameof(Destroying))]
    public async Task BlockDestructive_ActionThatDestroys_IsRefusedBeforeAnythingIsSent(string id)
    {
        using var bench = new Bench(Answer.Ok());
        foreach (var (_, seed) in Seeds.Of(Every.Manifest(id)))
        {
            var failure = await bench.FailAsync(id, seed, Blocking);
            Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Connection, 0)));
            Assert.That(failure.Message, Does.Contain("Block Destructive").And.Contain("nothing was sent"));
        }
    }

    [TestCase("raw-request", """{"url":"/v1/customers/5","method":"DELETE"}""")]
    [TestCase("raw-request", """{"url":"/v1/customers/5/%73uppress","method":"POST"}""")]
    [TestCase("raw-request", """{"url":"/v1/merge_customers","method":"POST","data":{}}""")]
    [TestCase("raw-request", """{"url":"/v1/segments/4","method":"DELETE","api":"app"}""")]
    [TestCase("raw-request", """{"url":"/v2/entity","method":"POST","data":"{\"type\":\"person\",\"action\":\"delete\",\"identifiers\":{\"id\":\"1\"}}"}""")]
    [TestCase("raw-request", """{"url":"/v2//batch","method":"POST","data":{"batch":[{"action":"identify"},{"action":"Suppress"}]}}""")]
    [TestCase("raw-request", """{"url":"/v2/batch","method":"POST","data":"not json","headers":{"Content-Type":"text/plain"}}""")]
    [TestCase("raw-request", """{"url":"/v1/track","method":"POST","api":"pipelines","data":{"event":"User Deleted","userId":"1"}}""")]
    [TestCase("raw-request", """{"url":"/v2/entity","method":"POST","data":{"batch":[],"type":"person","action":"delete","identifiers":{"id":"1"}}}""")]
    [TestCase("raw-request", """{"url":"/v2/entity","method":"POST","data":{"type":"person","Action":"delete","identifiers":{"id":"1"}}}""")]
    [TestCase("raw-request", """{"url":"/v1/customers/5","method":"POST","headers":{"X-HTTP-Method-Override":"DELETE"}}""")]
    [TestCase("raw-request", """{"url":"/v1/customers/5","method":"PUT","data":{},"queryParameters":{"_method":"DELETE"}}""")]
    [TestCase("raw-request", """{"url":"/v1/alias","method":"POST","api":"pipelines","data":{"userId":"1","previousId":"2"}}""")]
    [TestCase("raw-request", """{"url":"/v1/customers/5/optouts","method":"PUT","api":"app","data":[]}""")]
    [TestCase("unsubscribe-delivery", """{"deliveryId":"d"}""")]
    [TestCase("batch", """{"operations":[{"action":"identify","input":{"id":"1"}},{"action":"destroy","input":{"id":"1"}}]}""")]
    [TestCase("batch", """{"operations":[{"type":"person","action":"delete","identifiers":{"id":"1"}}]}""")]
    [TestCase("send-event", """{"profile":"segment","event":{"type":"track","event":"User Deleted","userId":"1"}}""")]
    [TestCase("delete-device", """{"id":"1","deviceToken":"t"}""")]
    public async Task BlockDestructive_AnyOtherWayToDestroy_IsRefusedToo(string action, string input)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Ok()));
        Assert.That((await bench.FailAsync(action, input, Blocking)).Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(bench.Wire.Requests, Is.Empty);
    }

    [TestCase("identify", """{"id":"1","customerData":{"action":"delete"}}""")]
    [TestCase("track", """{"id":"1","eventName":"User Deleted"}""")]
    [TestCase("batch", """{"operations":[{"action":"identify","input":{"id":"1"}}]}""")]
    [TestCase("unsuppress", """{"id":"1"}""")]
    [TestCase("raw-request", """{"url":"/v1/customers/5","method":"PUT","data":{}}""")]
    public async Task BlockDestructive_WhatDestroysNothing_Passes(string action, string input)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync(action, input, Blocking);
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public void BlockDestructive_DryRun_IsRefusedAsTheRunWouldBe()
    {
        using var bench = new Bench();
        Assert.That(
            () => bench.Connector.DryRunAsync("destroy", Bench.Json("""{"id":"1"}"""), Blocking),
            Throws.TypeOf<ConnectorException>().With.Message.Contains("Block Destructive")
        );
    }

    [TestCase("send-email", $$$"""{{{{Email}}},"to":"a@example.com","cc":"B <b@EXAMPLE.com>, c@example.com"}""")]
    [TestCase("send-email", $$$"""{{{{Email}}},"to":"qa@other.org"}""")]
    [TestCase("send-sms", """{"transactionalMessageId":"3","id":"5","to":"+15550001"}""")]
    [TestCase("send-push", """{"transactionalMessageId":"3","id":"ada@example.com","idType":"email"}""")]
    [TestCase("trigger-broadcast", """{"broadcast":"4","emails":["a@example.com"]}""")]
    [TestCase("trigger-broadcast", """{"broadcast":"4","perUserData":[{"email":"a@example.com","data":{}}]}""")]
    [TestCase("track", """{"id":"5","eventName":"x","eventData":{"recipient":"a@example.com","n":1}}""")]
    [TestCase("track", """{"id":"5","eventName":"x"}""")]
    [TestCase("identify", """{"id":"5","customerData":{"recipient":"anyone@else.net"}}""")]
    public async Task RecipientGuard_OnlyAllowedRecipients_LeaveUnchanged(string action, string input)
    {
        using var bench = new Bench(Answer.Ok(), Answer.Ok());
        await bench.RunAsync(action, input, Allowing);
        await bench.RunAsync(action, input);
        Assert.That(Unnumbered(bench.Wire.Requests[0]), Is.EqualTo(Unnumbered(bench.Wire.Requests[1])));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(2));
    }

    [TestCase("send-email", $$$"""{{{{Email}}},"to":"a@else.net"}""", "/to")]
    [TestCase("send-email", $$$"""{{{{Email}}},"to":"a@example.com","cc":"b@example.com, c@else.net"}""", "/cc")]
    [TestCase("send-email", $$$"""{{{{Email}}},"to":"a@example.com","bcc":"c@else.net"}""", "/bcc")]
    [TestCase("raw-request", """{"url":"/v1/send/email","method":"POST","api":"app","data":{"to":"c@else.net;a@example.com"}}""", "/to")]
    [TestCase("raw-request", """{"url":"/v1/send/email","method":"POST","api":"app","data":{"to":"c@else.net a@example.com"}}""", "/to")]
    [TestCase("send-email", $$$"""{{{{Email}}},"to":"\"a@example.com\" <c@else.net>"}""", "/to")]
    [TestCase("send-email", $$$"""{{{{Email}}},"to":"{customer.email}@example.com"}""", "/to")]
    [TestCase("send-email", $$$"""{{{{Email}}},"to":"a@example.com","headers":{"Bcc":"c@else.net"}}""", "/headers")]
    [TestCase("send-sms", """{"transactionalMessageId":"3","id":"5","to":"+4912345"}""", "/to")]
    [TestCase("send-email", $$$"""{{{{Email}}},"to":"a@example.com","headers":{"List-Id":"1","Resent-To":"c@else.net"}}""", "/headers")]
    [TestCase("send-push", """{"transactionalMessageId":"3","id":"ada@example.com","idType":"email","to":"a-device-token"}""", "/to")]
    [TestCase(
        "send-push",
        """{"transactionalMessageId":"3","id":"ada@example.com","idType":"email","customDevice":{"token":"t","platform":"ios"}}""",
        "/custom_device"
    )]
    [TestCase(
        "raw-request",
        """{"url":"/v1/campaigns/4/triggers","method":"POST","api":"app","data":{"emails":["a@example.com"],"recipients":{"segment":{"id":3}}}}""",
        ""
    )]
    [TestCase("raw-request", """{"url":"/v1/send/email","method":"POST","api":"app","data":{"to":"a@example.com","cc":["c@else.net"]}}""", "/cc")]
    [TestCase(
        "raw-request",
        """{"url":"/v1/send/email","method":"POST","api":"app","data":{"to":"a@example.com","headers":{"Bcc ":"c@else.net"}}}""",
        "/headers"
    )]
    [TestCase("send-push", """{"transactionalMessageId":"3","id":"5"}""", "/identifiers")]
    [TestCase("trigger-broadcast", """{"broadcast":"4"}""", "")]
    [TestCase("trigger-broadcast", """{"broadcast":"4","recipients":{"segment":{"id":3}}}""", "")]
    [TestCase("trigger-broadcast", """{"broadcast":"4","dataFileUrl":"https://example.com/x"}""", "")]
    [TestCase("trigger-broadcast", """{"broadcast":"4","emails":["a@example.com","b@else.net"]}""", "/emails/1")]
    [TestCase("trigger-broadcast", """{"broadcast":"4","ids":["7"]}""", "/ids/0")]
    [TestCase("trigger-broadcast", """{"broadcast":"4","perUserData":[{"id":"7","data":{}}]}""", "/per_user_data/0")]
    [TestCase("track", """{"id":"5","eventName":"x","eventData":{"recipient":"b@else.net"}}""", "/recipient")]
    [TestCase("track-anonymous", """{"eventName":"x","eventData":{"recipient":"b@else.net"}}""", "/recipient")]
    [TestCase("track", """{"id":"+15550001","idType":"phone","eventName":"x","eventData":{"recipient":"b@else.net"}}""", "/recipient")]
    [TestCase("batch", """{"operations":[{"action":"track","input":{"id":"5","eventName":"x","eventData":{"recipient":"b@else.net"}}}]}""", "/recipient")]
    [TestCase("send-event", """{"event":{"type":"track","event":"x","userId":"5","properties":{"recipient":"b@else.net"}}}""", "/recipient")]
    [TestCase("raw-request", """{"url":"/v1/send/email","method":"POST","api":"app","data":{"to":"b@else.net"}}""", "/to")]
    [TestCase("raw-request", """{"url":"/v1/send/email","method":"POST","api":"app","data":{"transactional_message_id":3}}""", "/to")]
    [TestCase("raw-request", """{"url":"/V1/Send//Email","method":"PUT","api":"app","data":{"to":"b@else.net"}}""", "/to")]
    [TestCase("raw-request", """{"url":"/v1/send/email","method":"POST","data":{"to":"b@else.net"}}""", "/to")]
    [TestCase("raw-request", """{"url":"/v1/newsletters/3/send","method":"POST","api":"app"}""", "")]
    [TestCase(
        "raw-request",
        """{"url":"/v1/track","method":"POST","api":"pipelines","data":{"userId":"1","event":"x","properties":{"recipient":"b@else.net"}}}""",
        "/recipient"
    )]
    [TestCase("send-email", $$$"""{{{{Email}}},"to":"a@example.com","subject":"hi\r\nBcc: b@else.net"}""", "/subject")]
    [TestCase(
        "raw-request",
        """{"url":"/v1/send/email","method":"POST","api":"app","data":{"to":"a@example.com","from":"a@example.com\nBcc: b@else.net"}}""",
        "/from"
    )]
    [TestCase(
        "raw-request",
        """{"url":"/v1/send/email","method":"POST","api":"app","data":{"to":"a@example.com","reply_to":"a@example.com\rBcc: b@else.net"}}""",
        "/reply_to"
    )]
    public async Task RecipientGuard_AnyOtherRecipient_IsRefusedBeforeAnythingIsSent(string action, string input, string path)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Ok()));
        var failure = await bench.FailAsync(action, input, Allowing);
        Assert.That((failure.Kind, bench.Wire.Requests.Count, failure.Problems.Single().Path), Is.EqualTo((FailureKind.Connection, 0, path)));
        Assert.That(failure.Message, Does.Contain("recipient guard").And.Not.Contain("else.net"));
    }

    [TestCase("send-email", $$$"""{{{{Email}}},"to":"a@else.net, b@else.net","cc":"qa@example.com"}""", "to=qa@example.com cc=qa@example.com", 2)]
    [TestCase("trigger-broadcast", """{"broadcast":"4","emails":["a@else.net","b@else.net"]}""", "emails=[\"qa@example.com\"]", 2)]
    [TestCase(
        "trigger-broadcast",
        """{"broadcast":"4","perUserData":[{"id":"7","data":{"n":1}},{"email":"b@else.net","data":{"n":2}}]}""",
        "per_user_data=[{\"data\":{\"n\":1},\"email\":\"qa@example.com\"}]",
        2
    )]
    [TestCase("track", """{"id":"5","eventName":"x","eventData":{"recipient":"b@else.net"}}""", "data={\"recipient\":\"qa@example.com\"}", 1)]
    public async Task RecipientGuard_Rewrite_PutsItsAddressThereAndSaysSo(string action, string input, string expected, int replaced)
    {
        using var bench = new Bench(Answer.Ok("""{"id":1,"delivery_id":"d"}"""));
        var result = await bench.RunAsync(action, input, Guarded("rewrite:qa@example.com"));
        var body = ConnectorJson.ParseObject(bench.Wire.Only.BodyText);
        foreach (var (name, value) in expected.Split(' ').Select(e => e.Split('=', 2)).Select(e => (e[0], e[1])))
        {
            Assert.That(body[name] is JContainer json ? ConnectorJson.ToText(json) : (string?)body[name], Is.EqualTo(value));
        }

        Assert.That(result.Warnings, Has.Some.Contains($"instead of {replaced} recipient"));
    }

    [TestCase("everyone")]
    [TestCase("allow:")]
    [TestCase("rewrite:")]
    [TestCase("rewrite:*@example.com")]
    [TestCase("rewrite:a@example.com,b@example.com")]
    [TestCase("rewrite:a@example.com;b@example.com")]
    [TestCase("rewrite:qa?@example.com")]
    [TestCase("rewrite:qa@@example.com")]
    [TestCase("rewrite:mailto:qa@example.com")]
    [TestCase("rewrite:QA <qa@example.com>")]
    [TestCase("rewrite:null@")]
    [TestCase("allow:*")]
    [TestCase("allow:*@*")]
    [TestCase("allow:*@*.*")]
    [TestCase("allow:??*")]
    [TestCase("allow:+*")]
    [TestCase("allow:ada@*")]
    [TestCase("allow:*@example.com,*")]
    [TestCase("allow:*@example.com;*@example.org")]
    [TestCase("allow:*@example.com *@example.org")]
    [TestCase("allow:<ada@example.com>")]
    [TestCase("allow:*example.com")]
    [TestCase("allow:@")]
    public void RecipientGuard_NeitherForm_IsRefusedWhenTheConnectionIsRead(string guard) =>
        Assert.That(
            () => Connection.FromEnvironment(name => name == "CUSTOMERIO_RECIPIENT_GUARD" ? guard : null),
            Throws.TypeOf<ConnectorException>().With.Property("Kind").EqualTo(FailureKind.Connection)
        );

    [TestCase("true", true)]
    [TestCase("\"true\"", true)]
    [TestCase("false", false)]
    [TestCase("null", false)]
    public void Guards_FromJson_AreRead(string value, bool expected) =>
        Assert.That(
            Connection.FromJson(Bench.Json($$"""{"blockDestructive":{{value}},"recipientGuard":"allow:*@example.com"}""")),
            Is.Not.Null.And.Property("BlockDestructive").EqualTo(expected).And.Property("RecipientGuard").Not.Null
        );

    [Test]
    public void Guards_FromTheEnvironment_AreRead()
    {
        var set = Connection.FromEnvironment(name =>
            name switch
            {
                "CUSTOMERIO_BLOCK_DESTRUCTIVE" => "true",
                "CUSTOMERIO_RECIPIENT_GUARD" => "allow:*@example.com",
                _ => null,
            }
        );
        var unset = Connection.FromEnvironment(_ => null);
        Assert.That(
            (set.BlockDestructive, set.RecipientGuard, unset.BlockDestructive, unset.RecipientGuard),
            Is.EqualTo((true, "allow:*@example.com", false, (string?)null))
        );
        Assert.That(() => Connection.FromEnvironment(name => name == "CUSTOMERIO_BLOCK_DESTRUCTIVE" ? "maybe" : null), Throws.TypeOf<ConnectorException>());
    }

    // Every run's event has an id of its own.
    private static JObject Unnumbered(WireRequest request)
    {
        var body = ConnectorJson.ParseObject(request.BodyText);
        body.Remove("id");
        return body;
    }

    internal static Connection Blocking =>
        new()
        {
            SiteId = Bench.SiteId,
            ApiKey = Bench.ApiKey,
            AppApiKey = Bench.AppApiKey,
            PipelinesApiKey = "p-key",
            Region = Region.Us,
            BlockDestructive = true,
        };

    private static Connection Allowing => Guarded("allow:*@example.com, qa@other.org, +1555*");

    internal static Connection Guarded(string guard) =>
        new()
        {
            SiteId = Bench.SiteId,
            ApiKey = Bench.ApiKey,
            AppApiKey = Bench.AppApiKey,
            PipelinesApiKey = "p-key",
            Region = Region.Us,
            RecipientGuard = guard,
        };
}
