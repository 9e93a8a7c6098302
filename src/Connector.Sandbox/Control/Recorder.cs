namespace CustomerIo.Connector.Sandbox;

/// <summary>The newest requests: at most 10,000 and 64 MB; of a refused one the first 64 kB of its body. The total is never lost.</summary>
internal sealed class Recorder(TimeProvider time)
{
    private const int MaxRequests = 10_000;
    private const long MaxBytes = 64 << 20;
    private const int MaxOfRefused = 64 << 10;
    private readonly Lock _gate = new();
    private readonly Queue<RecordedRequest> _kept = new();
    private long _bytes;
    private long _total;

    /// <summary>How many requests arrived since the start or the last reset.</summary>
    public long Total => Interlocked.Read(ref _total);

    public RecordedRequest Add(string method, string path, byte[] body, string? contentType, string? userAgent)
    {
        lock (_gate)
        {
            var request = new RecordedRequest(++_total, time.GetUtcNow(), method, path, body) { ContentType = contentType, UserAgent = userAgent };
            _kept.Enqueue(request);
            _bytes += request.Kept;
            Bound();
            return request;
        }
    }

    /// <summary>Notes how a request was answered.</summary>
    public void Answered(RecordedRequest request, SandboxResponse answer)
    {
        lock (_gate)
        {
            var before = request.Kept;
            request.End(
                answer.Status,
                answer.Status is 207 or >= 400 ? System.Text.Encoding.UTF8.GetString(answer.Body) : null,
                answer.Status >= 400 ? MaxOfRefused : int.MaxValue
            );
            // Not one that was let go meanwhile.
            if (_kept.TryPeek(out var oldest) && oldest.Number <= request.Number)
            {
                _bytes += request.Kept - before;
                Bound();
            }
        }
    }

    private void Bound()
    {
        while (_kept.Count > MaxRequests || (_bytes > MaxBytes && _kept.Count > 1))
        {
            _bytes -= _kept.Dequeue().Kept;
        }
    }

    /// <summary>What is kept, oldest first.</summary>
    public IReadOnlyList<RecordedRequest> Snapshot()
    {
        lock (_gate)
        {
            return [.. _kept];
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _kept.Clear();
            (_bytes, _total) = (0, 0);
        }
    }
}
