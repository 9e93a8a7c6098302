namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>How large something is.</summary>
/// <param name="Workspaces">Workspaces, each with a queue of its own.</param>
/// <param name="Machines">Machines.</param>
/// <param name="Databases">PostgreSQL servers, among which the workspaces are divided.</param>
/// <param name="EventsPerDay">Events of all workspaces.</param>
internal sealed record Size(int Workspaces, int Machines, int Databases, double EventsPerDay);

/// <summary>Senders, machines, databases and Customer.io in motion.</summary>
internal sealed class ScaleModel
{
    private const double SampleEvery = 0.25;
    private readonly Size _size;
    private readonly double _hour;
    private readonly List<Machine> _machines = [];
    private readonly List<DatabaseServer> _databases = [];
    private readonly List<Workspace> _workspaces = [];
    private readonly int[] _latencies = new int[400];
    private Marks _mark = new(0, [], [], [], [], [], []);
    private double _throttledUntil,
        _skipped;
    private bool _isEnded;

    /// <param name="size">How large.</param>
    /// <param name="parameters">What it is made of.</param>
    /// <param name="hour">When it begins, 0 to 24.</param>
    /// <param name="seed">Where the random numbers begin.</param>
    public ScaleModel(Size size, Parameters parameters, double hour, ulong seed = 20)
    {
        (_size, Parameters, _hour, Simulation) = (size, parameters, hour, new Simulation(seed));
        var all = new Processors(Simulation, parameters.Processors.Machine);
        Processors Cpu(int count) => parameters.IsOneMachine ? all : new Processors(Simulation, count);
        _databases.AddRange(Enumerable.Range(0, size.Databases).Select(_ => new DatabaseServer(Simulation, parameters, Cpu(parameters.Processors.Database))));
        _machines.AddRange(Enumerable.Range(0, size.Machines).Select(_ => new Machine(Cpu(parameters.Processors.Machine))));
        Place(seed);
        if (parameters.Senders > 0)
        {
            for (var i = 0; i < parameters.Senders; i++)
            {
                Simulation.Start(SendOneAfterTheOtherAsync);
            }
        }
        else if (size.EventsPerDay > 0)
        {
            _workspaces.ForEach(Arrive);
        }

        Simulation.Plan(SampleEvery, Sample);
    }

    public Parameters Parameters { get; }

    public Simulation Simulation { get; }

    /// <summary>Whether Customer.io answers 429.</summary>
    public bool IsThrottled => Simulation.Now < _throttledUntil;

    public IReadOnlyList<Workspace> Workspaces => _workspaces;

    public IReadOnlyList<Machine> Machines => _machines;

    public IReadOnlyList<DatabaseServer> Databases => _databases;

    /// <summary>Events that senders began to send.</summary>
    public long Offered { get; private set; }

    /// <summary>Requests that were not taken when they came, and came again.</summary>
    public long CameAgain { get; private set; }

    public long Taken => _workspaces.Sum(w => w.Taken);

    public long Delivered => _workspaces.Sum(w => w.Delivered);

    public long Waiting => _workspaces.Sum(w => w.Waiting);

    /// <summary>The most events that waited since the mark, in all queues together.</summary>
    public long Deepest { get; private set; }

    /// <summary>The most seconds that an event waited since the mark.</summary>
    public double MostAge { get; private set; }

    /// <summary>When an event last was older than a second.</summary>
    public double LastLate { get; private set; }

    /// <summary>The time of day, with what was skipped, in seconds.</summary>
    public double Wall(double time) => (_hour * 3600) + time + _skipped;

    /// <summary>Runs on for a time.</summary>
    public void Run(double seconds) => Simulation.RunUntil(Simulation.Now + seconds);

    /// <summary>From here on is measured.</summary>
    public void Mark()
    {
        _mark = new(
            Simulation.Now,
            [.. _machines.Select(m => m.Cpu.Busy)],
            [.. _databases.Select(d => d.Cpu.Busy)],
            [.. _databases.Select(d => d.Journal.Written)],
            [.. _workspaces.Select(w => w.Taken)],
            [.. _workspaces.Select(w => w.Delivered)],
            [.. _workspaces.Select(w => w.Requests)]
        );
        Array.Clear(_latencies);
        (Deepest, MostAge, LastLate) = (Waiting, 0, Simulation.Now);
    }

    /// <summary>What happened since the mark.</summary>
    public Measured Measure()
    {
        var seconds = Simulation.Now - _mark.At;
        return new(
            _workspaces.Select((w, i) => w.Taken - _mark.Taken[i]).Sum() / seconds,
            _workspaces.Select((w, i) => w.Delivered - _mark.Delivered[i]).Sum() / seconds,
            _machines.Select((m, i) => (m.Cpu.Busy - _mark.Machines[i]) / seconds / m.Cpu.Count).Max(),
            _databases.Select((d, i) => (d.Cpu.Busy - _mark.Databases[i]) / seconds / d.Cpu.Count).Max(),
            _databases.Select((d, i) => (d.Journal.Written - _mark.Written[i]) / seconds).Max(),
            _databases.Max(d => d.Connections),
            _workspaces.Select((w, i) => (w.Requests - _mark.Requests[i]) / seconds).Max(),
            _workspaces.Select((w, i) => (w.Delivered - _mark.Delivered[i]) / seconds).Max(),
            Latency(0.99),
            Deepest,
            MostAge
        );
    }

    /// <summary>Puts events into the queue of the first workspace.</summary>
    public void Fill(long events) => _workspaces[0].Add(new(Wall(Simulation.Now), events));

    /// <summary>No more events come.</summary>
    public void EndArrivals() => _isEnded = true;

    /// <summary>Ends a machine.</summary>
    /// <param name="index">Which.</param>
    /// <param name="silently">Whether it loses its power, so that its sessions live on until the lease is over; else its processes are killed.</param>
    public void EndMachine(int index, bool silently)
    {
        var machine = _machines[index];
        machine.Gone = Simulation.Now;
        foreach (var process in _workspaces.SelectMany(w => w.Processes).Where(p => p.Machine == machine))
        {
            if (process.Workspace.Session is { } session && session.Process == process)
            {
                process.Workspace.LeaseFree = silently ? session.Proved + Parameters.Lease : Simulation.Now;
                session.Lose();
            }

            process.End();
        }
    }

    /// <summary>Starts a database anew.</summary>
    /// <param name="index">Which.</param>
    /// <param name="away">How long it is away.</param>
    public void Restart(int index, double away)
    {
        var database = _databases[index];
        database.Stop();
        foreach (var workspace in _workspaces.Where(w => w.Database == database))
        {
            workspace.Session?.Lose();
        }

        Simulation.Plan(away, database.GoOn);
    }

    /// <summary>Customer.io answers 429 for a time.</summary>
    public void Throttle(double seconds) => _throttledUntil = Simulation.Now + seconds;

    /// <summary>Lets time pass in which each queue goes on as since the mark.</summary>
    public void Skip(double seconds)
    {
        const int Slices = 60;
        var measured = Simulation.Now - _mark.At;
        for (var i = 0; i < _workspaces.Count; i++)
        {
            var workspace = _workspaces[i];
            var (arriving, leaving) = ((workspace.Taken - _mark.Taken[i]) / measured, (workspace.Delivered - _mark.Delivered[i]) / measured);
            if (workspace.Waiting <= 1000 + (2 * arriving))
            {
                // It keeps up: what comes goes.
                workspace.Pass((long)(arriving * seconds), seconds);
                continue;
            }

            for (var slice = 0; slice < Slices; slice++)
            {
                workspace.Add(new(Wall(Simulation.Now + (seconds * slice / Slices)), (long)(arriving * seconds / Slices)));
                workspace.Done(workspace.Take(Math.Min((long)(leaving * seconds / Slices), workspace.Waiting)).Sum(c => c.Count));
            }

            workspace.OnTheirWay.ForEach(g => g.Later(seconds));
        }

        _skipped += seconds;
    }

    /// <summary>A request, to any of the machines that the load balancer takes for alive.</summary>
    private void Send(Workspace workspace, Write write)
    {
        var (now, alive) = (Simulation.Now, workspace.Processes.Count(p => Simulation.Now < p.Machine.Gone + Parameters.Balancer.Detected));
        var chosen = (int)(Simulation.Chance.Next() * alive);
        var process = workspace.Processes.Where(p => now < p.Machine.Gone + Parameters.Balancer.Detected).Skip(chosen).FirstOrDefault();
        if (process is not { Machine.IsAlive: true })
        {
            write.Ended(WriteEnd.Gone);
            return;
        }

        var cost = Parameters.TakeCost.Request + (write.Events * Parameters.TakeCost.Event);
        process.Machine.Cpu.ServeAsync(cost).OnCompleted(() => process.Enqueue(write));
    }

    private void Arrive(Workspace workspace)
    {
        if (_isEnded)
        {
            return;
        }

        var perSecond = _size.EventsPerDay / 86400 * workspace.Share * Parameters.Curve(Wall(Simulation.Now) / 3600) / Parameters.RequestEvents;
        Simulation.Plan(
            workspace.Arrivals.Exponential(1 / perSecond),
            () =>
            {
                Offered += Parameters.RequestEvents;
                New(workspace);
                Arrive(workspace);
            }
        );
    }

    private void New(Workspace workspace)
    {
        Write write = null!;
        write = new Write(
            Simulation.Now,
            Parameters.RequestEvents,
            end =>
            {
                if (end == WriteEnd.Kept)
                {
                    Note(Simulation.Now - write.Sent);
                    return;
                }

                CameAgain++;
                var after = end switch
                {
                    WriteEnd.Full => Parameters.RetryAfter.Full,
                    WriteEnd.Away => Parameters.RetryAfter.Away,
                    _ => Parameters.Balancer.Again,
                };
                Simulation.Plan(after, () => Send(workspace, write));
            }
        );
        Send(workspace, write);
    }

    private async Task SendOneAfterTheOtherAsync()
    {
        while (!_isEnded)
        {
            await _machines[0].Cpu.ServeAsync(Parameters.SenderCost.Request + (Parameters.RequestEvents * Parameters.SenderCost.Event));
            var (sent, answered) = (Simulation.Now, new Moment(Simulation));
            Send(_workspaces[0], new Write(sent, Parameters.RequestEvents, _ => answered.Set()));
            await answered;
            Offered += Parameters.RequestEvents;
            Note(Simulation.Now - sent);
        }
    }

    // The largest first, each to the database and to the machines that have least.
    private void Place(ulong seed)
    {
        var sum = Enumerable.Range(1, _size.Workspaces).Sum(n => Math.Pow(n, -Parameters.Zipf));
        var (databases, machines) = (new double[_size.Databases], new double[_size.Machines]);
        for (var n = 1; n <= _size.Workspaces; n++)
        {
            var share = Math.Pow(n, -Parameters.Zipf) / sum;
            var database = Array.IndexOf(databases, databases.Min());
            databases[database] += share;
            var workspace = new Workspace(Simulation, share, _databases[database]) { Arrivals = new Chance((seed << 32) + (ulong)n) };
            _workspaces.Add(workspace);
            var replicas = Math.Min(Parameters.Replicas, _size.Machines);
            foreach (var machine in Enumerable.Range(0, _size.Machines).OrderBy(m => machines[m]).ThenBy(m => m).Take(replicas).ToArray())
            {
                machines[machine] += share / replicas;
                workspace.Processes.Add(new HubProcess(this, _machines[machine], workspace));
            }
        }
    }

    private void Sample()
    {
        var (now, waiting, oldest) = (Wall(Simulation.Now), 0L, double.PositiveInfinity);
        foreach (var workspace in _workspaces)
        {
            waiting += workspace.Waiting;
            oldest = Math.Min(oldest, workspace.Oldest);
        }

        var age = Math.Max(0, now - oldest);
        (Deepest, MostAge) = (Math.Max(Deepest, waiting), Math.Max(MostAge, age));
        LastLate = age > 1 ? Simulation.Now : LastLate;
        Simulation.Plan(SampleEvery, Sample);
    }

    // Steps of five per cent from a tenth of a millisecond on.
    private void Note(double latency) => _latencies[Math.Clamp((int)(Math.Log(Math.Max(latency, 1e-4) / 1e-4) * 20), 0, _latencies.Length - 1)]++;

    private double Latency(double part)
    {
        var left = _latencies.Sum() * part;
        for (var i = 0; i < _latencies.Length; i++)
        {
            if ((left -= _latencies[i]) <= 0)
            {
                return 1e-4 * Math.Exp((i + 1) / 20.0);
            }
        }

        return 0;
    }

    private sealed record Marks(double At, double[] Machines, double[] Databases, long[] Written, long[] Taken, long[] Delivered, long[] Requests);
}

/// <summary>What was measured in a model; of several machines, databases or workspaces that which had most.</summary>
/// <param name="Taken">Events acknowledged a second.</param>
/// <param name="Delivered">Events delivered a second.</param>
/// <param name="MachineCpu">The part of a machine's processors that worked.</param>
/// <param name="DatabaseCpu">The part of a database's processors that worked.</param>
/// <param name="JournalRate">Bytes a second of a database's journal.</param>
/// <param name="Connections">Connections of a database.</param>
/// <param name="Requests">Requests a second of a workspace.</param>
/// <param name="Largest">Events delivered a second of a workspace.</param>
/// <param name="Latency">Seconds until a request was answered, 99 of 100.</param>
/// <param name="Deepest">Events that waited in all queues.</param>
/// <param name="MostAge">Seconds that the oldest event waited.</param>
internal sealed record Measured(
    double Taken,
    double Delivered,
    double MachineCpu,
    double DatabaseCpu,
    double JournalRate,
    int Connections,
    double Requests,
    double Largest,
    double Latency,
    long Deepest,
    double MostAge
);
