using System.Globalization;
using System.Net.Http.Json;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>n8n's queue mode: a main process and two workers over Redis and PostgreSQL, as larger installations run it.</summary>
public sealed class QueueTests
{
    private const int SignUps = 500;
    private const int KilledAfter = 150;
    private const int Concurrency = 10;

    private SandboxServer _sandbox = null!;
    private Hub _hub = null!;
    private PostgresServer _postgres = null!;
    private Background _redis = null!;
    private Dictionary<string, string> _settings = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        _hub = await Hub.StartAsync(_sandbox);
        _postgres = await PostgresServer.StartAsync();
        var port = TcpPeer.DeadPort();
        _redis = Background.Start(
            "redis-server",
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()],
            Path.GetTempPath()
        );
        await _redis.SaidAsync("Ready to accept connections", 30);
        _settings = new Dictionary<string, string>
        {
            ["EXECUTIONS_MODE"] = "queue",
            ["QUEUE_BULL_REDIS_HOST"] = "127.0.0.1",
            ["QUEUE_BULL_REDIS_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["DB_TYPE"] = "postgresdb",
            ["DB_POSTGRESDB_HOST"] = "127.0.0.1",
            ["DB_POSTGRESDB_PORT"] = _postgres.Port.ToString(CultureInfo.InvariantCulture),
            ["DB_POSTGRESDB_USER"] = PostgresServer.Owner,
            ["DB_POSTGRESDB_DATABASE"] = await _postgres.DatabaseAsync(),

            // How soon it is noticed that a worker is gone: by default after 66 s, which is how long a sender then waits for its 500.
            ["QUEUE_WORKER_LOCK_DURATION"] = "6000",
            ["QUEUE_WORKER_LOCK_RENEW_TIME"] = "2000",
            ["QUEUE_WORKER_STALLED_INTERVAL"] = "3000",
        };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
        await _hub.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Test]
    public async Task AKilledWorker_LosesNoSignUp_AndCountsNoneTwice()
    {
        await using var main = await N8n.StartAsync(_settings);
        await using var first = await N8n.StartWorkerAsync(_settings, Concurrency);
        await using var second = await N8n.StartWorkerAsync(_settings, Concurrency);
        var credential = await main.CredentialAsync(Node.Credential, Node.CredentialOf(_hub));
        var flow = await main.SaveAsync(SignUp(credential));
        await main.ActivateAsync(flow);

        using var http = N8n.NewClient(TimeSpan.FromSeconds(60));
        var killed = KillAsync(http, first);
        var again = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, SignUps),
            new ParallelOptions { MaxDegreeOfParallelism = 24 },
            async (n, ct) =>
            {
                var body = new { id = $"person-{n}" };
                for (var left = 5; !await SendAsync(http, new Uri(main.Url, "webhook/sign-up"), body, ct); left--)
                {
                    Assert.That(left, Is.Positive, $"person-{n} is never answered");
                    Interlocked.Increment(ref again);
                }
            }
        );
        await killed;
        var (success, error) = (await main.CountAsync(flow, "success"), await main.CountAsync(flow, "error"));
        TestContext.Out.WriteLine(
            $"{SignUps} sign-ups, one of two workers killed after {KilledAfter} events: {again} sent again; {success} executions succeeded, {error} failed; "
                + $"{Tracked()} requests with events, {Events()} events counted, {People()} people"
        );
        Assert.Multiple(() =>
        {
            Assert.That(again, Is.Positive, "the worker held none when it was killed, so that nothing was proved");
            Assert.That(error, Is.Positive, "n8n runs again what a killed worker held: the docs say otherwise");
            Assert.That(Tracked(), Is.GreaterThan(SignUps), "no event was sent twice, so that nothing was proved");
            for (var n = 0; n < SignUps; n++)
            {
                Assert.That(_sandbox.Person($"person-{n}")?["events"]!.Count(), Is.EqualTo(1), $"person-{n}");
            }
        });
    }

    /// <summary>Whether it was done; what was not, a sender sends again.</summary>
    private static async Task<bool> SendAsync(HttpClient http, Uri address, object body, CancellationToken ct)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(address, body, ct);
            return answer.IsSuccessStatusCode;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Kills a worker while it waits for the answers to events that were counted already: the worst moment.</summary>
    private async Task KillAsync(HttpClient http, Background worker)
    {
        await Eventually.TrueAsync(() => Events() >= KilledAfter, () => $"{KilledAfter} events; there are {Events()}", 180);
        var faults = new Uri(_sandbox.Url, "_sandbox/faults");
        using var late = new StringContent("""{ "match": { "body": "signed_up" }, "delayMs": 10000, "when": "after", "times": 1000 }""");
        using var added = await http.PostAsync(faults, late);
        added.EnsureSuccessStatusCode();

        // More than the other worker may hold.
        await Eventually.TrueAsync(
            () => _sandbox.Requests.Count(r => r.Status == 0 && IsEvent(r)) >= Concurrency + 5,
            () => "both workers wait for answers",
            180
        );
        await worker.KillAsync();
        using var removed = await http.DeleteAsync(faults);
    }

    private int People() => Enumerable.Range(0, SignUps).Count(n => _sandbox.Person($"person-{n}") is not null);

    private int Events() => Enumerable.Range(0, SignUps).Sum(n => _sandbox.Person($"person-{n}")?["events"]!.Count() ?? 0);

    private int Tracked() => _sandbox.Requests.Count(IsEvent);

    private static bool IsEvent(RecordedRequest request) => request.Text.Contains("signed_up", StringComparison.Ordinal);

    private static Workflow SignUp(string credential)
    {
        var (key, id) = ((Node.Credential, credential), "={{ $('Sign-up').item.json.body.id }}");
        return new Workflow("Sign-up")
            .Then(
                "Sign-up",
                "n8n-nodes-base.webhook",
                2,
                JObject.Parse("""{ "httpMethod": "POST", "path": "sign-up", "responseMode": "lastNode", "options": {} }"""),
                more: new JObject { ["webhookId"] = "4f3c2c1e-0f6b-4f0e-9a55-7d2f2f6f2a11" }
            )
            .Then("Identify", Node.Type, 1, Node.Parameters("person/identify", new JObject { ["id"] = id }.ToString()), key)
            .Then(
                "Track",
                Node.Type,
                1,
                Node.Parameters(
                    "event/track",
                    new JObject
                    {
                        ["id"] = id,
                        ["eventName"] = "signed_up",
                        ["requestOptions"] = new JObject { ["idempotencyKey"] = id },
                    }.ToString()
                ),
                key
            );
    }
}
