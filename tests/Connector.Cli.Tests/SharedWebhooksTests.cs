using System.Collections.Concurrent;
using System.Diagnostics;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Sandbox;
using Npgsql;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Several machines that receive for one workspace, with one database.</summary>
[Platform(Exclude = "Win", Reason = "Signals")]
[Category("Slow")]
public class SharedWebhooksTests
{
    private const int Lanes = 8,
        Machines = 3;
    private static readonly int s_each = Amount.Of(1000);
    private readonly ConcurrentDictionary<string, bool> _acknowledged = new();
    private readonly ServeProcess?[] _machines = new ServeProcess?[Machines];
    private readonly List<ServeProcess> _all = [];
    private string _home = "";
    private string _database = "";
    private int _again;

    [SetUp]
    public async Task SetUp()
    {
        _home = Directory.CreateTempSubdirectory("shared-webhooks-").FullName;
        _database = await Postgres.DatabaseAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        foreach (var machine in _all)
        {
            await machine.DisposeAsync();
        }

        _all.Clear();
        Directory.Delete(_home, true);
    }

    [Test]
    public async Task Machines_KilledStoppedAndWithoutTheirDatabase_KeepEachEventOnceAndHandAllOnInOrder()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(8) };
        for (var i = 0; i < Machines; i++)
        {
            await StartAsync(i);
        }

        var (all, takeovers, clock) = (Lanes * s_each, new List<double>(), Stopwatch.StartNew());
        var sending = Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => SendAsync(http, lane))));
        for (var step = 1; step <= 6; step++)
        {
            var next = step * all / 8;
            await Eventually.TrueAsync(() => _acknowledged.Count >= next, () => $"{_acknowledged.Count} of {next} are acknowledged", 120);
            switch (step)
            {
                case 2 or 5:
                    await Postgres.RestartAsync();
                    NpgsqlConnection.ClearAllPools();
                    break;
                case 4:
                    // Longer than its lease: another one hands on, and this one notices when it goes on.
                    var frozen = await PrinterAsync();
                    await _machines[frozen]!.SignalAsync("STOP");
                    await TakenOverAsync(frozen);
                    await Task.Delay(TimeSpan.FromSeconds(2));
                    await _machines[frozen]!.SignalAsync("CONT");
                    break;
                default:
                    var killed = await PrinterAsync();
                    await _machines[killed]!.KillAsync();
                    _machines[killed] = null;
                    takeovers.Add(await TakenOverAsync(killed));
                    await StartAsync(killed);
                    break;
            }
        }

        await sending;
        string[] Printed() => [.. _all.SelectMany(m => m.Events.Select(e => (string)e["event_id"]!))];
        await Eventually.TrueAsync(() => Printed().Distinct().Count() == all, () => $"{Printed().Distinct().Count()} of {all} are handed on", 60);
        await using var kept = ReceivedEvents.Open(Database.Parse(_database, isPostgres: true)!);
        await Eventually.TrueAsync(() => kept.IsHandedOn("/customerio", null), () => "what was handed on is not noted", 60);
        var printed = Printed();
        TestContext.Out.WriteLine(
            $"{all} events, each to two of {Machines} machines at once, {_again} sent again: {kept.Newest(all + 1, []).Count} kept, {printed.Length} lines. "
                + $"Killed three times: another one handed on after {string.Join(", ", takeovers.Select(t => $"{t:0.0}"))} s. {clock.Elapsed.TotalSeconds:0} s."
        );
        Assert.Multiple(() =>
        {
            Assert.That(kept.Newest(all + 1, []).Select(e => e.EventId), Is.Unique.And.EquivalentTo(_acknowledged.Keys));
            Assert.That(takeovers, Has.Count.EqualTo(3).And.All.LessThan(15), "two seconds, on a machine that has nothing else to do");
            Assert.That(printed, Has.Length.LessThan(all + (4 * 500) + 1), "only what was on its way to the output is there twice");
            foreach (var machine in _all)
            {
                foreach (var lane in machine.Events.Select(e => ((string)e["event_id"]!).Split('-')).GroupBy(id => id[1]))
                {
                    Assert.That(lane.Select(id => int.Parse(id[2], System.Globalization.CultureInfo.InvariantCulture)), Is.Ordered, $"lane {lane.Key}");
                }

                Assert.That(machine.Errors, Does.Not.Contain("defect").IgnoreCase.And.Not.Contain("   at "));
            }
        });
    }

    [Test]
    public async Task Registration_OfOneMachine_IsKnownToTheOthers()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        const string Url = "https://hub.example.com/customerio";
        Task<Ran> RunAsync(params string[] args) => Tool.RunAsync(["webhooks", .. args], sandbox, null, ("QUEUE_DATABASE", _database));
        string[] Of(string machine) => ["--postgres", "env:QUEUE_DATABASE", "--data", Path.Combine(_home, machine)];
        var made = await RunAsync(["register", "--url", Url, .. Of("a")]);
        var listed = await RunAsync(["list", "--json", .. Of("b")]);
        var elsewhere = await RunAsync(["remove", "--url", Url, "--data", Path.Combine(_home, "b")]);
        var removed = await RunAsync(["remove", "--url", Url, .. Of("b")]);
        Assert.Multiple(() =>
        {
            Assert.That(made.Exit, Is.Zero, made.ToString());
            Assert.That((bool)listed.Json["webhooks"]![0]!["managed"]!, Is.True, listed.ToString());
            Assert.That(elsewhere.Out, Does.Contain("No webhook was made here"), "a folder knows nothing of it");
            Assert.That(removed.Out, Does.Match("Reporting webhook [0-9]+ is gone"), removed.ToString());
            Assert.That(Directory.Exists(Path.Combine(_home, "a")), Is.False, "nothing lies on the machine");
        });
    }

    [Test]
    public async Task Received_OfASharedDatabase_ListsWhatAnyMachineTook()
    {
        await StartAsync(0);
        using var http = new HttpClient();
        Assert.That(await Webhooks.PostAsync(http, _machines[0]!.Url, Webhooks.Body("email_sent", "e1")), Is.EqualTo(200));
        var received = await Tool.RunAsync(["webhooks", "received", "--postgres", "env:QUEUE_DATABASE"], null, null, ("QUEUE_DATABASE", _database));
        Assert.That(received.Lines.Select(e => (string)e["eventId"]!), Is.EqualTo(new[] { "e1" }), received.ToString());
        var nowhere = await Tool.RunAsync("webhooks", "received", "--postgres", "Host=127.0.0.1;Port=1;Database=x;Username=x");
        Assert.That(nowhere.Exit, Is.EqualTo(6), "unavailable");
        Assert.That(nowhere.Error, Does.Contain("cannot keep received events").And.Not.Contain("   at "));
    }

    private async Task StartAsync(int machine)
    {
        _machines[machine] = await ServeProcess.StartAsync(Path.Combine(_home, $"{machine}"), more: ["--postgres", _database]);
        _all.Add(_machines[machine]!);
    }

    /// <summary>Events one after another, each to two machines at once; what neither takes is sent again.</summary>
    private async Task SendAsync(HttpClient http, int lane)
    {
        var turn = lane;
        for (var n = 0; n < s_each; n++, turn++)
        {
            var (id, body) = ($"e-{lane}-{n}", Webhooks.Body("email_sent", $"e-{lane}-{n}"));
            while (true)
            {
                var answers = await Task.WhenAll(TryAsync(http, turn, body), TryAsync(http, turn + 1, body));
                if (answers.Contains(true))
                {
                    break;
                }

                Interlocked.Increment(ref _again);
                turn++;
                await Task.Delay(100);
            }

            _acknowledged[id] = true;
        }
    }

    private async Task<bool> TryAsync(HttpClient http, int turn, byte[] body)
    {
        try
        {
            return _machines[turn % Machines] is { } machine && await Webhooks.PostAsync(http, machine.Url, body) == 200;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<int> PrinterAsync()
    {
        var found = -1;
        await Eventually.TrueAsync(() => (found = Find(-1)) >= 0, () => "nobody hands on", 60);
        return found;
    }

    private async Task<double> TakenOverAsync(int from)
    {
        var clock = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => Find(from) >= 0, () => "nobody takes over", 60);
        return clock.Elapsed.TotalSeconds;
    }

    private int Find(int except) =>
        Array.FindIndex(
            _machines,
            m =>
                m is not null
                && m != (except < 0 ? null : _machines[except])
                && m.Errors.LastIndexOf("This machine hands on", StringComparison.Ordinal)
                    > m.Errors.LastIndexOf("This machine stands by", StringComparison.Ordinal)
        );
}
