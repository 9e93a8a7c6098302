namespace CustomerIo.Connector.Bulk;

/// <summary>The body of one batch request, filled operation by operation: <c>{"batch":[…]}</c>.</summary>
internal sealed class BatchChunk
{
    private readonly byte[] _bytes;
    private readonly List<(int Start, int Length)> _items = [];
    private int _length;

    public BatchChunk()
        : this(GC.AllocateUninitializedArray<byte>(BatchLimits.Body))
    {
    }

    private BatchChunk(byte[] bytes)
    {
        _bytes = bytes;
        Append("{\"batch\":["u8);
    }

    public int Count => _items.Count;

    /// <summary>False once an operation is in it that must not be done twice.</summary>
    public bool Repeatable { get; private set; } = true;

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
    public bool TryAdd(ReadOnlySpan<byte> operation, bool repeatable = true)
    {
        if (_length + operation.Length + 3 > _bytes.Length)
        {
            return false;
        }

        if (_items.Count > 0)
        {
            Append(","u8);
        }

        _items.Add((_length, operation.Length));
        Append(operation);
        Repeatable &= repeatable;
        return true;
    }

    /// <summary>A chunk with some of the operations of this one.</summary>
    public BatchChunk Part(int start, int count)
    {
        var part = new BatchChunk(new byte[_items.Skip(start).Take(count).Sum(i => i.Length + 1) + 16]);
        foreach (var (at, length) in _items.Skip(start).Take(count))
        {
            part.TryAdd(_bytes.AsSpan(at, length), Repeatable);
        }

        return part;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
