using System.Diagnostics.Metrics;

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
    public void AddTo(Meter meter, EventStore store, TimeProvider time)
    {
        Count("received", () => Interlocked.Read(ref _received), "{event}", "Events stored since the start.");
        Count("delivered", () => Interlocked.Read(ref _delivered), "{event}", "Events that Customer.io accepted since the start.");
        Count("skipped", () => Interlocked.Read(ref _skipped), "{event}", "Events whose integrations or consents keep them from Customer.io, since the start.");
        Count("dead_lettered", () => Interlocked.Read(ref _deadLettered), "{event}", "Events refused since the start.");
        Count("dead_letters_forgotten", () => Interlocked.Read(ref _forgotten), "{event}", "Dead letters beyond the bounds, no longer kept.");
        Count("retries", () => Interlocked.Read(ref _retries), "{retry}", "Times that delivery stopped, waited and tried again.");
        Count("refused_requests", () => Interlocked.Read(ref _refusedRequests), "{request}", "Requests answered with an error.");
        Have("queued", () => store.Counts().Queued, "{event}", "Events that wait for delivery.");
        Have("dead_letters", () => store.Counts().Dead, "{event}", "Refused events that are kept.");
        Have(
            "set_aside",
            () => store.Summary().Count,
            "{event}",
            "Events that wait because Customer.io fails at them or at an earlier one of their person, while it takes others."
        );
        meter.CreateObservableGauge("customerio.ingest.waiting", () => Waiting is null ? 0 : 1, "{wait}", "1 while delivery waits for Customer.io.");
        meter.CreateObservableGauge("customerio.ingest.lag", () => store.Lag(time.GetUtcNow()).TotalSeconds, "s", "How long the oldest event waits.");

        void Count(string name, Func<long> value, string unit, string description) =>
            meter.CreateObservableCounter("customerio.ingest." + name, value, unit, description);

        void Have(string name, Func<long> value, string unit, string description) =>
            meter.CreateObservableUpDownCounter("customerio.ingest." + name, value, unit, description);
    }
}
