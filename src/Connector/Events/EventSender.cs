using CustomerIo.Connector.Api;
using CustomerIo.Connector.Bulk;

namespace CustomerIo.Connector.Events;

/// <summary>Sends translated events in their order; operations that follow each other travel in one batch.</summary>
internal sealed class EventSender(IApi api, CancellationToken ct)
{
    private readonly List<int> _waiting = [];
    private ConnectorException?[] _failures = [];
    private BatchChunk? _chunk;
    private ConnectorException? _end;

    /// <returns>For each event, why it was not accepted; null for the accepted ones.</returns>
    /// <remarks>After a failure that is not the event's own, later events would overtake the lost one: they are not sent.</remarks>
    public async Task<ConnectorException?[]> SendAsync(IReadOnlyList<Translation> events)
    {
        _failures = new ConnectorException?[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Refusal is { } refusal)
            {
                _failures[i] = ConnectorException.Input(refusal.Path, refusal.Message);
                continue;
            }

            foreach (var request in events[i].Requests)
            {
                await SendAsync(request, i).ConfigureAwait(false);
            }

            api.Progress(i + 1, events.Count);
        }

        await FlushAsync().ConfigureAwait(false);
        return _failures;
    }

    private async Task SendAsync(EventRequest request, int index)
    {
        // What must not be done twice goes alone: in a batch it would forbid the retries of all the others.
        if (!request.IsOperation || !request.Repeatable)
        {
            await FlushAsync().ConfigureAwait(false);
            await AloneAsync(request, index).ConfigureAwait(false);
            return;
        }

        var operation = request.Body!.ToBytes();
        if (!(_chunk ??= new()).TryAdd(operation))
        {
            await FlushAsync().ConfigureAwait(false);
            (_chunk = new()).TryAdd(operation);
        }

        _waiting.Add(index);
    }

    private async Task AloneAsync(EventRequest request, int index)
    {
        try
        {
            if (_end is null)
            {
                await api.SendAsync(request.ToApiRequest(), ct).ConfigureAwait(false);
            }
        }
        catch (ConnectorException e) when (IsOwn(e.Kind))
        {
            _failures[index] = e;
        }
        catch (ConnectorException e) when (e.Kind != FailureKind.Cancelled)
        {
            _end = e;
        }

        _failures[index] ??= _end?.Again();
    }

    private async Task FlushAsync()
    {
        if (_chunk is not { Count: > 0 } chunk)
        {
            return;
        }

        var whole = _end;
        try
        {
            foreach (var failure in whole is null ? await BatchRequest.SendAsync(chunk, api, ct).ConfigureAwait(false) : [])
            {
                var kind = failure.Reason == "connection" ? FailureKind.Connection : failure.Passing ? FailureKind.Unavailable : failure.Reason == "uncertain" ? FailureKind.Uncertain : FailureKind.Rejected;
                var reason = new ConnectorException(kind, failure.Message, [new Problem(failure.Field, failure.Message)]) { Status = 207 };
                _failures[_waiting[failure.Index]] = reason;
                _end ??= IsOwn(kind) ? null : reason;
            }
        }
        catch (ConnectorException e) when (e.Kind != FailureKind.Cancelled)
        {
            whole = e;
            _end = IsOwn(e.Kind) ? null : e;
        }

        foreach (var index in _waiting)
        {
            _failures[index] ??= whole?.Again();
        }

        _waiting.Clear();
        _chunk = null;
    }

    /// <summary>Whether the next event may follow: this one was refused, or is left to a person to send again.</summary>
    public static bool IsOwn(FailureKind kind) => kind is FailureKind.Input or FailureKind.Rejected or FailureKind.Uncertain;
}
