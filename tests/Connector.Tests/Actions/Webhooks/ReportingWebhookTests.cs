using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Webhooks;

public class ReportingWebhookTests
{
    [Test]
    public async Task UpdateReportingWebhook_OneChange_KeepsTheRest()
    {
        using var bench = new Bench(Answer.Ok("""{"id":4,"name":"w","endpoint":"https://e.example.com","events":["email_sent"],"with_content":null}"""), Answer.Ok("""{"id":4}"""));
        await bench.RunAsync("update-reporting-webhook", """{"webhook":4,"disabled":true}""");
        Assert.That(bench.Wire.Requests[1].BodyText, Is.EqualTo("""{"name":"w","endpoint":"https://e.example.com","events":["email_sent"],"disabled":true}"""));
    }
}
