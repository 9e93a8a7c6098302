using System.Data.Common;
using System.Text;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;

namespace CustomerIo.Connector.Cli.Webhooks;

/// <summary>Hands on what was kept, in the order of receipt: to stdout, a line for each event, or to a broker.</summary>
/// <param name="events">What was kept.</param>
/// <param name="settings">How each is shown.</param>
/// <param name="handOn">Takes some events, until it is stopped; tells whether they are where they should be, or come at the next start.</param>
internal sealed class EventPrinter(
    ReceivedEvents events,
    TriggerSettings settings,
    Func<IReadOnlyList<(ReceivedEvent Event, string Form)>, CancellationToken, Task<bool>> handOn
) : IDisposable
{
    private const int AtOnce = 500;
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1),
        s_look = TimeSpan.FromMilliseconds(50);
    private readonly SemaphoreSlim _more = new(1);
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;

    /// <summary>Writes lines to a stream.</summary>
    public static Func<IReadOnlyList<(ReceivedEvent Event, string Form)>, CancellationToken, Task<bool>> To(Stream output) =>
        (some, _) =>
        {
            Write(output, Encoding.UTF8.GetBytes(string.Concat(some.Select(e => e.Form + "\n"))));
            return Task.FromResult(true);
        };

    /// <summary>Waits until an event was handed on.</summary>
    /// <param name="number">The event; null for all that are kept.</param>
    /// <param name="patience">How long.</param>
    /// <returns>Whether it was.</returns>
    public async Task<bool> HandedOnAsync(long? number, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var moved = Volatile.Read(ref _moved).Task;
            if ((number is { } wanted && Interlocked.Read(ref _last) >= wanted) || IsHandedOn(number))
            {
                return true;
            }

            var left = patience - TimeProvider.System.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            // Another machine may hand it on.
            var look = events.Shared is not null && s_look < left ? s_look : left;
            await Task.WhenAny(moved, Task.Delay(look, TimeProvider.System)).ConfigureAwait(false);
        }
    }

    private bool IsHandedOn(long? number)
    {
        try
        {
            return events.IsHandedOn(settings.Path, number);
        }
        catch (DbException)
        {
            return false;
        }
    }

    /// <summary>Tells that an event was kept.</summary>
    public void Wake()
    {
        if (_more.CurrentCount == 0)
        {
            _more.Release();
        }
    }

    /// <summary>Writes until it is stopped, and then what is left; first what an earlier run kept and did not write.</summary>
    /// <param name="ct">Stops it.</param>
    /// <param name="held">Proves that no other machine hands on; null where there is none.</param>
    /// <returns>False when whoever reads stdout did not take what was left within a second: that comes at the next start.</returns>
    /// <exception cref="IOException">Nobody reads stdout any more.</exception>
    /// <exception cref="ConnectorException">What takes the events has failed.</exception>
    public async Task<bool> RunAsync(CancellationToken ct, SyncLock? held = null)
    {
        events.Fence = held is null ? null : held.Fence;
        // A write to a pipe that nobody empties does not come back: it gets a thread that can be left to itself.
        var printing = Task.Run(() => PrintAsync(held, ct), CancellationToken.None);
        if (await Task.WhenAny(printing, LateAsync(ct)).ConfigureAwait(false) != printing)
        {
            return false;
        }

        await printing.ConfigureAwait(false);
        return true;
    }

    public void Dispose() => _more.Dispose();

    private static async Task LateAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(s_grace, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task PrintAsync(SyncLock? held, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                // What other machines kept makes no sound.
                await _more.WaitAsync(held is null ? Timeout.InfiniteTimeSpan : SharedTurn.Look, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Not before what is left was written.
            }

            while (await WriteSomeAsync(held, ct).ConfigureAwait(false)) { }
        }
    }

    private async Task<bool> WriteSomeAsync(SyncLock? held, CancellationToken ct)
    {
        try
        {
            return IsMine(held) && await WriteAsync(events.Pending(settings.Path, _last, AtOnce), ct).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            events.Store.Note(e);
            Terminal.Say($"{events.Store.Name} cannot be used ({events.Store.Told(e)}); what was not handed on comes after the next event, or the next start.");
            return false;
        }
    }

    private static bool IsMine(SyncLock? held)
    {
        try
        {
            held?.Check();
            return true;
        }
        catch (ConnectorException)
        {
            // It ends soon, and whoever holds it says why.
            return false;
        }
    }

    private async Task<bool> WriteAsync(IReadOnlyList<ReceivedEvent> some, CancellationToken ct)
    {
        if (some.Count == 0)
        {
            return false;
        }

        var forms = some.Select(one => (one, ConnectorJson.ToText(settings.Form(Delivery.Read(one.Body, settings.Trigger)))));
        if (!await handOn([.. forms], ct).ConfigureAwait(false))
        {
            return false;
        }

        Interlocked.Exchange(ref _last, some[^1].Number);
        try
        {
            await events.AcknowledgeAsync(settings.Path, some[^1].Number).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Cancelled)
        {
            // Whoever has taken over hands them on a second time.
            return false;
        }

        Interlocked.Exchange(ref _moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return true;
    }

    // An event counts as handed over only after this.
    private static void Write(Stream output, byte[] lines)
    {
        const string Later = "What was not printed is kept and comes at the next start.";
        try
        {
            output.Write(lines);
            output.Flush();
        }
        catch (OutputException e) when (e.IsGone)
        {
            Terminal.Say($"Nobody reads standard output any longer. {Later}");
            throw;
        }
        catch (OutputException e)
        {
            throw new ConnectorException(FailureKind.Unavailable, $"{e.Message} {Later}", inner: e);
        }
    }
}
