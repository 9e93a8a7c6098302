using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Track;

/// <summary>The body of one batch request, filled operation by operation: <c>{"batch":[…]}</c>; and whom each operation names.</summary>
internal sealed class BatchChunk
{
    /// <summary>The API whose operations or calls these are.</summary>
    public ApiName Api { get; init; } = ApiName.Track;

    private readonly List<Item> _items;
    private readonly List<ulong> _keys;
    private readonly int _most;
    private byte[] _bytes;
    private int _length;

    /// <param name="items">About how many operations it will hold. Default 0: not known.</param>
    /// <param name="keys">About how many people they will name. Default 0: not known.</param>
    /// <param name="bytes">About how long it will be. Default as long as it may be, for one that is filled again and again.</param>
    public BatchChunk(int items = 0, int keys = 0, int bytes = BatchLimits.Body)
        : this(GC.AllocateUninitializedArray<byte>(bytes), BatchLimits.Body, items, keys) { }

    private BatchChunk(byte[] bytes, int most, int items, int keys)
    {
        (_bytes, _most, _items, _keys) = (bytes, most, new(items), new(keys));
        Append(Head);
    }

    public int Count => _items.Count;

    /// <summary>False once an operation is in it that must not be done twice.</summary>
    public bool Repeatable { get; private set; } = true;

    /// <summary>Whether an attempt to send it was given up, so that its bytes may still be on their way.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Whom the operations name, all of them.</summary>
    public List<ulong> Keys => _keys;

    /// <summary>The whole body.</summary>
    public ReadOnlyMemory<byte> Body
    {
        get
        {
            "]}"u8.CopyTo(_bytes.AsSpan(_length));
            return _bytes.AsMemory(0, _length + 2);
        }
    }

    /// <summary>Adds an operation, unless the body would become too long.</summary>
    public bool TryAdd(ReadOnlySpan<byte> operation, bool repeatable = true, ReadOnlySpan<ulong> keys = default)
    {
        var needed = _length + operation.Length + 3;
        if (needed > _most)
        {
            return false;
        }

        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(_most, Math.Max(needed, _bytes.Length * 2)));
        }

        if (_items.Count > 0)
        {
            Append(","u8);
        }

        _keys.AddRange(keys);
        _items.Add(new Item(_length, operation.Length, _keys.Count, repeatable));
        Append(operation);
        Repeatable &= repeatable;
        return true;
    }

    /// <summary>Makes it empty, to be filled again.</summary>
    public void Clear()
    {
        _items.Clear();
        _keys.Clear();
        (_length, Repeatable) = (Head.Length, true);
    }

    /// <summary>Whom an operation names.</summary>
    public ReadOnlySpan<ulong> KeysOf(int index)
    {
        var start = index == 0 ? 0 : _items[index - 1].KeysEnd;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys)[start.._items[index].KeysEnd];
    }

    /// <summary>A chunk with some of the operations of this one.</summary>
    public BatchChunk Part(ReadOnlySpan<int> indexes)
    {
        var length = 16;
        foreach (var index in indexes)
        {
            length += _items[index].Length + 1;
        }

        var part = new BatchChunk(new byte[length], length, indexes.Length, 0) { Api = Api };
        foreach (var index in indexes)
        {
            part.TryAdd(_bytes.AsSpan(_items[index].Start, _items[index].Length), _items[index].Repeatable, KeysOf(index));
        }

        return part;
    }

    private static ReadOnlySpan<byte> Head => "{\"batch\":["u8;

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private readonly record struct Item(int Start, int Length, int KeysEnd, bool Repeatable);
}
