namespace CustomerIo.Connector.Sandbox;

/// <summary>The newest requests: at most 10,000 and 64 MB of bodies; the total is never lost.</summary>
internal sealed class Recorder(TimeProvider time)
{
    private const int MostRequests = 10_000;
    private const long MostBytes = 64 << 20;
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
            bytes += body.Length;
            while (kept.Count > MostRequests || (bytes > MostBytes && kept.Count > 1))
            {
                bytes -= kept.Dequeue().Bytes;
            }
            return request;
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
