using System.Diagnostics;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Up;

/// <summary>The example flows: deploys them against the sandbox, runs each once, and tells what happened.</summary>
internal sealed class Demonstration(NodeRed red, SandboxServer sandbox)
{
    private const string Visitor = "tour-visitor%40example.com";
    private readonly List<(string Step, bool Good, string What)> _steps = [];

    /// <summary>The two example flows, their connection pointed at the sandbox.</summary>
    public static JArray Flows()
    {
        var nodes = new Dictionary<string, JObject>(StringComparer.Ordinal);
        foreach (var file in new[] { "Sign-up endpoint.json", "Tour of the actions.json" })
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
        connection["credentials"] = new JObject { ["apiKey"] = "sandbox" };
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
        Show();
        return _steps.TrueForAll(s => s.Good);
    }

    private async Task SignUpAsync(CancellationToken ct)
    {
        var (status, body) = await red.PostAsync("signup", new JObject { ["email"] = "ada@example.com", ["name"] = "Ada", ["plan"] = "pro" }, ct).ConfigureAwait(false);
        var person = sandbox.Person("ada@example.com");
        var good = status == 201 && person?["events"]?.Any(e => (string?)e["name"] == "signed_up") == true;
        _steps.Add(("POST /signup", good, good ? "Identify, then Track: ada@example.com signed up" : $"answered {status}: {(body.Length > 200 ? body[..200] : body)}"));
    }

    private async Task TourAsync(CancellationToken ct)
    {
        var before = sandbox.Requests.Count;
        await red.PostAsync("inject/customerio-tour-start", [], ct).ConfigureAwait(false);
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
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30) && !(seen.Count >= expected.Length && caught is not null && Done);)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct).ConfigureAwait(false);
            seen = [.. sandbox.Requests.Skip(before)];
            caught = DebugLine("Why it failed");
        }

        foreach (var (step, method, path, status, what) in expected)
        {
            var request = seen.Find(r => r.Method == method && r.Path == path);
            seen.Remove(request!);
            _steps.Add((step, request?.Status == status, request is null ? "did not arrive" : request.Status == status ? what : $"answered {request.Status}"));
        }

        _steps.Add(("Catch", caught is not null, caught ?? "saw no failure"));
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
                return rest.Length > 0 ? rest : i + 1 < log.Count ? log[i + 1].Trim() : null;
            }
        }

        return null;
    }

    private void Show()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Step", "", "What happened");
        foreach (var (step, good, what) in _steps)
        {
            table.AddRow(new Text(step), new Markup(good ? "[green]ok[/]" : "[red]failed[/]"), new Text(what));
        }

        Terminal.Out.Write(table);
        Terminal.Out.WriteLine($"The sandbox recorded {sandbox.RequestCount} requests.");
    }
}
