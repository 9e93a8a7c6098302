using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Webhooks;

public class ReportingWebhookTests
{
    [Test]
    public async Task UpdateReportingWebhook_OneChange_KeepsTheRest()
    {
        using var bench = new Bench(
            Answer.Ok("""{"id":4,"name":"w","endpoint":"https://e.example.com","events":["email_sent"],"with_content":null}"""),
            Answer.Ok("""{"id":4}""")
        );
        await bench.RunAsync("update-reporting-webhook", """{"webhook":4,"disabled":true}""");
        Assert.That(bench.Wire.Requests[1].BodyText, Is.EqualTo("""{"name":"w","endpoint":"https://e.example.com","events":["email_sent"],"disabled":true}"""));
    }

    [TestCase("https://example.com/x", true)]
    [TestCase("http://127.0.0.1:8026/x", true)]
    [TestCase("http://localhost/x", true)]
    [TestCase("http://[::1]:9/x", true)]
    [TestCase("http://example.com/x", false)]
    [TestCase("http://127.0.0.1@example.com/x", false)]
    [TestCase("http://localhost.example.com/x", false)]
    [TestCase("HTTP://example.com", false)]
    [TestCase("ftp://example.com/x", false)]
    [TestCase("//example.com/x", false)]
    [TestCase("example.com", false)]
    public async Task ReportingWebhook_Address_IsHttpsUnlessOfThisMachine(string address, bool taken)
    {
        foreach (
            var (action, input) in new[]
            {
                ("create-reporting-webhook", $$"""{"name":"w","endpoint":"{{address}}","events":["email_sent"]}"""),
                ("update-reporting-webhook", $$"""{"webhook":4,"endpoint":"{{address}}"}"""),
            }
        )
        {
            using var bench = new Bench(Wire.Always(_ => Answer.Ok("""{"id":4,"name":"w","endpoint":"https://e.example.com","events":["email_sent"]}""")));
            if (taken)
            {
                await bench.RunAsync(action, input);
                continue;
            }

            var failure = await bench.FailAsync(action, input);
            Assert.That((failure.Kind, failure.Problems.Single().Path, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Input, "/endpoint", 0)));
        }
    }
}
