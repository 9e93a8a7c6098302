using System.Diagnostics.CodeAnalysis;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Batching;

/// <summary>Sends the chunks of one run, <c>POST /api/v2/batch</c> or that of the Pipelines API, and finds what spoils one.</summary>
/// <remarks>
/// A chunk that is refused whole (400, 413), or answered by a server error or not at all, is cut into ever smaller parts, until the culprit stands alone.
/// That search is the retry: its requests follow each other at once as long as anything is answered. Where nothing is, it is an outage; then nothing more
/// is cut, and one request after each wait asks whether it is over. Who names the same people as somebody that was not delivered is held back.
/// </remarks>
/// <param name="api">The road out.</param>
/// <param name="held">The people that are held back; shared by all chunks of the run.</param>
/// <param name="patience">How long a chunk waits for the end of an outage beyond the retries of a single run. Default none.</param>
/// <param name="judgeSingly">Whether a guard's refusal is that of the one operation, others passing. Default it is the run's.</param>
internal sealed class ChunkSender(IApi api, HeldPeople held, TimeSpan patience = default, bool judgeSingly = false)
{
    /// <summary>So many parts a failed chunk is cut into, and so many are on their way at once until one of them is answered.</summary>
    private const int Parts = 4;

    /// <summary>So many parts are on their way at once where others are answered: those of ten culprits, so that a level takes as long as one
    /// request.</summary>
    private const int MaxParts = 10 * Parts;

    /// <summary>So many failures without an answer between them are an outage: more than it takes to find ten culprits wherever they stand.</summary>
    private const int MaxSilence = 12;

    private ConnectorException? _end;
    private long _answers;
    private int _silence;

    /// <summary>Why the run cannot go on: its credentials were refused. Null while it can.</summary>
    public ConnectorException? End => Volatile.Read(ref _end);

    /// <summary>How many requests were answered, well or with a refusal.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    public HeldPeople Held => held;

    private bool IsSilent => Volatile.Read(ref _silence) >= MaxSilence;

    private int MaxRetries => api.MaxRetries;

    private DateTimeOffset Now => api.Now;

    /// <summary>Sends a chunk. Chunks that name the same people are to be sent one after the other.</summary>
    /// <returns>The operations that were not accepted, in their order; their index counts within the chunk.</returns>
    public async Task<IReadOnlyList<ItemFailure>> SendAsync(BatchChunk chunk, CancellationToken ct)
    {
        ConnectorException? cause = null;
        if (End is null && held.IsEmpty)
        {
            var first = await AttemptAsync(chunk, ct).ConfigureAwait(false);
            if (first.Cause is null)
            {
                return first.Refused;
            }

            cause = first.Cause;
        }

        return await new Search(this, chunk).RunAsync(cause, ct).ConfigureAwait(false);
    }

    /// <summary>Sends a request of its own, once: what it meets is told, but not repeated unless it provably did not arrive.</summary>
    /// <returns>Why it was not accepted; null when it was.</returns>
    public async Task<ConnectorException?> AttemptAsync(ApiRequest request, CancellationToken ct)
    {
        var (answer, cause) = await AskAsync(request, ct).ConfigureAwait(false);
        return IsPartial(answer)
            ? Refused(answer, 1) is var (failures, whole) && whole is null
                ? failures[0].Cause
                : whole
            : cause;
    }

    /// <summary>Does what is no single request, once.</summary>
    /// <returns>Why it failed; null when it did not.</returns>
    public async Task<ConnectorException?> AttemptAsync(Func<CancellationToken, Task> run, CancellationToken ct)
    {
        try
        {
            await run(ct).ConfigureAwait(false);
            Answered();
            return null;
        }
        catch (ConnectorException e)
        {
            Note(e);
            return e;
        }
    }

    /// <summary>Waits before a repetition.</summary>
    /// <param name="n">How many there were before.</param>
    /// <param name="cause">Why it is to be repeated.</param>
    /// <param name="waited">How long this has gone on.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>False when there is no further one.</returns>
    public async Task<bool> PauseAsync(int n, ConnectorException cause, TimeSpan waited, CancellationToken ct)
    {
        var isPatient = waited < patience;
        var more = cause.Kind switch
        {
            // Refused, so not done: a job has the patience that a single run has not.
            FailureKind.RateLimited => patience > TimeSpan.Zero,
            FailureKind.Unavailable => isPatient || (cause.HasArrived && n < api.MaxRetries),
            _ => false,
        };
        if (!more)
        {
            return false;
        }

        try
        {
            await api.BackOffAsync(n, cause.RetryAfter, ct).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Why something is given up that was to be repeated: what it met last, or that the run was cancelled while it waited.</summary>
    public static ConnectorException Ended(ConnectorException cause, CancellationToken ct) =>
        ct.IsCancellationRequested && cause.Kind is (FailureKind.RateLimited or FailureKind.Unavailable)
            ? new ConnectorException(FailureKind.Cancelled, $"The run was cancelled while this waited to be sent again. {cause.Message}", inner: cause)
            {
                Status = cause.Status,
                Attempts = cause.Attempts,
                HasArrived = cause.Kind == FailureKind.Unavailable && cause.HasArrived,
            }
            : cause;

    /// <summary>Whether what was sent may itself be the cause: it arrived, and no answer or an error of the server came of it.</summary>
    public static bool IsSuspect(ConnectorException cause) => cause is { Kind: FailureKind.Unavailable, HasArrived: true, Status: null or 408 or >= 500 };

    /// <summary>The failure of an item that fails each time while others are answered.</summary>
    public static ConnectorException Alone(ConnectorException cause, int attempts) =>
        new(cause.Kind, $"{cause.Message} Others are accepted meanwhile, so look at this one before you send it again.", cause.Problems)
        {
            Status = cause.Status,
            RetryAfter = cause.RetryAfter,
            Attempts = attempts,
        };

    private async Task<(IReadOnlyList<ItemFailure> Refused, ConnectorException? Cause)> AttemptAsync(BatchChunk chunk, CancellationToken ct)
    {
        // What must not be done twice is told as uncertain at once; the rest is repeated here.
        var toPipelines = chunk.Api == ApiName.Pipelines;
        var path = toPipelines ? "/v1/batch" : "/api/v2/batch";
        var request = new ApiRequest(chunk.Api, HttpMethod.Post, path, new ApiBody(chunk.Body, ApiBody.JsonType))
        {
            Headers = toPipelines ? ApiRequest.StrictMode : [],
            Repeat = chunk.Repeatable ? Repeat.ByCaller : Repeat.Unsafe,
        };
        var (answer, cause) = await AskAsync(request, ct).ConfigureAwait(false);
        chunk.IsAbandoned |= answer is null;
        return IsPartial(answer) ? Refused(answer, chunk.Count) : ([], cause);
    }

    private async Task<(ApiResponse? Answer, ConnectorException? Cause)> AskAsync(ApiRequest request, CancellationToken ct)
    {
        try
        {
            var answer = await api.SendAsync(request, ct).ConfigureAwait(false);
            Answered();
            return (answer, null);
        }
        catch (OperationCanceledException e)
        {
            return (null, Failures.Cancelled(e));
        }
        catch (ConnectorException e)
        {
            Note(e);
            return (null, e);
        }
    }

    private void Note(ConnectorException cause)
    {
        if (IsSuspect(cause))
        {
            Interlocked.Increment(ref _silence);
        }
        else if (cause is { Kind: FailureKind.Rejected })
        {
            Answered();
        }
        else if (cause.Kind == FailureKind.Connection && !IsOfItem(cause))
        {
            Interlocked.CompareExchange(ref _end, cause, null);
        }
    }

    /// <summary>Asks a job's question, before it waits long: is it everybody's outage, or are these the culprits, with nobody else to tell it by?</summary>
    private async Task<bool> ProbeAsync(List<Part> left, CancellationToken ct) =>
        patience > TimeSpan.Zero
        && left.TrueForAll(p => p.Cause is { } cause && IsSuspect(cause))
        && await AskAsync(ApiRequest.Get(ApiName.Track, "/api/v1/accounts/region") with { Repeat = Repeat.ByCaller }, ct).ConfigureAwait(false)
            is { Cause: null };

    private bool IsOfItem(ConnectorException cause) => judgeSingly && cause.IsOfGuard;

    private void Answered()
    {
        Interlocked.Increment(ref _answers);
        Volatile.Write(ref _silence, 0);
    }

    // A 200 that names errors is the 207 that it should have been.
    private static bool IsPartial([NotNullWhen(true)] ApiResponse? answer) => answer is { Status: 207 } or { HasErrors: true };

    private static (IReadOnlyList<ItemFailure> Refused, ConnectorException? Cause) Refused(ApiResponse answer, int count)
    {
        ItemFailure[] refused = [.. ItemFailure.Of(answer.Json, count).OrderBy(f => f.Index)];
        return refused.Length > 0
            ? (refused, null)
            : (
                [],
                new ConnectorException(
                    FailureKind.Uncertain,
                    $"Customer.io accepted a part of the operations ({answer.Status}), but did not say which. Look in Customer.io before you repeat them."
                )
                {
                    Status = answer.Status,
                }
            );
    }

    /// <summary>Operations of the chunk that are still to be sent.</summary>
    /// <param name="Items">Their places, in order.</param>
    /// <param name="Behind">Places of the same person that are sent once these have been, segment after segment.</param>
    /// <param name="Attempts">How often they were sent, in a larger part or by themselves.</param>
    /// <param name="Cause">What the last of these met; null when there was none.</param>
    private sealed record Part(int[] Items, int[][] Behind, int Attempts, ConnectorException? Cause)
    {
        public bool IsAlone => Items.Length == 1;
    }

    /// <summary>The search for what spoils a chunk, level by level: all parts are sent before any is cut further.</summary>
    private sealed class Search(ChunkSender sender, BatchChunk chunk)
    {
        private readonly ItemFailure?[] _failures = new ItemFailure?[chunk.Count];
        private readonly long _answersBefore = sender.Answers;
        private int[]? _groups;
        private int _answered,
            _failed,
            _isWide;
        private bool _isOutage;

        /// <summary>Whether nothing more is cut. Where parts of this chunk were answered, failures are many only in proportion to them.</summary>
        private bool IsSilent =>
            Volatile.Read(ref _answered) is > 0 and var answered ? Volatile.Read(ref _failed) > MaxSilence + (2 * answered) : sender.IsSilent;

        public async Task<IReadOnlyList<ItemFailure>> RunAsync(ConnectorException? cause, CancellationToken ct)
        {
            var items = NotHeld();
            List<Part> left = items.Length == 0 ? [] : [new Part(items, [], 0, null)];
            if (cause is null)
            {
                left = await LevelsAsync(left, ct).ConfigureAwait(false);
            }
            else if (MayGoOn(left[0], cause))
            {
                left = await LevelsAsync([.. Next(left[0], cause)], ct).ConfigureAwait(false);
            }
            else
            {
                (left[0], _isOutage) = (left[0] with { Attempts = 1, Cause = cause }, IsSilent);
            }

            var started = sender.Now;
            for (
                var n = 0;
                SetAside(left, isLast: false)
                    && sender.End is null
                    && await sender.PauseAsync(n, left[0].Cause!, sender.Now - started, ct).ConfigureAwait(false);
                n++
            )
            {
                if (n >= sender.MaxRetries && await sender.ProbeAsync(left, ct).ConfigureAwait(false))
                {
                    // It is these rows: the search may go on as if so many others had been answered.
                    (_isOutage, _failed, _answered) = (false, 0, _answered + MaxSilence);
                }

                left = await RoundAsync(left, ct).ConfigureAwait(false);
            }

            SetAside(left, isLast: true);
            left.ForEach(part => Lose(part, ct));
            return [.. _failures.OfType<ItemFailure>()];
        }

        private int[] NotHeld()
        {
            var items = new List<int>(chunk.Count);
            for (var i = 0; i < chunk.Count; i++)
            {
                if (sender.Held.Holds(chunk.KeysOf(i)))
                {
                    _failures[i] = new ItemFailure(i, sender.Held.Failure());
                }
                else
                {
                    items.Add(i);
                }
            }

            return [.. items];
        }

        // In an outage one part, the least tried and smallest, asks whether it is over.
        private async Task<List<Part>> RoundAsync(List<Part> left, CancellationToken ct)
        {
            if (_isOutage)
            {
                var probe = left.OrderBy(p => p.Attempts).ThenBy(p => p.Items.Length).First();
                var cause = await SendAsync(probe, ct).ConfigureAwait(false);
                left.Remove(probe);
                if (cause is not null && !IsOwn(cause))
                {
                    left.Insert(0, probe with { Attempts = probe.Attempts + 1, Cause = cause });
                    return left;
                }

                left.AddRange(cause is null ? Rest(probe) : Next(probe, cause));
                Volatile.Write(ref _failed, 0);
            }

            return await LevelsAsync(left, ct).ConfigureAwait(false);
        }

        /// <returns>What could not be sent for now.</returns>
        private async Task<List<Part>> LevelsAsync(List<Part> level, CancellationToken ct)
        {
            var left = new List<Part>();
            (_isOutage, _isWide) = (false, 0);
            using var slots = new SemaphoreSlim(Parts, MaxParts);
            Widen(slots);
            while (level.Count > 0)
            {
                var causes = await Task.WhenAll(level.Select(part => StillAsync(part, slots, ct))).ConfigureAwait(false);
                var next = new List<Part>();
                for (var i = 0; i < level.Count; i++)
                {
                    var (wasSent, cause) = causes[i];
                    if (!wasSent)
                    {
                        left.Add(level[i] with { Cause = level[i].Cause ?? cause });
                    }
                    else if (cause is null)
                    {
                        next.AddRange(Rest(level[i]));
                    }
                    else if (MayGoOn(level[i], cause))
                    {
                        next.AddRange(Next(level[i], cause));
                    }
                    else
                    {
                        left.Add(level[i] with { Attempts = level[i].Attempts + 1, Cause = cause });
                    }
                }

                level = next;
            }

            _isOutage = IsSilent;
            return left;
        }

        // Once an outage is known, a part that was not sent yet stays where it is.
        private async Task<(bool WasSent, ConnectorException? Cause)> StillAsync(Part part, SemaphoreSlim slots, CancellationToken ct)
        {
            await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                return sender.End is { } end ? (false, end)
                    : IsSilent && part.Cause is { } known ? (false, known)
                    : (true, await SendAsync(part, ct).ConfigureAwait(false));
            }
            finally
            {
                Widen(slots);
                slots.Release();
            }
        }

        // Until one part is answered it may be an outage, which many requests would only make worse.
        private void Widen(SemaphoreSlim slots)
        {
            if (Volatile.Read(ref _answered) > 0 && Interlocked.Exchange(ref _isWide, 1) == 0)
            {
                slots.Release(MaxParts - Parts);
            }
        }

        private async Task<ConnectorException?> SendAsync(Part part, CancellationToken ct)
        {
            var (refused, cause) = await sender.AttemptAsync(part.Items.Length == chunk.Count ? chunk : chunk.Part(part.Items), ct).ConfigureAwait(false);
            foreach (var failure in refused)
            {
                _failures[part.Items[failure.Index]] = failure with { Index = part.Items[failure.Index] };
            }

            Interlocked.Increment(ref cause is null or { Kind: FailureKind.Rejected } ? ref _answered : ref _failed);
            return cause;
        }

        /// <summary>Whether a failure is that of operations in it and of nobody else, so that it needs no wait.</summary>
        private bool IsOwn(ConnectorException cause) => IsWhole(cause) || cause.Kind == FailureKind.Uncertain;

        private bool MayGoOn(Part part, ConnectorException cause) => IsOwn(cause) || (IsSuspect(cause) && !part.IsAlone && !IsSilent);

        // Refused whole, so nothing of it was done.
        private bool IsWhole(ConnectorException cause) => cause is { Kind: FailureKind.Rejected, Status: 400 or 413 } || sender.IsOfItem(cause);

        /// <summary>What follows a part that was accepted.</summary>
        private static IEnumerable<Part> Rest(Part part) =>
            part.Behind.Length == 0 ? [] : [part with { Items = part.Behind[0], Behind = part.Behind[1..], Cause = null }];

        /// <summary>What follows a part that failed: smaller parts, or what was behind it.</summary>
        private IEnumerable<Part> Next(Part part, ConnectorException cause)
        {
            part = part with { Attempts = part.Attempts + 1, Cause = cause };
            if (cause.Kind == FailureKind.Uncertain || (part.IsAlone && IsWhole(cause)))
            {
                foreach (var item in part.Items)
                {
                    _failures[item] = new ItemFailure(item, cause);
                }

                return Rest(part);
            }

            return Cut(part);
        }

        private IEnumerable<Part> Cut(Part part)
        {
            var groups = _groups ??= People.Groups(chunk.Count, chunk.KeysOf);
            var most = (part.Items.Length + Parts - 1) / Parts;
            var parts = new List<List<int>>();
            foreach (var group in part.Items.GroupBy(i => groups[i]))
            {
                int[] together = [.. group];
                if (parts.Count == 0 || parts[^1].Count + together.Length > most)
                {
                    parts.Add([]);
                }

                parts[^1].AddRange(together);
            }

            // Each person's operations are in one part, so that parts need not wait for each other; those of one person do.
            var middle = part.Items.Length / 2;
            return parts.Count > 1
                ? parts.Select(p => part with { Items = [.. p.Order()] })
                : [part with { Items = part.Items[..middle], Behind = [part.Items[middle..], .. part.Behind] }];
        }

        /// <summary>Gives up on what fails alone while others are answered, often enough or, at the end, in any case.</summary>
        /// <returns>Whether anything is left.</returns>
        private bool SetAside(List<Part> left, bool isLast)
        {
            if (sender.Answers > _answersBefore && !_isOutage)
            {
                left.RemoveAll(part =>
                {
                    var isOver = part is { IsAlone: true, Cause: { } cause } && IsSuspect(cause) && (isLast || part.Attempts > sender.MaxRetries);
                    if (isOver)
                    {
                        Fail(part.Items[0], new ItemFailure(part.Items[0], Alone(part.Cause!, part.Attempts)) { IsAlone = true });
                        foreach (var item in part.Behind.SelectMany(b => b))
                        {
                            Fail(item, new ItemFailure(item, sender.Held.Failure()));
                        }
                    }

                    return isOver;
                });
            }

            return left.Count > 0;
        }

        private void Lose(Part part, CancellationToken ct)
        {
            var cause = sender.End ?? Ended(part.Cause!, ct);
            foreach (var item in part.Items.Concat(part.Behind.SelectMany(b => b)))
            {
                Fail(item, new ItemFailure(item, cause) { IsShared = true, IsAlone = part.IsAlone && item == part.Items[0] && IsSuspect(cause) });
            }
        }

        private void Fail(int item, ItemFailure failure)
        {
            sender.Held.Add(chunk.KeysOf(item));
            _failures[item] = failure;
        }
    }
}
