using System.Diagnostics;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Up;

/// <summary>The example flows: deploys them against the sandbox, runs each once, and tells what happened.</summary>
internal sealed class Demonstration(NodeRed red, SandboxServer sandbox)
{
    private const string RoundTrip = "customerio-round-trip";
    private const string Visitor = "tour-visitor%40example.com";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly List<(string Step, bool Good, string What)> _steps = [];

    /// <summary>The example flows, their connection pointed at the sandbox.</summary>
    public static JArray Flows()
    {
        var nodes = new Dictionary<string, JObject>(StringComparer.Ordinal);
        foreach (var file in new[] { "Sign-up endpoint.json", "Tour of the actions.json", "Round trip.json" })
        {
            foreach (var node in ConnectorJson.Parse(EmbeddedFolder.Text($"{EmbeddedFolder.Package}examples/{file}")).OfType<JObject>())
            {
                nodes[(string)node["id"]!] = node;
            }
        }

        var connection = nodes.Values.Single(n => (string)n["type"]! == "customerio-connection");
        connection["name"] = "Sandbox";
        connection["siteId"] = "sandbox";
        connection["baseUrl"] = "${CUSTOMERIO_SANDBOX_URL}";
        connection["credentials"] = new JObject
        {
            ["apiKey"] = "sandbox",
            ["appApiKey"] = "sandbox",
            ["webhookSigningKey"] = new SandboxOptions().WebhookSigningKey,
        };
        nodes[RoundTrip + "-event"]["publicUrl"] = "${CUSTOMERIO_NODE_RED_URL}";
        foreach (var debug in nodes.Values.Where(n => (string)n["type"]! == "debug"))
        {
            debug["console"] = true;
        }

        return [.. nodes.Values];
    }

    /// <returns>Whether every step did what it should.</returns>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        await SignUpAsync(ct).ConfigureAwait(false);
        await TourAsync(ct).ConfigureAwait(false);
        await RoundTripAsync(ct).ConfigureAwait(false);
        Show();
        return _steps.TrueForAll(s => s.Good);
    }

    private async Task SignUpAsync(CancellationToken ct)
    {
        var (status, body) = await red.PostAsync(
                "signup",
                new JObject
                {
                    ["email"] = "ada@example.com",
                    ["name"] = "Ada",
                    ["plan"] = "pro",
                },
                ct
            )
            .ConfigureAwait(false);
        var person = sandbox.Person("ada@example.com");
        var good = status == 201 && person?["events"]?.Any(e => (string?)e["name"] == "signed_up") == true;
        _steps.Add(
            ("POST /signup", good, good ? "Identify, then Track: ada@example.com signed up" : $"answered {status}: {(body.Length > 200 ? body[..200] : body)}")
        );
    }

    private async Task TourAsync(CancellationToken ct)
    {
        var before = sandbox.Requests.Count;
        await red.InjectAsync("customerio-tour-start", ct).ConfigureAwait(false);
        (string Step, string Method, string Path, int Status, string What)[] expected =
        [
            ("Identify", "PUT", $"/api/v1/customers/{Visitor}", 200, "created a person"),
            ("Track", "POST", $"/api/v1/customers/{Visitor}/events", 200, "recorded completed_purchase"),
            ("Track Page View", "POST", $"/api/v1/customers/{Visitor}/events", 200, "recorded a page view"),
            ("Raw Request", "GET", "/api/v1/accounts/region", 200, "asked for the region"),
            ("Destroy", "DELETE", $"/api/v1/customers/{Visitor}", 200, "deleted the person"),
            ("Raw Request", "POST", "/api/v1/customers/tour/events", 400, "sent an event without a name: refused, as it should be"),
        ];
        List<RecordedRequest> seen = [];
        string? caught = null;
        await UntilAsync(
                () =>
                {
                    caught = DebugLine("Why it failed");
                    var done = Done;
                    seen = [.. sandbox.Requests.Skip(before)];
                    return done && caught is not null && seen.Count >= expected.Length;
                },
                ct
            )
            .ConfigureAwait(false);

        foreach (var (step, method, path, status, what) in expected)
        {
            var request = seen.Find(r => r.Method == method && r.Path == path);
            seen.Remove(request!);
            _steps.Add(
                (
                    step,
                    request?.Status == status,
                    request is null ? "did not arrive"
                    : request.Status == status ? what
                    : $"answered {request.Status}"
                )
            );
        }

        _steps.Add(("Catch", caught is not null, caught ?? "saw no failure"));
    }

    private async Task RoundTripAsync(CancellationToken ct)
    {
        // What is sent before the webhook is there is not reported.
        await UntilAsync(() => sandbox.Requests.Any(r => r is { Method: "POST", Path: "/v1/reporting_webhooks", Status: 200 }), ct).ConfigureAwait(false);
        await red.InjectAsync($"{RoundTrip}-start", ct).ConfigureAwait(false);
        string? sent = null;
        JToken? back = null;
        await UntilAsync(
                () =>
                {
                    var person = sandbox.Person("round-trip");
                    sent = (string?)person?["activities"]?.LastOrDefault(a => (string?)a["type"] == "sent")?["name"];
                    back = person?["events"]?.LastOrDefault(e => (string?)e["name"] == "email_arrived");
                    return back is not null;
                },
                ct
            )
            .ConfigureAwait(false);
        var returned = back is not null && sent is not null && (string?)back["data"]?["delivery_id"] == sent;
        _steps.Add(("Send Email", sent is not null, sent is null ? "did not arrive" : "sent an e-mail to the person"));
        _steps.Add(
            (
                "On Customer.io Event",
                returned,
                returned ? "heard that it was delivered"
                : back is null ? "heard nothing"
                : "heard of another e-mail"
            )
        );
        _steps.Add(("Track", returned, returned ? "recorded email_arrived for that person" : "did not arrive"));
    }

    private static async Task UntilAsync(Func<bool> condition, CancellationToken ct)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_patience && !condition(); )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct).ConfigureAwait(false);
        }
    }

    private bool Done => red.Log.Any(l => l.Contains("[debug:Done]", StringComparison.Ordinal));

    // A debug node writes its head and, for long values, the value on the next line.
    private string? DebugLine(string name)
    {
        var log = red.Log;
        for (var i = 0; i < log.Count; i++)
        {
            if (log[i].IndexOf($"[debug:{name}]", StringComparison.Ordinal) is >= 0 and var at)
            {
                var rest = log[i][(at + name.Length + 8)..].Trim();
                return rest.Length > 0 ? rest
                    : i + 1 < log.Count ? log[i + 1].Trim()
                    : null;
            }
        }

        return null;
    }

    private void Show()
    {
        var table = Terminal.Table("Step", "", "What happened");
        foreach (var (step, good, what) in _steps)
        {
            table.AddRow(new Text(step), new Markup(good ? "[green]ok[/]" : "[red]failed[/]"), new Text(what));
        }

        Terminal.Out.Write(table);
        Terminal.Out.WriteLine($"The sandbox recorded {sandbox.RequestCount} requests.");
    }
}
