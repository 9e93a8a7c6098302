namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>The database does not answer, or has been started anew since.</summary>
internal sealed class AwayException : Exception;

/// <summary>A machine on which processes run, one for each workspace that it has.</summary>
internal sealed class Machine(Processors cpu)
{
    public Processors Cpu => cpu;

    /// <summary>When it was gone; infinite while it is there.</summary>
    public double Gone { get; set; } = double.PositiveInfinity;

    public bool IsAlive => double.IsPositiveInfinity(Gone);

    /// <summary>How many processes it has.</summary>
    public int Processes { get; set; }
}

/// <summary>A PostgreSQL server.</summary>
internal sealed class DatabaseServer(Simulation simulation, Parameters parameters, Processors cpu)
{
    public Processors Cpu => cpu;

    public Journal Journal { get; } = new(simulation, parameters.Flush, parameters.DiskRate);

    public bool IsUp { get; private set; } = true;

    /// <summary>How often it was started; what was begun before is lost.</summary>
    public int Starts { get; private set; }

    /// <summary>The most connections that were open at once.</summary>
    public int Connections { get; set; }

    public void Stop() => (IsUp, Starts) = (false, Starts + 1);

    public void GoOn() => IsUp = true;

    /// <summary>Sends a statement and waits for its answer.</summary>
    /// <exception cref="AwayException">None came.</exception>
    public async Task StatementAsync(double cost, int journeys = 1)
    {
        var starts = Starts;
        Require(starts);
        await cpu.ServeAsync(cost);
        if (journeys > 0)
        {
            await simulation.Wait(journeys * parameters.Journey);
        }

        Require(starts);
    }

    /// <summary>Commits and waits for the answer.</summary>
    /// <exception cref="AwayException">None came; nothing is done.</exception>
    public async Task CommitAsync(int starts, long bytes)
    {
        Require(starts);
        await Journal.FlushAsync(bytes);
        Require(starts);
    }

    /// <exception cref="AwayException">It is away, or was since.</exception>
    public void Require(int starts)
    {
        if (!IsUp || Starts != starts)
        {
            throw new AwayException();
        }
    }
}

/// <summary>Some events that arrived together.</summary>
internal readonly record struct Cohort(double Received, long Count);

/// <summary>A workspace: its queue of committed events, and who delivers from it.</summary>
internal sealed class Workspace(Simulation simulation, double share, DatabaseServer database)
{
    private readonly Queue<Cohort> _queue = [];

    // What was on its way and comes back lies before all others.
    private readonly PriorityQueue<Cohort, double> _again = new();

    /// <summary>When its events come: numbers of its own, so that the same come however many databases there are.</summary>
    public required Chance Arrivals { get; init; }

    /// <summary>Its part of all events.</summary>
    public double Share => share;

    public DatabaseServer Database => database;

    public List<HubProcess> Processes { get; } = [];

    /// <summary>The row that counts its queue: held from a change of the queue to its commit.</summary>
    public Slots Counts { get; } = new(simulation);

    /// <summary>The row of its rate: held for one turn and its commit.</summary>
    public Slots Rate { get; } = new(simulation);

    /// <summary>The next turn of its rate.</summary>
    public double Turn { get; set; }

    /// <summary>Who delivers; null while nobody does.</summary>
    public DeliverySession? Session { get; set; }

    /// <summary>From when on another one may deliver.</summary>
    public double LeaseFree { get; set; }

    /// <summary>How often somebody began to deliver.</summary>
    public int Fence { get; set; }

    /// <summary>What is on its way.</summary>
    public List<Group> OnTheirWay { get; } = [];

    /// <summary>Events that are committed and not done.</summary>
    public long Waiting { get; private set; }

    public long Taken { get; private set; }

    public long Delivered { get; private set; }

    /// <summary>Events that had left when another one began to deliver: they are sent again, under the same id.</summary>
    public long SentAgain { get; set; }

    /// <summary>Requests to Customer.io.</summary>
    public long Requests { get; set; }

    /// <summary>When the oldest of its events arrived; infinite where none waits.</summary>
    public double Oldest =>
        Math.Min(
            Math.Min(
                _queue.TryPeek(out var first) ? first.Received : double.PositiveInfinity,
                _again.TryPeek(out _, out var back) ? back : double.PositiveInfinity
            ),
            OnTheirWay.Count == 0 ? double.PositiveInfinity : OnTheirWay.Min(g => g.Cohorts.Count > 0 ? g.Cohorts[0].Received : double.PositiveInfinity)
        );

    /// <summary>Events are committed.</summary>
    public void Add(Cohort cohort)
    {
        _queue.Enqueue(cohort);
        Taken += cohort.Count;
        Waiting += cohort.Count;
    }

    /// <summary>Takes the oldest, at most so many.</summary>
    public List<Cohort> Take(long most)
    {
        var taken = new List<Cohort>();
        while (most > 0)
        {
            var isAgain = _again.TryDequeue(out var first, out _);
            if (!isAgain && !_queue.TryDequeue(out first))
            {
                break;
            }

            if (first.Count > most)
            {
                _again.Enqueue(first with { Count = first.Count - most }, first.Received);
                first = first with { Count = most };
            }

            taken.Add(first);
            most -= first.Count;
        }

        return taken;
    }

    /// <summary>Puts back what was taken.</summary>
    public void PutBack(IEnumerable<Cohort> cohorts)
    {
        foreach (var cohort in cohorts)
        {
            _again.Enqueue(cohort, cohort.Received);
        }
    }

    /// <summary>A time passes in which as many events come as go.</summary>
    public void Pass(long count, double seconds)
    {
        (Taken, Delivered) = (Taken + count, Delivered + count);
        OnTheirWay.ForEach(g => g.Later(seconds));
        for (var left = _queue.Count; left > 0; left--)
        {
            var cohort = _queue.Dequeue();
            _queue.Enqueue(cohort with { Received = cohort.Received + seconds });
        }

        var again = _again.UnorderedItems.Select(i => i.Element).ToArray();
        _again.Clear();
        PutBack(again.Select(c => c with { Received = c.Received + seconds }));
    }

    /// <summary>Events are taken out for good.</summary>
    public void Done(long count)
    {
        Waiting -= count;
        Delivered += count;
    }
}

/// <summary>Events that are on their way together.</summary>
internal sealed class Group(List<Cohort> cohorts)
{
    public List<Cohort> Cohorts => cohorts;

    public long Count { get; } = cohorts.Sum(c => c.Count);

    /// <summary>Its events arrived so much later.</summary>
    public void Later(double seconds)
    {
        for (var i = 0; i < cohorts.Count; i++)
        {
            cohorts[i] = cohorts[i] with { Received = cohorts[i].Received + seconds };
        }
    }

    /// <summary>How many of its requests are not answered.</summary>
    public int Left { get; set; }

    /// <summary>How many of its events have left.</summary>
    public long Sent { get; set; }

    /// <summary>How many of its events were accepted.</summary>
    public long Accepted { get; set; }
}

/// <summary>What a process is to write: the events of a request, or the end of a group.</summary>
internal sealed class Write(double sent, int events, Action<WriteEnd> ended)
{
    /// <summary>When the sender began.</summary>
    public double Sent => sent;

    public int Events => events;

    /// <summary>Hears how it ended.</summary>
    public Action<WriteEnd> Ended => ended;

    /// <summary>For the end of a group: who delivers. Null for events.</summary>
    public DeliverySession? By { get; init; }

    /// <summary>When it was first tried while the database was away.</summary>
    public double? Since { get; set; }
}

internal enum WriteEnd
{
    Kept,
    Full,
    Away,
    Gone,
}
