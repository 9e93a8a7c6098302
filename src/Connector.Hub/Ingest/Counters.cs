using CustomerIo.Connector.Hub.Listening;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>What happened since the start.</summary>
internal sealed class Counters
{
    private long _received,
        _delivered,
        _skipped,
        _deadLettered,
        _retries,
        _refusedRequests,
        _forgotten;

    /// <summary>Why delivery waits; null while it goes on.</summary>
    public volatile string? Waiting;

    public void Received(int n) => Interlocked.Add(ref _received, n);

    public void Delivered(int n) => Interlocked.Add(ref _delivered, n);

    public void Skipped(int n) => Interlocked.Add(ref _skipped, n);

    public void DeadLettered(int n) => Interlocked.Add(ref _deadLettered, n);

    public void Forgot(int n) => Interlocked.Add(ref _forgotten, n);

    public void Retried() => Interlocked.Increment(ref _retries);

    public void RefusedRequest() => Interlocked.Increment(ref _refusedRequests);

    /// <summary>Adds all of it, and what the store holds.</summary>
    public void AddTo(PrometheusText text, long queued, long dead, long aside)
    {
        text.Counter("ingest_received_total", "Events stored since the start.", Interlocked.Read(ref _received));
        text.Counter("ingest_delivered_total", "Events that Customer.io accepted since the start.", Interlocked.Read(ref _delivered));
        text.Counter(
            "ingest_skipped_total",
            "Events whose integrations or consents keep them from Customer.io, since the start.",
            Interlocked.Read(ref _skipped)
        );
        text.Counter("ingest_dead_lettered_total", "Events refused since the start.", Interlocked.Read(ref _deadLettered));
        text.Counter("ingest_dead_letters_forgotten_total", "Dead letters beyond the bounds, no longer kept.", Interlocked.Read(ref _forgotten));
        text.Counter("ingest_retries_total", "Times that delivery stopped, waited and tried again.", Interlocked.Read(ref _retries));
        text.Counter("ingest_refused_requests_total", "Requests answered with an error.", Interlocked.Read(ref _refusedRequests));
        text.Gauge("ingest_queued", "Events that wait for delivery.", queued);
        text.Gauge("ingest_dead_letters", "Refused events that are kept.", dead);
        text.Gauge(
            "ingest_set_aside",
            "Events that wait because Customer.io fails at them or at an earlier one of their person, while it takes others.",
            aside
        );
        text.Gauge("ingest_waiting", "1 while delivery waits for Customer.io.", Waiting is null ? 0 : 1);
    }
}
