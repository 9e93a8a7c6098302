namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>A time during which one process delivers the events of a workspace: as Delivery, EventPartitions and EventSender.</summary>
internal sealed class DeliverySession
{
    private readonly ScaleModel _model;
    private readonly Slots _slots;
    private readonly bool _isTakenOver;
    private readonly List<Group> _groups = [];
    private readonly Dictionary<Write, Group> _ending = [];
    private Moment? _wait;
    private bool _hearsArrivals,
        _hasArrived,
        _wasAnswered;

    public DeliverySession(ScaleModel model, HubProcess process, bool isTakenOver)
    {
        (_model, Process, _isTakenOver) = (model, process, isTakenOver);
        _slots = new Slots(model.Simulation, model.Parameters.Concurrency);
        Proved = model.Simulation.Now;
    }

    public HubProcess Process { get; }

    /// <summary>When it last proved that it may deliver.</summary>
    public double Proved { get; private set; }

    public bool IsHeld => Workspace.Session == this && Process.Machine.IsAlive;

    private Workspace Workspace => Process.Workspace;

    private Parameters Parameters => _model.Parameters;

    private Simulation Simulation => _model.Simulation;

    /// <summary>Delivers until another may.</summary>
    public async Task RunAsync()
    {
        Simulation.Start(BeatAsync);
        if (_isTakenOver)
        {
            await Simulation.Wait(Parameters.Settle);
        }

        for (var wait = Parameters.Backoff.Shortest; IsHeld; )
        {
            var isWell = await StepAsync().ConfigureAwait(false);
            while (!isWell && IsHeld && _groups.Count > 0)
            {
                await EndedAsync(_groups[0]).ConfigureAwait(false);
                await EndAsync(_groups[0]).ConfigureAwait(false);
            }

            if (isWell || !IsHeld)
            {
                wait = Parameters.Backoff.Shortest;
                continue;
            }

            await Simulation.Wait(wait);
            wait = Math.Min(wait * 2, Parameters.Backoff.Longest);
        }
    }

    /// <summary>Events were committed by this process.</summary>
    public void Arrived()
    {
        _hasArrived = true;
        if (_hearsArrivals)
        {
            _wait?.Set();
        }
    }

    /// <summary>The end of a group is committed.</summary>
    public void Commit(Write write)
    {
        var group = _ending[write];
        Workspace.OnTheirWay.Remove(group);
        Workspace.Done(group.Accepted);
        var left = group.Accepted;
        foreach (var cohort in group.Cohorts)
        {
            var done = Math.Min(left, cohort.Count);
            left -= done;
            if (cohort.Count > done)
            {
                Workspace.PutBack([cohort with { Count = cohort.Count - done }]);
            }
        }
    }

    /// <summary>Another one may deliver: what was on its way is sent again.</summary>
    public void Lose()
    {
        foreach (var group in Workspace.OnTheirWay)
        {
            Workspace.PutBack(group.Cohorts);
            Workspace.SentAgain += group.Sent;
        }

        Workspace.OnTheirWay.Clear();
        Workspace.Session = null;
        _wait?.Set();
    }

    private async Task<bool> StepAsync()
    {
        while (IsHeld)
        {
            if (_groups.Count < (_wasAnswered ? Parameters.Groups : 1) && await TakeAsync().ConfigureAwait(false) is { } group)
            {
                _groups.Add(group);
                Send(group);
            }
            else if (_groups.Count > 0)
            {
                if (!_groups.Exists(g => g.Left == 0))
                {
                    await WaitAsync(_wasAnswered && _groups.Count < Parameters.Groups, null).ConfigureAwait(false);
                }
            }
            else
            {
                await WaitAsync(true, Parameters.Look).ConfigureAwait(false);
                return true;
            }

            if (IsHeld && _groups.Find(g => g.Left == 0) is { } ended)
            {
                return await EndAsync(ended).ConfigureAwait(false);
            }
        }

        return true;
    }

    private async Task EndedAsync(Group group)
    {
        while (IsHeld && group.Left > 0)
        {
            await WaitAsync(false, null).ConfigureAwait(false);
        }
    }

    // Until a group has ended, until events have arrived, or for a time.
    private async Task WaitAsync(bool hearsArrivals, double? most)
    {
        if (!(hearsArrivals && _hasArrived))
        {
            (_wait, _hearsArrivals) = (new Moment(Simulation), hearsArrivals);
            if (most is { } seconds)
            {
                Simulation.Plan(seconds, _wait.Set);
            }

            await _wait;
            _wait = null;
        }

        _hasArrived &= !hearsArrivals;
    }

    private async Task<Group?> TakeAsync()
    {
        try
        {
            var passed = _groups.Sum(g => g.Count);
            var read = Math.Clamp(Workspace.Waiting - passed, 0, Parameters.GroupSize);
            var compared = passed * ((passed / 2.0) + read);
            var cost = Parameters.StatementCost.Read + (read * Parameters.EventCost.Read) + (compared * Parameters.PassCost);
            await Workspace.Database.StatementAsync(cost).ConfigureAwait(false);
        }
        catch (AwayException)
        {
            return null;
        }

        if (!IsHeld || Workspace.Take(Parameters.GroupSize) is not { Count: > 0 } cohorts)
        {
            return null;
        }

        var group = new Group(cohorts);
        Workspace.OnTheirWay.Add(group);
        await Process.Machine.Cpu.ServeAsync(group.Count * Parameters.DeliverCost.Translate);
        return group;
    }

    // As many people's events at once as there are lanes.
    private void Send(Group group)
    {
        var lanes = (int)Math.Min(Parameters.Concurrency, group.Count);
        group.Left = lanes;
        for (var i = 0; i < lanes; i++)
        {
            var events = (group.Count * (i + 1) / lanes) - (group.Count * i / lanes);
            Simulation.Start(() => RequestAsync(group, events));
        }
    }

    private async Task RequestAsync(Group group, long events)
    {
        await _slots.AcquireAsync();
        try
        {
            await Process.Machine.Cpu.ServeAsync(events * Parameters.DeliverCost.Send);
            if (IsHeld && Parameters.IsRateShared)
            {
                await Process.TurnAsync().ConfigureAwait(false);
            }

            // As LeasedRate: nothing leaves once another one may deliver.
            if (IsHeld)
            {
                Workspace.Requests++;
                group.Sent += events;
                var isThrottled = _model.IsThrottled;
                var answer = Parameters.AnswerTime + (Parameters.AnswerTail > 0 ? Simulation.Chance.Exponential(Parameters.AnswerTail) : 0);
                await Simulation.Wait(answer);
                if (Parameters.ReceiverCost > 0)
                {
                    await Process.Machine.Cpu.ServeAsync(events * Parameters.ReceiverCost);
                }

                if (isThrottled)
                {
                    // As SharedRate.OnThrottled: nobody gets a turn for a second.
                    Workspace.Turn = Math.Max(Workspace.Turn, Simulation.Now + 1);
                }
                else
                {
                    group.Accepted += events;
                }
            }
        }
        catch (AwayException)
        {
            // Without its turn it is not sent; its events come again.
        }
        finally
        {
            _slots.Release();
        }

        if (--group.Left == 0)
        {
            _wait?.Set();
        }
    }

    /// <returns>Whether all of it was accepted.</returns>
    private async Task<bool> EndAsync(Group ended)
    {
        var isWell = ended.Accepted == ended.Count;
        var kept = new Moment(Simulation);
        var write = new Write(Simulation.Now, (int)ended.Accepted, _ => kept.Set()) { By = this };
        _ending[write] = ended;
        Process.Enqueue(write);
        await kept;
        _ending.Remove(write);
        _groups.Remove(ended);
        _wasAnswered = ended.Accepted > 0;
        return isWell;
    }

    // As SyncLock.Beat.
    private async Task BeatAsync()
    {
        var starts = Workspace.Database.Starts;
        try
        {
            for (; IsHeld; await Simulation.Wait(Parameters.Beat))
            {
                await Workspace.Database.StatementAsync(Parameters.StatementCost.Change).ConfigureAwait(false);
                await Workspace.Database.CommitAsync(starts, 100).ConfigureAwait(false);
                Proved = Simulation.Now;
            }
        }
        catch (AwayException)
        {
            // With the session the lease is gone; whoever ends the database says so to all.
        }
    }
}
