using System.Text;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Cli.Webhooks;

/// <summary>Writes what was kept to stdout, a line for each event, in the order of receipt; nobody's answer waits for whoever reads.</summary>
internal sealed class EventPrinter(ReceivedEvents events, TriggerSettings settings, Stream output) : IDisposable
{
    private const int AtOnce = 500;
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _more = new(1);
    private long _last;

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
    /// <returns>False when whoever reads stdout did not take what was left within a second: that comes at the next start.</returns>
    /// <exception cref="IOException">Nobody reads stdout any more.</exception>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: stdout cannot be written otherwise.</exception>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        // A write to a pipe that nobody empties does not come back: it gets a thread that can be left to itself.
        var printing = Task.Run(() => PrintAsync(ct), CancellationToken.None);
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

    private async Task PrintAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await _more.WaitAsync(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Not before what is left was written.
            }

            while (await WriteSomeAsync().ConfigureAwait(false)) { }
        }
    }

    private async Task<bool> WriteSomeAsync()
    {
        try
        {
            return await WriteAsync(events.Pending(settings.Path, _last, AtOnce)).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            events.File.Note(e);
            Terminal.Say($"The file of events cannot be used ({e.Message}); what was not printed comes after the next event, or the next start.");
            return false;
        }
    }

    private async Task<bool> WriteAsync(IReadOnlyList<ReceivedEvent> some)
    {
        if (some.Count == 0)
        {
            return false;
        }

        var text = new StringBuilder();
        foreach (var one in some)
        {
            text.Append(ConnectorJson.ToText(settings.Form(Delivery.Read(one.Body, settings.Trigger)))).Append('\n');
        }

        Write(Encoding.UTF8.GetBytes(text.ToString()));
        _last = some[^1].Number;
        await events.AcknowledgeAsync(settings.Path, _last).ConfigureAwait(false);
        return true;
    }

    // An event counts as handed over only after this.
    private void Write(byte[] lines)
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
