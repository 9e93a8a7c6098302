using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Tests.Stores;

/// <summary>Several machines that may each do the work of several workspaces, over one PostgreSQL.</summary>
[Category("Slow")]
public class SharedTurnTests
{
    private const int Workspaces = 6;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<string>> _doing = [];
    private readonly List<string> _met = [];
    private int _handedOver;

    [Test]
    public async Task Work_OfSeveralWorkspaces_IsSpreadOverMachinesAndIsNeverDoneTwiceAtATime()
    {
        var database = Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!;
        using var connection = database.Open();
        connection.Execute("CREATE SCHEMA customerio_turns");
        var own = database.In("customerio_turns");
        var (first, firstDone) = Start(own, "a");
        await Eventually.TrueAsync(() => Has("a") == Workspaces, () => "the only machine does not do all");
        var (second, secondDone) = Start(own, "b");
        await Eventually.TrueAsync(() => Math.Abs(Has("a") - Has("b")) < 2 && Has("a") + Has("b") == Workspaces, Told);
        var (third, thirdDone) = Start(own, "c");
        await Eventually.TrueAsync(() => new[] { "a", "b", "c" }.Select(Has) is var has && has.Max() - has.Min() < 2 && has.Sum() == Workspaces, Told);
        await first.CancelAsync();
        await firstDone;
        await Eventually.TrueAsync(() => Math.Abs(Has("b") - Has("c")) < 2 && Has("b") + Has("c") == Workspaces, Told);
        await second.CancelAsync();
        await third.CancelAsync();
        await Task.WhenAll(secondDone, thirdDone);
        TestContext.Out.WriteLine($"{_handedOver} times work was handed over.");
        Assert.That(_met, Is.Empty);
        Assert.That(_handedOver, Is.GreaterThanOrEqualTo(4), "three to the second machine, and one of them or more to the third");
        first.Dispose();
        second.Dispose();
        third.Dispose();
    }

    private (CancellationTokenSource Stop, Task Done) Start(Database database, string machine)
    {
        var stop = new CancellationTokenSource();
        return (stop, Task.WhenAll(Enumerable.Range(0, Workspaces).Select(n => Task.Run(() => RunAsync(database, machine, $"w{n}", stop.Token)))));
    }

    private async Task RunAsync(Database database, string machine, string workspace, CancellationToken stop)
    {
        var turn = new SharedTurn(database, workspace, "The work", "nothing is done", Say, TimeProvider.System)
        {
            Machine = machine,
            Balance = TimeSpan.FromMilliseconds(700),
        };
        await turn.RunAsync(
            async (_, ended) =>
            {
                Change(workspace, doing => doing.Add(machine));
                await Task.Delay(Timeout.InfiniteTimeSpan, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Change(workspace, doing => doing.Remove(machine));
            },
            stop
        );
    }

    private void Change(string workspace, Action<List<string>> change)
    {
        lock (_gate)
        {
            var doing = _doing.TryGetValue(workspace, out var known) ? known : _doing[workspace] = [];
            change(doing);
            if (doing.Count > 1)
            {
                _met.Add($"{workspace}: {string.Join(" and ", doing)}");
            }
        }
    }

    private int Has(string machine)
    {
        lock (_gate)
        {
            return _doing.Values.Count(doing => doing.Contains(machine));
        }
    }

    private void Say(string line)
    {
        lock (_gate)
        {
            if (line == "The work is handed over to a machine that has less to do.")
            {
                _handedOver++;
            }
            else
            {
                _met.Add(line);
            }
        }
    }

    private string Told() => string.Join(", ", new[] { "a", "b", "c" }.Select(m => $"{m} has {Has(m)}"));
}
