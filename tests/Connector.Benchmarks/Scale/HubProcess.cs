namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>A process of a machine that takes the events of one workspace, and delivers them while it holds the lease.</summary>
internal sealed class HubProcess
{
    private const double Patience = 30;
    private readonly ScaleModel _model;
    private readonly List<Write> _writes = [];
    private readonly Slots _pool;
    private Moment? _wake;
    private int _turns,
        _mostTurns;
    private bool _hasDelivered;

    public HubProcess(ScaleModel model, Machine machine, Workspace workspace)
    {
        (_model, Machine, Workspace) = (model, machine, workspace);
        _pool = new Slots(model.Simulation, model.Parameters.PoolSize);
        machine.Processes++;
        Database.Connections += model.Parameters.Connections.Each;
        model.Simulation.Start(WriteAllAsync);
        model.Simulation.Start(LookAsync);
    }

    public Machine Machine { get; }

    public Workspace Workspace { get; }

    private DatabaseServer Database => Workspace.Database;

    /// <summary>Puts something into the line of what is to be written.</summary>
    public void Enqueue(Write write)
    {
        if (!Machine.IsAlive)
        {
            write.Ended(WriteEnd.Gone);
            return;
        }

        _writes.Add(write);
        _wake?.Set();
    }

    /// <summary>Gets the next turn of the rate that machines share, over a connection of its own.</summary>
    /// <exception cref="AwayException">The database is away.</exception>
    public async Task TurnAsync()
    {
        var (database, starts) = (Database, Database.Starts);
        await _pool.AcquireAsync();
        if (++_turns > _mostTurns)
        {
            (_mostTurns, database.Connections) = (_turns, database.Connections + 1);
        }

        double wait;
        await Workspace.Rate.AcquireAsync();
        try
        {
            await database.StatementAsync(_model.Parameters.StatementCost.Change, 0).ConfigureAwait(false);
            wait = Math.Max(0, Workspace.Turn - _model.Simulation.Now);
            await database.CommitAsync(starts, 100).ConfigureAwait(false);
            Workspace.Turn = Math.Max(Workspace.Turn, _model.Simulation.Now) + (1 / _model.Parameters.TrackRate);
        }
        finally
        {
            _turns--;
            _pool.Release();
            Workspace.Rate.Release();
        }

        await _model.Simulation.Wait(wait + _model.Parameters.Journey);
    }

    /// <summary>The machine is gone; nobody is answered.</summary>
    public void End()
    {
        foreach (var write in _writes.ToArray())
        {
            write.Ended(WriteEnd.Gone);
        }

        _writes.Clear();
        _wake?.Set();
    }

    // As Store.WriteAll: what has come meanwhile shares the next transaction.
    private async Task WriteAllAsync()
    {
        while (Machine.IsAlive)
        {
            if (_writes.Count == 0)
            {
                await (_wake = new Moment(_model.Simulation));
                _wake = null;
                continue;
            }

            var batch = _writes.GetRange(0, Math.Min(_writes.Count, _model.Parameters.CommitSize));
            _writes.RemoveRange(0, batch.Count);
            List<(Write Write, WriteEnd End)> ends;
            try
            {
                ends = await CommitAsync(batch).ConfigureAwait(false);
            }
            catch (AwayException)
            {
                ends = await PersistAsync(batch).ConfigureAwait(false);
            }

            foreach (var (write, end) in ends)
            {
                write.Ended(end);
            }
        }
    }

    private async Task<List<(Write, WriteEnd)>> CommitAsync(List<Write> batch)
    {
        var (database, starts, parameters) = (Database, Database.Starts, _model.Parameters);
        var (ends, taken, done, isLocked) = (new List<(Write, WriteEnd)>(batch.Count), new List<Write>(), new List<Write>(), false);
        try
        {
            if (batch.Exists(w => w.By is null))
            {
                await database.StatementAsync(parameters.StatementCost.Read).ConfigureAwait(false);
                var room = parameters.Queue - Workspace.Waiting;
                foreach (var write in batch.Where(w => w.By is null))
                {
                    var fits = write.Events <= room;
                    ends.Add((write, fits ? WriteEnd.Kept : WriteEnd.Full));
                    if (fits)
                    {
                        room -= write.Events;
                        taken.Add(write);
                    }
                }

                if (taken.Count > 0)
                {
                    var cost = parameters.InsertCost.Transaction + (taken.Sum(w => w.Events) * parameters.InsertCost.Event);
                    await database.StatementAsync(cost).ConfigureAwait(false);
                    await Workspace.Counts.AcquireAsync();
                    isLocked = true;
                }
            }

            foreach (var write in batch.Where(w => w.By is not null))
            {
                // Whether it still may, what is done, and what was begun.
                await database.StatementAsync(parameters.StatementCost.Read).ConfigureAwait(false);
                if (!write.By!.IsHeld)
                {
                    ends.Add((write, WriteEnd.Gone));
                    continue;
                }

                if (!isLocked)
                {
                    await Workspace.Counts.AcquireAsync();
                    isLocked = true;
                }

                await database
                    .StatementAsync(parameters.StatementCost.Change + parameters.StatementCost.Read + (write.Events * parameters.EventCost.Delete), 2)
                    .ConfigureAwait(false);
                done.Add(write);
            }

            var bytes = (taken.Sum(w => w.Events) * parameters.JournalBytes.Taken) + (done.Sum(w => w.Events) * parameters.JournalBytes.Done);
            await database.CommitAsync(starts, bytes).ConfigureAwait(false);
            if (!Machine.IsAlive)
            {
                // Its connection broke before; nothing is done.
                return [.. batch.Select(w => (w, WriteEnd.Gone))];
            }

            foreach (var write in taken)
            {
                Workspace.Add(new(_model.Wall(_model.Simulation.Now), write.Events));
            }

            foreach (var write in done)
            {
                ends.Add((write, write.By!.IsHeld ? WriteEnd.Kept : WriteEnd.Gone));
                if (write.By.IsHeld)
                {
                    write.By.Commit(write);
                }
            }
        }
        finally
        {
            if (isLocked)
            {
                Workspace.Counts.Release();
            }
        }

        await _model.Simulation.Wait(parameters.Journey);
        if (taken.Count > 0 && Workspace.Session is { } session && session.Process == this)
        {
            session.Arrived();
        }

        return ends;
    }

    // As Store.Persist: senders hear that they have to come again, the end of a group is tried again.
    private async Task<List<(Write, WriteEnd)>> PersistAsync(List<Write> batch)
    {
        await _model.Simulation.Wait(_model.Parameters.Look);
        var ends = new List<(Write, WriteEnd)>();
        foreach (var write in batch)
        {
            write.Since ??= _model.Simulation.Now;
            if (write.By is { IsHeld: true } && _model.Simulation.Now - write.Since < Patience)
            {
                _writes.Insert(0, write);
            }
            else
            {
                ends.Add((write, Machine.IsAlive ? WriteEnd.Away : WriteEnd.Gone));
            }
        }

        return ends;
    }

    // As SharedQueue.DeliverAsync.
    private async Task LookAsync()
    {
        var (simulation, parameters) = (_model.Simulation, _model.Parameters);
        await simulation.Wait(simulation.Chance.Next() * parameters.Look);
        while (Machine.IsAlive)
        {
            try
            {
                await Machine.Cpu.ServeAsync(parameters.LookCost.Hub);
                await Database.StatementAsync(parameters.LookCost.Database, parameters.LookCost.Journeys).ConfigureAwait(false);
                if (Machine.IsAlive && Workspace.Session is null && simulation.Now >= Workspace.LeaseFree)
                {
                    Database.Connections += _hasDelivered ? 0 : parameters.Connections.Deliverer + (parameters.IsRateShared ? 1 : 0);
                    _hasDelivered = true;
                    var session = Workspace.Session = new DeliverySession(_model, this, isTakenOver: ++Workspace.Fence > 1);
                    await session.RunAsync().ConfigureAwait(false);
                    continue;
                }

                await simulation.Wait(parameters.Look);
            }
            catch (AwayException)
            {
                await simulation.Wait(parameters.Settle);
            }
        }
    }
}
