using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Batching;

/// <summary>Some consecutive items, their operations and how they ended; used again and again.</summary>
internal abstract class BatchBlock : IBatchOwner
{
    private Item[] _items = new Item[512];
    private int _open;
    private TaskCompletionSource _ended = New();

    /// <summary>Nothing more came for a while: what was gathered is to be sent at once.</summary>
    public bool IsPause { get; set; }

    /// <summary>Ends when every item of the block has.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How many items there are.</summary>
    public abstract int Count { get; }

    /// <summary>The bytes of the operations.</summary>
    protected ByteBuffer Operations { get; } = new(256 << 10);

    /// <summary>Whom the operations name.</summary>
    protected List<ulong> Keys { get; } = [];

    /// <summary>Makes room for new items.</summary>
    public virtual void Clear()
    {
        Array.Clear(_items, 0, Math.Min(_items.Length, Count));
        (Operations.Length, _open, _ended, IsPause) = (0, 0, New(), false);
        Keys.Clear();
    }

    /// <summary>Hands the operations over in their order.</summary>
    public async Task SendAsync(Batcher batcher, CancellationToken ct)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_items[i].Operation.Length > 0 && !TryAdd(batcher, i))
            {
                await batcher.FlushAsync(ct).ConfigureAwait(false);
                TryAdd(batcher, i);
            }
        }

        Close();
        if (IsPause)
        {
            await batcher.FlushAsync(ct).ConfigureAwait(false);
        }
    }

    public void Done(int place, ItemFailure? failure)
    {
        ref var item = ref _items[place];
        item.WasSent = failure is not { Kind: FailureKind.Cancelled, Cause.HasArrived: false };
        item.IsAnswered = failure?.Kind != FailureKind.Cancelled;
        if (item.IsAnswered)
        {
            End(place, failure);
        }

        Close();
    }

    /// <summary>The failure of an item whose end is not known when the run ends; null when it is known.</summary>
    /// <param name="place">The item.</param>
    /// <param name="end">Why the run ended.</param>
    protected ConnectorException? Unanswered(int place, ConnectorException end) =>
        _items[place] switch
        {
            { Operation.Length: 0 } or { IsAnswered: true } => null,
            { WasSent: true, IsRepeatable: false } => new(
                FailureKind.Uncertain,
                $"{end.Message} This may have arrived all the same, and must not be sent twice. Look in Customer.io before you repeat it."
            ),
            { WasSent: true } when end.Kind == FailureKind.Cancelled => new(
                FailureKind.Cancelled,
                end.Message + " Customer.io had not answered; this may have arrived, and may be sent again."
            ),
            _ when end.Kind == FailureKind.Cancelled => new(FailureKind.Cancelled, end.Message + " This was not sent."),
            _ => end,
        };

    /// <summary>The operation of an item was accepted, or failed.</summary>
    protected abstract void End(int place, ItemFailure? failure);

    /// <summary>Begins the operations: one more is open for the block itself, until all of them are on their way.</summary>
    protected void Begin()
    {
        if (_items.Length < Count)
        {
            _items = new Item[Count];
        }

        _open = 1;
    }

    /// <summary>Notes the operation of an item, which was written since these lengths.</summary>
    protected void Put(int place, int start, int firstKey, bool repeatable)
    {
        _items[place] = new Item
        {
            Operation = new Slice(start, Operations.Length - start),
            Keys = new Slice(firstKey, Keys.Count - firstKey),
            IsRepeatable = repeatable,
        };
        _open++;
    }

    /// <summary>The operation of an item; empty when it has none.</summary>
    protected ReadOnlySpan<byte> OperationOf(int place) => Operations.Span.Slice(_items[place].Operation.Start, _items[place].Operation.Length);

    protected ReadOnlySpan<ulong> KeysOf(int place) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Keys).Slice(_items[place].Keys.Start, _items[place].Keys.Length);

    /// <summary>Whether an item has an operation whose end is not known.</summary>
    protected bool IsOpen(int place) => _items[place] is { Operation.Length: > 0, IsAnswered: false };

    private bool TryAdd(Batcher batcher, int i) => batcher.TryAdd(OperationOf(i), _items[i].IsRepeatable, KeysOf(i), this, i);

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _ended.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Slice(int Start, int Length);

    private struct Item
    {
        public Slice Operation,
            Keys;
        public bool IsRepeatable,
            WasSent,
            IsAnswered;
    }
}
