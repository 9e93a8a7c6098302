namespace CustomerIo.Connector.Batching;

/// <summary>Lines of a file or of stdin, handed to many workers; never more than a block and the longest line in memory.</summary>
internal sealed class LineSource(Stream stream) : IDisposable
{
    /// <summary>A longer line is reported and passed over: 16 MiB.</summary>
    public const int Longest = 16 << 20;

    private readonly Lock _lock = new();
    private byte[] _block = new byte[128 << 10];
    private int _start,
        _scanned,
        _end;
    private bool _ended,
        _skipping;
    private Task? _refill;
    private long _number;

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Takes the next line into the worker's own buffer.</summary>
    /// <returns>False at the end.</returns>
    public async ValueTask<bool> ReadAsync(Line line, CancellationToken ct)
    {
        while (true)
        {
            Task refill;
            lock (_lock)
            {
                // While one worker refills, the block is not to be touched.
                if (_refill is null)
                {
                    if (TryTake(line))
                    {
                        return true;
                    }

                    if (_ended)
                    {
                        return false;
                    }
                }

                refill = _refill ??= RefillAsync(ct);
            }

            await refill.ConfigureAwait(false);
        }
    }

    public void Dispose() => stream.Dispose();

    private bool TryTake(Line line)
    {
        var at = _block.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        var last = at < 0 && _ended && _end > _start;
        if (at < 0 && !last)
        {
            _scanned = _end;
            return false;
        }

        var stop = last ? _end : _scanned + at;
        line.Number = ++_number;
        // Of a file, one read may bring the whole of a line that is too long.
        line.TooLong = _skipping || stop - _start > Longest;
        _skipping = false;
        line.Set(line.TooLong ? [] : _block.AsSpan(_start, stop - _start));
        _start = _scanned = last ? _end : stop + 1;
        return true;
    }

    private async Task RefillAsync(CancellationToken ct)
    {
        // Runs outside the lock, but alone: the others wait for this task.
        await Task.Yield();
        if (_end - _start > Longest)
        {
            _skipping = true;
            _start = _scanned = _end;
        }

        if (_start > 0)
        {
            _block.AsSpan(_start, _end - _start).CopyTo(_block);
            (_scanned, _end, _start) = (_scanned - _start, _end - _start, 0);
        }

        if (_end == _block.Length)
        {
            Array.Resize(ref _block, _block.Length * 2);
        }

        // A pipe that gives nothing does not look at the token.
        var read = await stream.ReadAsync(_block.AsMemory(_end), ct).AsTask().WaitAsync(ct).ConfigureAwait(false);
        lock (_lock)
        {
            Position += read;
            _end += read;
            _ended = read == 0;
            _refill = null;
        }
    }
}

/// <summary>One line, in a buffer that its worker keeps.</summary>
internal sealed class Line
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public long Number { get; set; }

    /// <summary>The line was passed over, and nothing of it is here.</summary>
    public bool TooLong { get; set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public bool IsBlank => Bytes.Trim(" \t\r"u8).IsEmpty;

    public void Set(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < bytes.Length)
        {
            _bytes = new byte[bytes.Length * 2];
        }

        bytes.CopyTo(_bytes);
        _length = bytes.Length;
    }
}
