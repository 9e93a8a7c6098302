using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Kills the tool, or stops it, again and again while events arrive.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Platform(Exclude = "Win", Reason = "kill -9")]
[Category("Slow")]
public class KillTests
{
    private const int Each = 50,
        Batch = 5;
    private static readonly int s_people = Amount.Of(60),
        s_kills = Amount.Of(20);
    private static readonly string s_tool = typeof(KillTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "Tool").Value!;
    private readonly ConcurrentDictionary<string, bool> _acknowledged = new();
    private readonly ConcurrentDictionary<string, bool> _run = new();
    private volatile Uri? _url;
    private int _resent;

    [Test]
    public Task Kill9_UnderLoad_LosesNothingAcknowledgedAndCountsEachOnceInOrder() => EndAgainAndAgainAsync(isKilled: true);

    [Test]
    public Task Sigterm_UnderLoad_EndsInTimeLosesNothingAcknowledgedAndSendsNothingTwice() => EndAgainAndAgainAsync(isKilled: false);

    private async Task EndAgainAndAgainAsync(bool isKilled)
    {
        var data = Directory.CreateTempSubdirectory("connector-kill-").FullName;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var caller = new HttpClient { Timeout = http.Timeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("kill-key:"u8));
        // A request an event, and slow enough that most kills come when some of a group have arrived and others have not.
        using var slow = new StringContent("""{"delayMs":8,"times":0}""");
        using var _ = await http.PostAsync(new Uri(sandbox.Url, "_sandbox/faults"), slow);
        var clock = Stopwatch.StartNew();
        var process = await StartAsync(sandbox, data);
        var killed = 0;
        var longest = TimeSpan.Zero;
        try
        {
            var sending = Task.WhenAll(Enumerable.Range(0, s_people).Select(p => SendAsync(http, p)));
            var running = RunAsync(caller, sending);
            for (; killed < s_kills; killed++)
            {
                var next = (killed + 1) * s_people * Each / (s_kills + 2);
                await UntilAsync(() => _acknowledged.Count >= next || sending.IsCompleted, clock);
                if (killed % 2 == 0)
                {
                    // The answer to what has just arrived is still on its way.
                    var seen = sandbox.RequestCount;
                    await UntilAsync(() => sandbox.RequestCount > seen || sending.IsCompleted, clock);
                }
                else
                {
                    await Task.Delay(Random.Shared.Next(60));
                }

                Assert.That(process.HasExited, Is.False, "it ended by itself");
                var since = clock.Elapsed;
                await EndAsync(process, isKilled);
                longest = clock.Elapsed - since > longest ? clock.Elapsed - since : longest;
                process.Dispose();
                process = await StartAsync(sandbox, data);
            }

            await sending;
            await running;
            await UntilAsync(() => Queued(http) == 0, clock);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        var arrived = Arrived(sandbox);
        var counted = Enumerable.Range(0, s_people).SelectMany(p => sandbox.Person("u" + p)?["events"]?.Select(e => $"u{p} {e["name"]}") ?? []).ToArray();
        TestContext.Out.WriteLine(
            $"{s_people * Each} events, {killed} kills, {_acknowledged.Count} acknowledged, {_resent} batches sent again by the sender; "
                + $"{sandbox.RequestCount} requests with {arrived.Count} events reached the sandbox, {arrived.Distinct().Count()} different ones, "
                + $"{counted.Length} counted; {_run.Count} actions; the longest end took {longest.TotalSeconds:0.0} s; {clock.Elapsed.TotalSeconds:0} s"
        );
        Assert.Multiple(() =>
        {
            Assert.That(killed, Is.EqualTo(s_kills));
            Assert.That(_acknowledged.Keys.Except(arrived), Is.Empty, "acknowledged, but never arrived");
            Assert.That(counted, Is.Unique, "counted twice");
            Assert.That(_acknowledged.Keys.Except(counted), Is.Empty, "arrived, but not counted");
            Assert.That(_run, Is.Not.Empty);
            Assert.That(_run.Keys.Where(p => sandbox.Person(p) is null), Is.Empty, "an action that succeeded, and did nothing");
            if (!isKilled)
            {
                Assert.That(arrived, Is.Unique, "sent twice, although it was only stopped");
            }

            foreach (var person in arrived.Distinct().GroupBy(e => e.Split(' ')[0]))
            {
                Assert.That(person.Select(e => int.Parse(e.Split(" e")[1])), Is.Ordered, person.Key);
            }
        });
        Directory.Delete(data, true);
    }

    /// <summary>One person's events, batch after batch. Those with a message id are sent until acknowledged; the others once, as nobody could tell
    /// them apart.</summary>
    private async Task SendAsync(HttpClient http, int person)
    {
        var named = person % 5 != 0;
        for (var n = 0; n < Each; n += Batch)
        {
            var names = Enumerable.Range(n, Batch).Select(i => $"e{i}").ToArray();
            var events = names.Select(e =>
                $"{{\"type\":\"track\",\"userId\":\"u{person}\",\"event\":\"{e}\"{(named ? $",\"messageId\":\"m-{person}-{e}\"" : "")}}}"
            );
            for (var first = true; ; first = false)
            {
                if (await TrySendAsync(http, $"{{\"batch\":[{string.Join(',', events)}]}}"))
                {
                    Array.ForEach(names, e => _acknowledged[$"u{person} {e}"] = true);
                    break;
                }

                if (!named)
                {
                    break;
                }

                if (first)
                {
                    Interlocked.Increment(ref _resent);
                }

                await Task.Delay(50);
            }

            await Task.Delay(Random.Shared.Next(100, 400));
        }
    }

    /// <summary>Runs actions one after the other, as long as events are sent.</summary>
    private async Task RunAsync(HttpClient http, Task sending)
    {
        for (var n = 0; !sending.IsCompleted; n++)
        {
            if (await TryPostAsync(http, "/actions/identify", $$"""{"id":"a{{n}}"}"""))
            {
                _run[$"a{n}"] = true;
            }

            await Task.Delay(20);
        }
    }

    private Task<bool> TrySendAsync(HttpClient http, string json) => TryPostAsync(http, "/v1/batch", json);

    private async Task<bool> TryPostAsync(HttpClient http, string path, string json)
    {
        // The sender waits while nobody listens; what it sends may be cut off at any moment.
        Uri? url;
        while ((url = _url) is null)
        {
            await Task.Delay(20);
        }

        try
        {
            using var content = new StringContent(json, Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri(url, path), content);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task EndAsync(Process process, bool isKilled)
    {
        if (isKilled)
        {
            process.Kill();
            await process.WaitForExitAsync();
            return;
        }

        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        // What docs/containers.md and the examples give it.
        using var period = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await process.WaitForExitAsync(period.Token);
        Assert.That(process.ExitCode, Is.Zero);
    }

    private async Task<Process> StartAsync(SandboxServer sandbox, string data)
    {
        _url = null;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[s_tool, "hub", "--parts", "actions,events", "--profile", "rudderstack", "--port", "0", "--data", data])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (
            var (name, value) in (ReadOnlySpan<(string, string)>)
                [("WRITE_KEY", "kill-key"), ("SITE_ID", "s"), ("API_KEY", "k"), ("BASE_URL", sandbox.Url.ToString())]
        )
        {
            start.Environment["CUSTOMERIO_" + name] = value;
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        _url = await process.StandardOutput.ReadLineAsync() is { } line ? new Uri(line) : throw new InvalidOperationException("The tool did not start.");
        return process;
    }

    /// <summary>Each event that reached the sandbox, in the order of arrival, repetitions included.</summary>
    private static List<string> Arrived(SandboxServer sandbox)
    {
        Assert.That(sandbox.RequestCount, Is.EqualTo(sandbox.Requests.Count), "some requests are no longer kept");
        return
        [
            .. sandbox
                .Requests.Where(r => r.Status == 200 && r.Path.EndsWith("/events", StringComparison.Ordinal))
                .Select(r => $"{r.Path.Split('/')[4]} {r.Body!["name"]}"),
        ];
    }

    private long Queued(HttpClient http) =>
        _url is { } url ? (long)JObject.Parse(http.GetStringAsync(new Uri(url, "/health")).GetAwaiter().GetResult())["queued"]! : -1;

    private static async Task UntilAsync(Func<bool> condition, Stopwatch clock)
    {
        while (!condition())
        {
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromMinutes(3)));
            await Task.Delay(10);
        }
    }
}
