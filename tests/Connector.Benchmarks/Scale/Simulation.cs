using System.Runtime.CompilerServices;

namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>A clock that jumps from one thing that happens to the next. What is to happen at the same time happens in the order in which it was planned, so
/// that the same seed gives the same run.</summary>
/// <param name="seed">Where the random numbers begin.</param>
internal sealed class Simulation(ulong seed)
{
    private readonly PriorityQueue<Action, Turn> _planned = new();
    private long _order;
    private Exception? _failure;

    public Chance Chance { get; } = new(seed);

    /// <summary>Seconds since the beginning.</summary>
    public double Now { get; private set; }

    /// <summary>How many things have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Plans something.</summary>
    /// <param name="after">In how many seconds.</param>
    /// <param name="what">What happens then.</param>
    public void Plan(double after, Action what) => _planned.Enqueue(what, new(Now + after, _order++));

    /// <summary>Waits for a time.</summary>
    public Pause Wait(double seconds) => new(this, seconds);

    /// <summary>Starts what goes on beside everything else.</summary>
    public async void Start(Func<Task> activity)
    {
        try
        {
            await activity().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _failure ??= e;
        }
    }

    /// <summary>Lets happen what is planned until a time.</summary>
    public void RunUntil(double end)
    {
        // With a context, as test runners have one, what waits for a task would go on in another thread.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (_failure is null && _planned.TryPeek(out _, out var turn) && turn.Time <= end)
            {
                Now = turn.Time;
                Steps++;
                _planned.Dequeue()();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        Now = end;
        if (_failure is not null)
        {
            throw new InvalidOperationException("The model is wrong.", _failure);
        }
    }

    private readonly record struct Turn(double Time, long Order) : IComparable<Turn>
    {
        public int CompareTo(Turn other) => Time != other.Time ? Time.CompareTo(other.Time) : Order.CompareTo(other.Order);
    }
}

/// <summary>Random numbers (SplitMix64, so that no version of the runtime changes them).</summary>
/// <param name="seed">Where they begin.</param>
internal sealed class Chance(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 up to 1.</summary>
    public double Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A number from an exponential distribution: the time to the next of independent arrivals, or a long tail.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Next());
}

/// <summary>A wait for a time.</summary>
internal readonly struct Pause(Simulation simulation, double seconds) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public Pause GetAwaiter() => this;

    public void GetResult() { }

    public void OnCompleted(Action continuation) => simulation.Plan(seconds, continuation);

    public void UnsafeOnCompleted(Action continuation) => simulation.Plan(seconds, continuation);
}

/// <summary>A wait for something that happens once; several may wait for it.</summary>
internal sealed class Moment(Simulation simulation) : ICriticalNotifyCompletion
{
    private Action? _continuations;

    public bool IsCompleted { get; private set; }

    public Moment GetAwaiter() => this;

    public void GetResult() { }

    public void OnCompleted(Action continuation) => _continuations += continuation;

    public void UnsafeOnCompleted(Action continuation) => _continuations += continuation;

    /// <summary>It has happened; who waits goes on now, in the order in which they came.</summary>
    public void Set()
    {
        if (!IsCompleted)
        {
            IsCompleted = true;
            if (_continuations is not null)
            {
                simulation.Plan(0, _continuations);
            }
        }
    }
}

/// <summary>Processors that are shared equally by all that have work for them, as a system's scheduler does.</summary>
internal sealed class Processors(Simulation simulation, int count)
{
    // By how much each must have got until it is done.
    private readonly PriorityQueue<Moment, double> _working = new();
    private double _got,
        _at;
    private int _plan;

    public int Count => count;

    /// <summary>Seconds that they have worked, all together.</summary>
    public double Busy { get; private set; }

    private double Rate => Math.Min(1, (double)count / _working.Count);

    /// <summary>Begins work that takes so many seconds where nobody else works.</summary>
    public Moment ServeAsync(double seconds)
    {
        Advance();
        var (done, end) = (new Moment(simulation), _got + seconds);
        var isSame = _working.Count < count && _working.TryPeek(out _, out var first) && first <= end;
        _working.Enqueue(done, end);
        if (!isSame)
        {
            Plan();
        }

        return done;
    }

    private void Advance()
    {
        var passed = simulation.Now - _at;
        Busy += passed * Math.Min(count, _working.Count);
        _got += _working.Count > 0 ? passed * Rate : 0;
        _at = simulation.Now;
    }

    // The next end; a later plan takes the place of an earlier one.
    private void Plan()
    {
        var plan = ++_plan;
        if (_working.TryPeek(out _, out var first))
        {
            simulation.Plan(
                Math.Max(0, first - _got) / Rate,
                () =>
                {
                    if (plan == _plan)
                    {
                        Advance();
                        _got = Math.Max(_got, first);
                        _working.Dequeue().Set();
                        Plan();
                    }
                }
            );
        }
    }
}

/// <summary>What one at a time holds; the others wait in a line.</summary>
/// <param name="simulation">The clock.</param>
/// <param name="places">How many may hold it at once. Default one.</param>
internal sealed class Slots(Simulation simulation, int places = 1)
{
    private readonly Queue<Moment> _line = [];
    private int _free = places;

    public Moment AcquireAsync()
    {
        var turn = new Moment(simulation);
        if (_free > 0)
        {
            _free--;
            turn.Set();
        }
        else
        {
            _line.Enqueue(turn);
        }

        return turn;
    }

    public void Release()
    {
        if (_line.TryDequeue(out var next))
        {
            next.Set();
        }
        else
        {
            _free++;
        }
    }
}

/// <summary>The journal of a database: whoever commits while it is written to disk shares the next write.</summary>
/// <param name="simulation">The clock.</param>
/// <param name="flush">Seconds until a write is on disk.</param>
/// <param name="bytesPerSecond">What the disk takes.</param>
internal sealed class Journal(Simulation simulation, double flush, double bytesPerSecond)
{
    private Moment? _next;
    private long _bytes;
    private bool _isWriting;

    /// <summary>Bytes written.</summary>
    public long Written { get; private set; }

    public Moment FlushAsync(long bytes)
    {
        _bytes += bytes;
        var done = _next ??= new Moment(simulation);
        if (!_isWriting)
        {
            Write();
        }

        return done;
    }

    private void Write()
    {
        var (now, bytes) = (_next!, _bytes);
        (_next, _bytes, _isWriting) = (null, 0, true);
        Written += bytes;
        simulation.Plan(
            flush + (bytes / bytesPerSecond),
            () =>
            {
                now.Set();
                _isWriting = false;
                if (_next is not null)
                {
                    Write();
                }
            }
        );
    }
}
