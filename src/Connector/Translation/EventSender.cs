using System.Runtime.InteropServices;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Translation;

/// <summary>An event to be sent: what it became, and every name by which it means a person.</summary>
internal sealed record EventItem(TranslatedEvent Translation, List<ulong> Names);

/// <summary>Sends translated events in their order; operations that follow each other travel in one batch.</summary>
/// <remarks>What fails alone while others are answered holds back the later events of the same people; after a loss that is everybody's, nothing more
/// is sent.</remarks>
internal sealed class EventSender(IApi api, ChunkSender sender)
{
    // A lane's events are few mostly, and lanes are many.
    private const int FirstBytes = 16 << 10;

    private ItemFailure?[] _failures = [];
    private List<int> _waiting = [];
    private BatchChunk? _chunk;
    private ConnectorException? _lost;

    /// <returns>For each event, why it was not accepted; null for the accepted ones.</returns>
    public async Task<ItemFailure?[]> SendAsync(IReadOnlyList<EventItem> events, CancellationToken ct)
    {
        _failures = new ItemFailure?[events.Count];
        var answersBefore = sender.Answers;
        List<int> left = [.. Enumerable.Range(0, events.Count)];
        for (var n = 0; left.Count > 0; n++)
        {
            var (again, cause) = await RoundAsync(events, left, ct).ConfigureAwait(false);
            var isOver = again.Count > 0 && !await sender.PauseAsync(n, cause!, TimeSpan.Zero, ct).ConfigureAwait(false);
            if (isOver)
            {
                cause = ChunkSender.Ended(cause!, ct);
                GiveUp(events, again, cause, n + 1, sender.Answers > answersBefore && cause.Kind != FailureKind.Cancelled);
                return _failures;
            }

            left = again;
        }

        return _failures;
    }

    /// <summary>Sends what is left, in its order.</summary>
    /// <returns>What is to be sent once more, together with whatever waits behind it; and why.</returns>
    private async Task<(List<int> Again, ConnectorException? Cause)> RoundAsync(IReadOnlyList<EventItem> events, List<int> left, CancellationToken ct)
    {
        var (again, behind) = (new List<int>(), new HeldPeople("event"));
        ConnectorException? cause = null;
        foreach (var i in left)
        {
            var (translation, names) = events[i];
            if (translation.Refusal is { } refusal)
            {
                _failures[i] = new ItemFailure(i, ConnectorException.Input(refusal.Path, refusal.Message));
            }
            else if (behind.Holds(CollectionsMarshal.AsSpan(names)))
            {
                again.Add(i);
            }
            else
            {
                foreach (var request in translation.Requests)
                {
                    if (await SendAsync(request, names, i, ct).ConfigureAwait(false) is { } met)
                    {
                        cause = met;
                        behind.Add(CollectionsMarshal.AsSpan(names));
                        again.Add(i);
                        break;
                    }
                }
            }

            api.Progress(i + 1, events.Count);
        }

        await FlushAsync(ct).ConfigureAwait(false);
        return (again, cause);
    }

    /// <returns>Why the request is to be sent again later; null when it has its end, or is in the batch that is being gathered.</returns>
    private async Task<ConnectorException?> SendAsync(EventRequest request, List<ulong> names, int index, CancellationToken ct)
    {
        // What must not be done twice goes alone: in a batch it would forbid the retries of all the others.
        if (!request.IsOperation || !request.Repeatable)
        {
            await FlushAsync(ct).ConfigureAwait(false);
            return await AloneAsync(request, names, index, ct).ConfigureAwait(false);
        }

        var operation = request.Body!.ToBytes();
        if (!(_chunk ??= new(bytes: FirstBytes) { Api = request.Api }).TryAdd(operation, repeatable: true, CollectionsMarshal.AsSpan(names)))
        {
            await FlushAsync(ct).ConfigureAwait(false);
            (_chunk = new(bytes: FirstBytes) { Api = request.Api }).TryAdd(operation, repeatable: true, CollectionsMarshal.AsSpan(names));
        }

        _waiting.Add(index);
        return null;
    }

    private async Task<ConnectorException?> AloneAsync(EventRequest request, List<ulong> names, int index, CancellationToken ct)
    {
        if (_lost is null && sender.Held.Holds(CollectionsMarshal.AsSpan(names)))
        {
            _failures[index] = new ItemFailure(index, sender.Held.Failure());
            return null;
        }

        var failure =
            _lost
            ?? sender.End
            ?? await (
                request.Run is { } run
                    ? sender.AttemptAsync(run, ct)
                    : sender.AttemptAsync(request.ToApiRequest() with { Repeat = request.Repeatable ? Repeat.ByCaller : Repeat.Unsafe }, ct)
            ).ConfigureAwait(false);
        if (failure is null || (_lost is null && ChunkSender.IsSuspect(failure)))
        {
            return failure;
        }

        var isShared = new ItemFailure(index, failure).Holds;
        Fail(index, names, failure, isShared);
        _lost ??= isShared ? failure : null;
        return null;
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        if (_chunk is not { Count: > 0 } chunk)
        {
            return;
        }

        var waiting = _waiting;
        (_chunk, _waiting) = (null, []);
        if (_lost is { } lost)
        {
            for (var i = 0; i < waiting.Count; i++)
            {
                sender.Held.Add(chunk.KeysOf(i));
                _failures[waiting[i]] ??= new ItemFailure(waiting[i], lost) { IsShared = true };
            }

            return;
        }

        foreach (var failure in await sender.SendAsync(chunk, ct).ConfigureAwait(false))
        {
            _failures[waiting[failure.Index]] = failure with { Index = waiting[failure.Index], Word = null };
            _lost ??= failure.IsShared ? failure.Cause : null;
        }
    }

    private void GiveUp(IReadOnlyList<EventItem> events, List<int> again, ConnectorException cause, int attempts, bool othersAreAnswered)
    {
        var first = new HeldPeople("event");
        foreach (var i in again)
        {
            var names = CollectionsMarshal.AsSpan(events[i].Names);
            var isBehind = first.Holds(names);
            first.Add(names);
            Fail(
                i,
                events[i].Names,
                isBehind ? first.Failure()
                    : othersAreAnswered ? ChunkSender.Alone(cause, attempts)
                    : cause,
                !othersAreAnswered
            );
            _failures[i] = _failures[i]! with { IsAlone = !isBehind };
        }
    }

    private void Fail(int index, List<ulong> names, ConnectorException failure, bool isShared)
    {
        _failures[index] = new ItemFailure(index, failure) { IsShared = isShared };
        if (_failures[index]!.Holds)
        {
            sender.Held.Add(CollectionsMarshal.AsSpan(names));
        }
    }
}
