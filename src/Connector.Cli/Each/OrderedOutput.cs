namespace CustomerIo.Connector.Cli.Each;

/// <summary>Writes results in the order of their lines; a worker that is far ahead of the slowest one waits.</summary>
internal sealed class OrderedOutput(Stream stream, int concurrency)
{
    private const int FlushAt = 32 << 10;
    private readonly Lock _lock = new();
    private readonly byte[]?[] _early = new byte[Math.Max(256, concurrency * 8)][];
    private readonly bool[] _done = new bool[Math.Max(256, concurrency * 8)];
    private byte[] _pending = new byte[FlushAt * 2];
    private int _length;
    private long _next = 1;
    private TaskCompletionSource? _moved;

    /// <summary>Waits until the result of this line would fit into the window.</summary>
    public async ValueTask MakeRoomAsync(long number, CancellationToken ct)
    {
        while (true)
        {
            Task wait;
            lock (_lock)
            {
                if (number < _next + _early.Length)
                {
                    return;
                }

                wait = (_moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await wait.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Hands in a line's result; empty for a line that has none.</summary>
    public void Write(long number, ReadOnlySpan<byte> result)
    {
        lock (_lock)
        {
            if (number != _next)
            {
                _early[number % _early.Length] = result.ToArray();
                _done[number % _done.Length] = true;
                return;
            }

            Append(result);
            _next++;
            for (var slot = _next % _early.Length; _done[slot]; slot = _next % _early.Length)
            {
                Append(_early[slot]);
                (_early[slot], _done[slot]) = (null, false);
                _next++;
            }

            if (_moved is { } moved)
            {
                _moved = null;
                moved.SetResult();
            }
        }
    }

    /// <summary>Writes what is ready to the stream.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_length > 0)
            {
                stream.Write(_pending, 0, _length);
                stream.Flush();
                _length = 0;
            }
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _pending.Length)
        {
            Flush();
            if (bytes.Length > _pending.Length)
            {
                stream.Write(bytes);
                return;
            }
        }

        bytes.CopyTo(_pending.AsSpan(_length));
        _length += bytes.Length;
        if (_length >= FlushAt)
        {
            Flush();
        }
    }
}
