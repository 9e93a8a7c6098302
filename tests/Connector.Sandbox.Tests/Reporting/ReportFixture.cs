using CustomerIo.Connector.Sandbox.Tests.App;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.Reporting;

/// <summary>A sandbox and a receiver of its webhooks; whatever is received must be what the vendor would send.</summary>
public abstract class ReportFixture : AppFixture
{
    internal Receiver Receiver { get; private set; } = null!;

    [SetUp]
    public async Task Listen() => Receiver = await Receiver.StartAsync();

    [TearDown]
    public async Task EndListening()
    {
        await Receiver.DisposeAsync();
        foreach (var post in Receiver.Posts.Where(p => !ReportSchema.Undescribed.Contains(p.Name)))
        {
            Assert.That(ReportSchema.Check(post.Json), Is.Empty, post.Body);
        }
    }

    /// <summary>Registers a webhook for the receiver; returns its id.</summary>
    protected async Task<int> Register(string events, string? also = null, string? endpoint = null)
    {
        var body = new JObject
        {
            ["name"] = "hook",
            ["endpoint"] = endpoint ?? Receiver.Url,
            ["events"] = new JArray(events.Split(' ')),
        };
        body.Merge(Parse(also ?? "{}"));
        var made = await AppPost("/v1/reporting_webhooks", body.ToString());
        Assert.That(made.Status, Is.EqualTo(200), made.Body);
        return (int)made.Json["id"]!;
    }

    protected async Task<string> SendEmail(string also = "") =>
        (string)
            (await AppPost("/v1/send/email", $$"""{"to":"a@example.com","transactional_message_id":2,"identifiers":{"id":"u1"}{{also}}}""")).Json[
                "delivery_id"
            ]!;

    /// <summary>How the posts ended, as <c>event try outcome</c>, once there were so many.</summary>
    protected async Task<string[]> Attempts(int count)
    {
        string[] attempts = [];
        for (var i = 0; i < 600 && attempts.Length < count; i++)
        {
            await Task.Delay(10);
            attempts = [.. (await Get("/_sandbox/webhooks")).Json["attempts"]!.Select(a => $"{a["event"]} {a["try"]} {a["outcome"]}")];
        }
        return attempts;
    }
}
