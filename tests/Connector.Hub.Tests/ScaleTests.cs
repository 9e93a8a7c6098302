using System.Reflection;
using CustomerIo.Connector.Benchmarks.Scale;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>The simulation of tests/Connector.Benchmarks, and its figures in docs/scale.md; <c>UPDATE_GOLDEN=1</c> writes these anew.</summary>
public class ScaleTests
{
    private const string End = "\n<!-- End of what the tests write. -->";

    private static readonly Size s_size = new(10, 5, 2, 100e6);

    [Test]
    public void Run_SameSeed_GivesTheSame()
    {
        var (first, again, other) = (Run(1), Run(1), Run(2));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));

        static (long Steps, Measured Measured) Run(ulong seed)
        {
            var model = new ScaleModel(s_size, new(), 20, seed);
            var measured = ScaleReport.Run(model, 1, 3);
            return (model.Simulation.Steps, measured);
        }
    }

    [Test]
    public void Run_ThroughFailures_DeliversEachEventThatWasSent()
    {
        var model = new ScaleModel(s_size, new(), 20);
        model.Run(3);
        model.EndMachine(ScaleReport.Deliverer(model), silently: false);
        model.Run(2);
        model.Restart(0, 5);
        model.Throttle(4);
        model.EndMachine(model.Machines.ToList().FindIndex(m => m.IsAlive), silently: true);
        model.Run(12);
        Assert.That(model.CameAgain, Is.Positive);
        Assert.That(model.Workspaces.Sum(w => w.SentAgain), Is.Positive);
        Assert.That(model.Waiting, Is.Positive);
        Assert.That(model.Taken, Is.EqualTo(model.Delivered + model.Waiting));

        model.EndArrivals();
        model.Run(60);
        Assert.That(model.Waiting, Is.Zero);
        Assert.That((model.Taken, model.Delivered), Is.EqualTo((model.Offered, model.Offered)));
    }

    // What a textbook says of one server that is shared, four fifths of whose time is used: an arrival is gone after 1 / (5 - 4) s on average.
    [Test]
    public void Processors_ArrivalsAtRandom_StayAsTheoryHasIt()
    {
        const int Arrivals = 200_000;
        var simulation = new Simulation(1);
        var server = new Processors(simulation, 1);
        var (stayed, left) = (0.0, 0);
        simulation.Start(async () =>
        {
            for (var i = 0; i < Arrivals; i++)
            {
                await simulation.Wait(simulation.Chance.Exponential(1 / 4.0));
                simulation.Start(StayAsync);
            }
        });
        simulation.RunUntil(Arrivals);
        Assert.That(left, Is.EqualTo(Arrivals));
        Assert.That(stayed / Arrivals, Is.EqualTo(1).Within(0.05));

        async Task StayAsync()
        {
            var came = simulation.Now;
            await server.ServeAsync(simulation.Chance.Exponential(1 / 5.0));
            stayed += simulation.Now - came;
            left++;
        }
    }

    [Test]
    public void Parameters_OfTheCode_AreWhatItHas()
    {
        var parameters = new Parameters();
        Assert.Multiple(() =>
        {
            Assert.That(parameters.GroupSize, Is.EqualTo(Of<Delivery>("Most")));
            Assert.That(parameters.Groups, Is.EqualTo(Of<Delivery>("MaxGroups")));
            Assert.That(TimeSpan.FromSeconds(parameters.Backoff.Shortest), Is.EqualTo(Of<Delivery>("s_shortest")));
            Assert.That(TimeSpan.FromSeconds(parameters.Backoff.Longest), Is.EqualTo(Of<Delivery>("s_longest")));
            Assert.That(parameters.Concurrency, Is.EqualTo(DeliveryOptions.DefaultConcurrency));
            Assert.That(parameters.Queue, Is.EqualTo(IngestOptions.DefaultQueue));
            Assert.That(parameters.CommitSize, Is.EqualTo(Of<Store>("MaxInOneCommit")));
            Assert.That(TimeSpan.FromSeconds(parameters.Look), Is.EqualTo(SharedTurn.Look));
            Assert.That(TimeSpan.FromSeconds(parameters.Settle), Is.EqualTo(Of<SharedTurn>("s_settle")));
            Assert.That(TimeSpan.FromSeconds(parameters.Beat), Is.EqualTo(Of<SyncLock>("s_beat")));
            Assert.That(TimeSpan.FromSeconds(parameters.Lease), Is.EqualTo(SyncLock.Lease));
        });

        static object? Of<T>(string name) => typeof(T).GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null);
    }

    [Test]
    public void Docs_HaveTheFiguresOfTheSimulation()
    {
        var file = Path.Combine(Repository.Root, "docs", "scale.md");
        var found = File.ReadAllText(file).ReplaceLineEndings("\n");
        var written = found;
        foreach (var (name, table) in ScaleReport.Make())
        {
            var start = $"<!-- Simulated, {name}; written by the tests: UPDATE_GOLDEN=1. -->\n";
            var begin = written.IndexOf(start, StringComparison.Ordinal) + start.Length;
            Assert.That(begin, Is.GreaterThanOrEqualTo(start.Length), $"docs/scale.md has lost the place of the table {name}");
            var end = written.IndexOf(End, begin - 1, StringComparison.Ordinal);
            written = written[..begin] + table + written[end..];
        }

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1" && written != found)
        {
            File.WriteAllText(file, written);
            Assert.Fail($"{file} was written anew. Look at the difference, and whether the sentences around it are still right.");
        }

        Assert.That(found, Is.EqualTo(written));
    }
}
