using System.Text;
using CustomerIo.Connector.Reporting;
using CustomerIo.Connector.Storage;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Cli.Webhooks;

/// <summary>Writes what was kept to stdout, a line for each event, in the order of receipt; nobody's answer waits for whoever reads.</summary>
internal sealed class EventPrinter(ReceivedEvents events, TriggerSettings settings, Stream output) : IDisposable
{
    private const int AtOnce = 500;
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
    /// <exception cref="IOException">Nobody reads stdout any more.</exception>
    public async Task RunAsync(CancellationToken ct)
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

            while (await WriteSomeAsync().ConfigureAwait(false))
            {
            }
        }
    }

    public void Dispose() => _more.Dispose();

    private async Task<bool> WriteSomeAsync()
    {
        try
        {
            return await WriteAsync(events.Unhanded(settings.Path, _last, AtOnce)).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
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

        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
        output.Flush();
        _last = some[^1].Number;
        await events.HandedAsync(settings.Path, _last).ConfigureAwait(false);
        return true;
    }
}
