namespace CustomerIo.Connector.Sandbox;

/// <summary>The newest requests: at most 10,000 and 64 MB; of a refused one the first 64 kB of its body. The total is never lost.</summary>
internal sealed class Recorder(TimeProvider time)
{
    private const int MaxRequests = 10_000;
    private const long MaxBytes = 64 << 20;
    private const int MaxOfRefused = 64 << 10;
    private readonly Lock gate = new();
    private readonly Queue<RecordedRequest> kept = new();
    private long bytes;
    private long total;

    /// <summary>How many requests arrived since the start or the last reset.</summary>
    public long Total => Interlocked.Read(ref total);

    public RecordedRequest Add(string method, string path, byte[] body, string? contentType, string? userAgent)
    {
        lock (gate)
        {
            var request = new RecordedRequest(++total, time.GetUtcNow(), method, path, body) { ContentType = contentType, UserAgent = userAgent };
            kept.Enqueue(request);
            bytes += request.Kept;
            Bound();
            return request;
        }
    }

    /// <summary>Notes how a request was answered.</summary>
    public void Answered(RecordedRequest request, Answer answer)
    {
        lock (gate)
        {
            var before = request.Kept;
            request.End(
                answer.Status,
                answer.Status is 207 or >= 400 ? System.Text.Encoding.UTF8.GetString(answer.Body) : null,
                answer.Status >= 400 ? MaxOfRefused : int.MaxValue
            );
            // Not one that was let go meanwhile.
            if (kept.TryPeek(out var oldest) && oldest.Number <= request.Number)
            {
                bytes += request.Kept - before;
                Bound();
            }
        }
    }

    private void Bound()
    {
        while (kept.Count > MaxRequests || (bytes > MaxBytes && kept.Count > 1))
        {
            bytes -= kept.Dequeue().Kept;
        }
    }

    /// <summary>What is kept, oldest first.</summary>
    public IReadOnlyList<RecordedRequest> Snapshot()
    {
        lock (gate)
        {
            return [.. kept];
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            kept.Clear();
            (bytes, total) = (0, 0);
        }
    }
}
