using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.Reporting;

/// <summary>What is reported, in the vendor's words.</summary>
public sealed class ReportTests : ReportFixture
{
    [Test]
    public void Signature_IsTheVendors() =>
        Assert.That(
            Reporter.Sign("secret", "1700000000", "{\"a\":1}"u8.ToArray()),
            Is.EqualTo("7d06e4dcbb54167f0033658ac8c45abe35b1fa257ff38a448e290762b595f902"),
            "as openssl computes it"
        );

    [Test]
    public async Task Email_WhenSent_IsReportedSignedAndInOrder()
    {
        await Register("email_delivered email_sent email_attempted email_opened");
        var id = await SendEmail(""","subject":"Hi","body":"Hello" """);

        var posts = await Receiver.When(2);
        Assert.That(posts.Select(p => p.Name), Is.EqualTo(new[] { "email sent", "email delivered" }));
        foreach (var post in posts)
        {
            Assert.That(post.IsSignedWith("sandbox"), post.Signature);
            Assert.That((post.Path, post.ContentType), Is.EqualTo(("/hook", "application/json")));
            Assert.That(long.Parse(post.Timestamp!, null), Is.EqualTo(DateTimeOffset.UtcNow.ToUnixTimeSeconds()).Within(30));
        }
        var (body, data) = (posts[0].Json, posts[0].Json["data"]!);
        Assert.That(body.Properties().Select(p => p.Name), Is.EquivalentTo(new[] { "event_id", "object_type", "metric", "timestamp", "data" }));
        Assert.That(Ulid.TryParse(posts[0].EventId, out _) && posts[0].EventId != posts[1].EventId);
        Assert.That(
            $"{data["delivery_id"]} {data["transactional_message_id"]} {data["recipient"]} {data["subject"]} {data["customer_id"]}",
            Is.EqualTo($"{id} 2 a@example.com Hi u1")
        );
        Assert.That(Compact(data["identifiers"]), Is.EqualTo(Compact(Server.Person("u1")!["identifiers"])));
        Assert.That(data["content"], Is.Null, "only webhooks with content get it");
    }

    [Test]
    public async Task SigningKey_OfTheSettings_IsUsed()
    {
        await Put("/_sandbox/settings", """{"webhookSigningKey":"another"}""");
        await Register("email_sent");
        await SendEmail();

        Assert.That((await Receiver.When(1))[0].IsSignedWith("another"));
        Assert.That(
            (await Put("/_sandbox/settings", """{"webhookSigningKey":""}""")).Errors,
            Is.EqualTo(new[] { "webhookSigningKey must be a text that is not empty" })
        );
    }

    [Test]
    public async Task Content_GoesToWebhooksThatWantIt()
    {
        await Register("email_sent", """{"with_content":true}""");
        await SendEmail(""","body":"Hello","headers":{"X-A":"b"}""");

        var data = (await Receiver.When(1))[0].Json["data"]!;
        Assert.That($"{data["content"]} {Compact(data["headers"])}", Is.EqualTo("""Hello {"X-A":["b"]}"""));
    }

    [Test]
    public async Task DraftsAndFailures_AreReportedAsSuch()
    {
        await Register("email_drafted email_sent push_undeliverable");
        await SendEmail(""","queue_draft":true""");
        await AppPost("/v1/send/push", """{"transactional_message_id":2,"identifiers":{"id":"u1"}}""");

        var posts = await Receiver.When(2);
        Assert.That(posts.Select(p => p.Name), Is.EqualTo(new[] { "email drafted", "push undeliverable" }));
        Assert.That((string?)posts[1].Json["data"]!["failure_message"], Is.EqualTo("the person has nothing to send push to"));
    }

    [Test]
    public async Task Broadcast_IsReportedWithItsIds()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com"}""");
        await Register("email_sent email_undeliverable");
        await Put("/api/v1/customers/u2", "{}");
        await AppPost("/v1/campaigns/2/triggers", """{"ids":["u1","u2"]}""");

        var posts = await Receiver.When(2);
        Assert.That(posts.Select(p => p.Name), Is.EqualTo(new[] { "email sent", "email undeliverable" }));
        var data = posts[0].Json["data"]!;
        Assert.That($"{data["broadcast_id"]} {data["trigger_id"]} {data["action_id"]}", Is.EqualTo("2 1 2"));
    }

    [Test]
    public async Task Metrics_OfTrack_AreReported_AndRepeatedOnesOnlyInFullResolution()
    {
        await Register("email_opened email_clicked email_bounced");
        await using var full = await Receiver.StartAsync();
        await Register("email_opened", """{"full_resolution":true}""", full.Url);
        var id = await SendEmail();
        foreach (
            var metric in (string[])["\"opened\"", "\"opened\"", "\"clicked\",\"href\":\"https://example.com/a\"", "\"bounced\",\"reason\":\"no such box\""]
        )
        {
            await Post("/api/v1/metrics", $$"""{"delivery_id":"{{id}}","timestamp":1700000000,"metric":{{metric}}}""");
        }

        var posts = await Receiver.When(3);
        Assert.That(posts.Select(p => p.Name), Is.EqualTo(new[] { "email opened", "email clicked", "email bounced" }));
        Assert.That(posts.Select(p => (long)p.Json["timestamp"]!), Is.All.EqualTo(1700000000));
        Assert.That((string?)posts[1].Json["data"]!["href"], Is.EqualTo("https://example.com/a"));
        Assert.That((string?)posts[2].Json["data"]!["failure_message"], Is.EqualTo("no such box"));
        Assert.That((await full.When(2)).Select(p => p.Name), Is.EqualTo(new[] { "email opened", "email opened" }));
    }

    [Test]
    public async Task Subscriptions_ThatChange_AreReported()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com","unsubscribed":"true","plan":"x"}""");
        await Register("customer_subscribed customer_unsubscribed customer_subscription_preferences_changed email_unsubscribed", """{"with_content":true}""");
        foreach (
            var attributes in (string[])
                ["{\"unsubscribed\":true}", "{\"plan\":\"y\"}", "{\"unsubscribed\":false}", "{\"cio_subscription_preferences.topics.topic_2\":true}"]
        )
        {
            await Put("/api/v1/customers/u1", attributes);
        }
        var id = await SendEmail();
        await Post($"/unsubscribe/{id}", """{"unsubscribe":true}""");

        var posts = await Receiver.When(4);
        Assert.That(
            posts.Select(p => p.Name),
            Is.EqualTo(new[] { "customer subscribed", "customer cio_subscription_preferences_changed", "email unsubscribed", "email unsubscribed" })
        );
        Assert.That((string?)posts[0].Json["data"]!["email_address"], Is.EqualTo("a@example.com"));
        Assert.That((string?)posts[1].Json["data"]!["content"], Is.EqualTo("""{"topics":{"topic_2":true}}"""));
        Assert.That((string?)posts[2].Json["data"]!["email_address"], Is.EqualTo("a@example.com"), "the person, through a message");
        Assert.That((string?)posts[3].Json["data"]!["delivery_id"], Is.EqualTo(id), "and the message");
    }

    [Test]
    public async Task EveryName_OfADelivery_CanBeFired_AndIsAsTheVendorHasIt([Values("campaign", "broadcast", "newsletter", "transactional")] string sender)
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com"}""");
        var fired = new List<string>();
        foreach (var type in (string[])["email", "push", "twilio", "whatsapp", "in_app", "slack", "webhook"])
        {
            var objectType = ReportNames.ObjectType(type)!;
            await Register(string.Join(' ', ReportNames.Metrics(objectType).Select(m => $"{objectType}_{m}")));
            Assert.That(
                (await Post("/_sandbox/deliveries", $$"""{"id":"{{type}}","person":"u1","type":"{{type}}","sender":"{{sender}}"}""")).Status,
                Is.EqualTo(201)
            );
            foreach (var metric in ReportNames.Metrics(objectType))
            {
                Assert.That((await Post($"/_sandbox/deliveries/{type}/metrics", $$"""{"metric":"{{metric}}"}""")).Json["report"]!.HasValues, metric);
                fired.Add($"{objectType} {metric}");
            }
        }

        Assert.That(fired, Has.Count.EqualTo(69), "72 with the three of people");
        var posts = await Receiver.When(fired.Count);
        Assert.That(posts.Select(p => p.Name), Is.EquivalentTo(fired));
        Assert.That(
            posts.Where(p => ReportSchema.Check(p.Json).Count > 0).Select(p => p.Name),
            Is.EquivalentTo(ReportSchema.IsAtHand ? ReportSchema.Undescribed : [])
        );
        Assert.That(posts.Select(p => p.EventId).Distinct().Count(), Is.EqualTo(fired.Count));
    }

    [TestCase("""{"metric":"eaten"}""", 400)]
    [TestCase("{}", 400)]
    public async Task Firing_WhatIsNoMetric_IsRefused(string body, int status)
    {
        var id = await SendEmail();

        Assert.That((await Post($"/_sandbox/deliveries/{id}/metrics", body)).Status, Is.EqualTo(status));
        Assert.That((await Post("/_sandbox/deliveries/none/metrics", """{"metric":"opened"}""")).Status, Is.EqualTo(404));
        Assert.That((await Post("/_sandbox/deliveries", """{"id":"d","person":"u1","type":"pigeon"}""")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Report_WithoutAWebhook_IsNotEvenMade()
    {
        var id = await SendEmail();

        Assert.That((await Post($"/_sandbox/deliveries/{id}/metrics", """{"metric":"opened"}""")).Json["report"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That((int)(await Get("/_sandbox/webhooks")).Json["total"]!, Is.Zero);
    }
}
