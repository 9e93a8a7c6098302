using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Messages;

public class LiveNotificationTests
{
    private const string Instance = "01J9Z3N5M7Q8R2S4T6V8W0X1Y3";

    [Test]
    public async Task Start_CioId_IsCalledInternal() =>
        await new Exchange(
            "POST https://api.customer.io/v1/live_notifications/start",
            """{"identifiers":{"internal":"cio_a3000001"},"notification_type":"t","attributes":{"a":1},"content_state":{"b":2}"""
                + ""","push_payload":{"alert":{"title":"T","body":"B"}},"platform":"ios"}""",
            "{\"instance_id\":\"" + Instance + "\"}"
        ).RunAsync(
            "live-notification",
            """
            {"operation":"start","id":"cio_a3000001","notificationType":"t","attributes":{"a":1},"contentState":{"b":2},"platform":"ios",
            "alert":{"title":"T","body":"B"}}
            """
        );

    [TestCase("""{"operation":"start"}""", "/id /notificationType /attributes /contentState")]
    [TestCase("""{"operation":"update","instanceId":"01J9Z3N5M7Q8R2S4T6V8W0X1Y3","platform":"ios"}""", "/contentState /platform")]
    [TestCase("""{"operation":"end","id":"1"}""", "/id /instanceId")]
    [TestCase("""{"operation":"end","instanceId":"x"}""", "/instanceId")]
    [TestCase("""{"operation":"start","id":"1","notificationType":"t","attributes":{"a":1},"contentState":{"a":1},"platform":"ios"}""", "/alert")]
    [TestCase(
        """{"operation":"start","id":"1","notificationType":"t","attributes":{"a":1},"contentState":{"a":1},"expiration":"2026-02-02T00:00:00Z"}""",
        "/expiration"
    )]
    public async Task Operation_WhatItNeedsOrDoesNotTake_IsNamed(string input, string paths)
    {
        using var bench = new Bench();
        Assert.That(string.Join(' ', (await bench.FailAsync("live-notification", input)).Problems.Select(p => p.Path)), Is.EqualTo(paths));
    }
}
