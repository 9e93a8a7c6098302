using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.Messages;

public class SendTests
{
    private static JObject Email(params (string Name, JToken Value)[] more) =>
        new([
            new JProperty("id", "cio_a1"),
            new JProperty("to", "ada@example.com"),
            new JProperty("transactionalMessageId", "7"),
            .. more.Select(m => new JProperty(m.Name, m.Value)),
        ]);

    [Test]
    public async Task SendEmail_Template_NamesPersonAndTemplateAsSendsDo()
    {
        var exchange = new Exchange(
            "POST https://api.customer.io/v1/send/email",
            """{"transactional_message_id":7,"identifiers":{"cio_id":"a1"},"send_at":1769938200,"to":"ada@example.com"}""",
            """{"delivery_id":"R1"}"""
        );
        await exchange.RunAsync("send-email", Email(("sendAt", "2026-02-01T09:30:00Z")));
    }

    [Test]
    public async Task SendEmail_ServerError_IsUncertainAndNotRepeated()
    {
        using var bench = new Bench(Answer.Status(500));
        var failure = await bench.FailAsync("send-email", Email());
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Uncertain, 1)));
        Assert.That(failure.Message, Does.Contain("for a delivery to this person"));
    }

    [Test]
    public async Task SendEmail_TooMany_IsRepeated()
    {
        using var bench = new Bench(Answer.Status(429), Answer.Ok());
        Assert.That((await bench.RunAsync("send-email", Email())).Request.Attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task SendEmail_WhatCustomerIoWouldRefuse_IsFoundBeforeSending()
    {
        using var bench = new Bench();
        var many = string.Join(',', Enumerable.Range(0, 15).Select(i => $"\"Last, First\" <u{i}@example.com>"));
        var large = Convert.ToBase64String(new byte[2_000_001]);
        var input = Email(("cc", many), ("attachments", new JObject { ["a.txt"] = "no!", ["b.bin"] = large }), ("headers", new JObject { ["X"] = "ü" }));
        var failure = await bench.FailAsync("send-email", input);
        Assert.That(failure.Problems.Select(p => p.Path), Is.EquivalentTo(new[] { "/to", "/attachments/a.txt", "/attachments", "/headers/X" }));
    }

    [TestCase("to", "ada@example.com")]
    [TestCase("to", "ada@example.com, bob@example.com")]
    [TestCase("to", "Ada Lovelace <ada@example.com>,bob@example.com")]
    [TestCase("to", "\"Lovelace, Ada\" <ada@example.com>")]
    [TestCase("to", "\"Ada \\\"the first\\\", L.\" <ada@example.com>")]
    [TestCase("to", "<ada@example.com>")]
    [TestCase("to", "{{customer.email}}")]
    [TestCase("to", "{% if a %}x{% endif %}")]
    [TestCase("cc", "用户@例子.广告")]
    [TestCase("from", "O'Brien & Söhne <shop@example.com>")]
    [TestCase("replyTo", "")]
    public async Task SendEmail_AddressInAnyRightForm_IsSentAsItIs(string input, string value)
    {
        using var bench = new Bench(Answer.Ok());
        var all = Email();
        all[input] = value;
        await bench.RunAsync("send-email", all);
        Assert.That((string?)Bench.Json(bench.Wire.Only.BodyText)[input == "replyTo" ? "reply_to" : input] ?? "", Is.EqualTo(value));
    }

    [Test]
    public async Task SendEmail_WhatIsNoAddress_IsRefusedBeforeItLeaves(
        [Values("to", "cc", "bcc", "from", "replyTo")] string input,
        [Values(
            "a;b",
            "ada",
            "a@example.com;b@example.com",
            "Lovelace, Ada <ada@example.com>",
            "Ada <ada>",
            "ada@example.com\nBcc: x@example.com",
            "a\u200b@example.com",
            "ada@example.com\u00a0",
            "\"Ada <ada@example.com>",
            "Ada <ada@example.com> x",
            ",",
            "ada @example.com",
            "@example.com"
        )]
            string value
    )
    {
        using var bench = new Bench();
        var all = Email();
        all[input] = value;
        Assert.That((await bench.FailAsync("send-email", all)).Problems.Select(p => p.Path), Is.EqualTo(new[] { "/" + input }));
    }

    [Test]
    public async Task Phone_WhatIsNoNumberInE164_IsRefusedBeforeItLeaves(
        [Values("send-sms", "send-whatsapp", "send-and-wait")] string action,
        [Values("020 7946 0000", "+44 20 7946 0000", "00442079460000", "442079460000", "+0123456", "ada@example.com", "+4420794600001234567")] string to
    )
    {
        using var bench = new Bench();
        var input = Bench.Json($$"""{"id":"5","to":"{{to}}","transactionalMessageId":"3"}""");
        if (action == "send-and-wait")
        {
            input["channel"] = "whatsapp";
        }

        Assert.That((await bench.FailAsync(action, input)).Problems.Single().Path, Is.EqualTo("/to"));
    }

    [TestCase("+442079460000")]
    [TestCase("{{customer.phone}}")]
    public async Task Phone_NumberOrLiquid_IsSentAsItIs(string to)
    {
        var exchange = new Exchange(
            "POST https://api.customer.io/v1/send/sms",
            $$$"""{"transactional_message_id":3,"identifiers":{"id":"5"},"to":"{{{to}}}"}""",
            """{"delivery_id":"R1"}"""
        );
        await exchange.RunAsync("send-sms", $$$"""{"id":"5","to":"{{{to}}}","transactionalMessageId":"3"}""");
    }

    [Test]
    public async Task SendEmail_WithoutTemplate_NeedsSenderSubjectAndBody()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("send-email", """{"id":"1","to":"ada@example.com","subject":"Hi"}""");
        Assert.That(failure.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/from", "/body" }));
    }

    private static Answer Message(string metrics, string? failure = null) =>
        Answer.Ok(
            new JObject
            {
                ["message"] = new JObject { ["metrics"] = Bench.Json(metrics), ["failure_message"] = failure },
            }.ToString()
        );

    [TestCase("delivered", """{"sent":1,"delivered":2}""", "reached")]
    [TestCase("delivered", """{"sent":1,"clicked":2}""", "reached")]
    [TestCase("sent", """{"sent":1,"bounced":2}""", "reached")]
    [TestCase("delivered", """{"sent":1,"bounced":2}""", "failed")]
    [TestCase("opened", """{"undeliverable":1}""", "failed")]
    [TestCase("converted", """{"sent":1,"converted":2}""", "reached")]
    public async Task SendEmail_WaitFor_AsksUntilItKnows(string metric, string metrics, string outcome)
    {
        using var bench = new Bench(Answer.Ok("""{"delivery_id":"R1=="}"""), Answer.Status(404), Message("""{"created":1}"""), Message(metrics, "why"));
        var progress = new List<(int, int)>();
        var result = await bench.RunAsync("send-email", Email(("waitFor", metric)), options: new() { Progress = (done, total) => progress.Add((done, total)) });

        Assert.That(
            ((string?)result.Data["delivery_id"], (string?)result.Data["outcome"], (string?)result.Data["failure_message"]),
            Is.EqualTo(("R1==", outcome, "why"))
        );
        Assert.That(JToken.DeepEquals(result.Data["metrics"], Bench.Json(metrics)), result.Data.ToString());
        Assert.That(
            bench.Wire.Requests.Select(r => $"{r.Method} {r.Url}"),
            Is.EqualTo((string[])["POST https://api.customer.io/v1/send/email", .. Enumerable.Repeat("GET https://api.customer.io/v1/messages/R1%3D%3D", 3)])
        );
        Assert.That((progress, result.Warnings.Count), Is.EqualTo((new List<(int, int)> { (0, 60), (1, 60) }, 0)), "a host must see that it lives");
    }

    [Test]
    public async Task SendEmail_WaitForInVain_EndsInTimeWithoutAnotherSend()
    {
        using var bench = new Bench(Wire.Always(request => request.Method == "POST" ? Answer.Ok("""{"delivery_id":"R1"}""") : Message("""{"sent":1}""")));
        var result = await bench.RunAsync("send-email", Email(("waitFor", "opened"), ("waitSeconds", 100)));

        Assert.That((result.Status, (string?)result.Data["outcome"], (int)result.Data["metrics"]!["sent"]!), Is.EqualTo((RunStatus.Succeeded, "timedOut", 1)));
        Assert.That(bench.Time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(100)));
        Assert.That((bench.Wire.Requests.Count(r => r.Method == "POST"), bench.Wire.Requests.Count), Is.EqualTo((1, 12)), "ever less often");
    }

    [TestCase("""{"delivery_id":"R1"}""")]
    [TestCase("""{"delivery_id":7}""")]
    public async Task SendEmail_ThatCannotBeWatched_IsNoFailureOfTheSend(string sent)
    {
        using var bench = new Bench(Answer.Ok(sent), Answer.Status(403));
        var result = await bench.RunAsync("send-email", Email(("waitFor", "sent")));
        Assert.That(((string?)result.Data["outcome"], result.Warnings.Count), Is.EqualTo(("unknown", 1)));
    }

    [TestCase("email", "\"to\":\"a@example.com\",")]
    [TestCase("sms", "\"to\":\"+15550001\",")]
    [TestCase("in_app", "")]
    public async Task SendAndWait_EachChannel_SendsOnceAndCompletesWithTheOutcome(string channel, string to)
    {
        using var bench = new Bench(
            Wire.Always(r => r.Method == "POST" ? Answer.Ok("""{"delivery_id":"R1"}""") : Answer.Ok("""{"message":{"metrics":{"sent":1,"delivered":2}}}"""))
        );
        var result = await bench.RunAsync("send-and-wait", $$"""{"channel":"{{channel}}","id":"5",{{to}}"transactionalMessageId":"3"}""");
        Assert.That((string?)result.Data["outcome"], Is.EqualTo("reached"), "it waits for delivered unless told otherwise");
        Assert.That(
            bench.Wire.Requests.Select(r => $"{r.Method} {r.Url}"),
            Is.EqualTo(new[] { $"POST https://api.customer.io/v1/send/{channel}", "GET https://api.customer.io/v1/messages/R1" })
        );
    }

    [TestCase("email", "")]
    [TestCase("in_app", "\"to\":\"a@example.com\",")]
    public async Task SendAndWait_RecipientThatDoesNotFitTheChannel_IsRefused(string channel, string to)
    {
        using var bench = new Bench();
        Assert.That(
            (await bench.FailAsync("send-and-wait", $$"""{"channel":"{{channel}}","id":"5",{{to}}"transactionalMessageId":"3"}""")).Problems.Single().Path,
            Is.EqualTo("/to")
        );
    }

    [TestCase("""{"broadcast":12,"ids":["1"],"emails":["a@example.com"]}""", "/ids")]
    [TestCase("""{"broadcast":12,"recipients":{}}""", "/recipients")]
    [TestCase("""{"broadcast":12,"ids":["1"],"emailIgnoreMissing":true}""", "/emailIgnoreMissing")]
    [TestCase("""{"broadcast":12,"perUserData":[{"id":"1","email":"a@example.com"}]}""", "/perUserData/0")]
    public async Task TriggerBroadcast_AudienceThatCannotBe_IsRefused(string input, string path)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("trigger-broadcast", input)).Problems.Single().Path, Is.EqualTo(path));
    }

    [Test]
    public async Task TriggerBroadcast_Wait_WatchesItToItsEnd()
    {
        using var bench = new Bench(
            Answer.Ok("""{"id":5}"""),
            Answer.Ok("""{"id":5}"""),
            Answer.Ok("""{"id":5,"processed_at":9}"""),
            Answer.Ok("""{"id":5,"processed_at":9}"""),
            Answer.Ok("""{"errors":["line 3"]}""")
        );
        var result = await bench.RunAsync("trigger-broadcast", """{"broadcast":12,"wait":true}""");
        Assert.That(((bool)result.Data["done"]!, (string?)result.Data["errors"]![0]), Is.EqualTo((true, "line 3")));
        Assert.That(bench.Wire.Requests[^1].Url, Is.EqualTo("https://api.customer.io/v1/campaigns/12/triggers/5/errors?limit=1000"));
    }

    [Test]
    public async Task TriggerBroadcast_WatchThatFails_IsNoFailureOfTheTrigger()
    {
        using var bench = new Bench(Answer.Ok("""{"id":5}"""), Answer.Status(403));
        var result = await bench.RunAsync("trigger-broadcast", """{"broadcast":12,"wait":true}""");
        Assert.That(((int)result.Data["id"]!, result.Warnings.Count), Is.EqualTo((5, 1)));
    }

    [Test]
    public async Task TriggerBroadcast_TheSameTwice_WaitsTenSecondsAndAnotherDoesNot()
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync("trigger-broadcast", """{"broadcast":12}""");
        await bench.RunAsync("trigger-broadcast", """{"broadcast":13}""");
        Assert.That(bench.Time.Elapsed, Is.EqualTo(TimeSpan.Zero));
        await bench.RunAsync("trigger-broadcast", """{"broadcast":12}""");
        Assert.That(bench.Time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(10)));
    }
}
