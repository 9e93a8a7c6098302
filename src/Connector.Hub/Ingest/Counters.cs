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

    /// <summary>How many were delivered, left out and refused since the start.</summary>
    public (long Delivered, long Skipped, long DeadLettered) Ended =>
        (Interlocked.Read(ref _delivered), Interlocked.Read(ref _skipped), Interlocked.Read(ref _deadLettered));

    /// <summary>Why delivery waits; null while it goes on.</summary>
    public volatile string? Waiting;

    /// <summary>Whether this process delivers; where several share a queue, one of them does.</summary>
    public volatile bool Delivers;

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
        const string Prefix = "customerio.ingest.";
        AddTo(meter, Prefix, "Events stored since the start.");
        Count(meter, Prefix, "dead_letters_forgotten", () => Interlocked.Read(ref _forgotten), "{event}", "Dead letters beyond the bounds, no longer kept.");
        Count(meter, Prefix, "refused_requests", () => Interlocked.Read(ref _refusedRequests), "{request}", "Requests answered with an error.");
        Have(meter, Prefix, "queued", () => store.Counts().Queued, "Events that wait for delivery.");
        Have(meter, Prefix, "dead_letters", () => store.Counts().Dead, "Refused events that are kept.");
        Have(
            meter,
            Prefix,
            "set_aside",
            () => store.Summary().Count,
            "Events that wait because Customer.io fails at them or at an earlier one of their person, while it takes others."
        );
        meter.CreateObservableGauge(
            Prefix + "delivers",
            () => Delivers ? 1 : 0,
            "{delivery}",
            "1 while this process delivers; of several that share a queue, one does."
        );
        meter.CreateObservableGauge(Prefix + "lag", () => store.Lag(time.GetUtcNow()).TotalSeconds, "s", "How long the oldest event waits.");
    }

    /// <summary>Adds what is counted of events that a broker gives out.</summary>
    /// <param name="meter">Takes it.</param>
    /// <param name="held">How many are taken and not acknowledged.</param>
    public void AddTo(Meter meter, Func<long> held)
    {
        const string Prefix = "customerio.consume.";
        AddTo(meter, Prefix, "Messages taken from the broker since the start, those that came again included.");
        Have(meter, Prefix, "held", held, "Messages that are taken and not acknowledged yet.");
    }

    private void AddTo(Meter meter, string prefix, string received)
    {
        Count(meter, prefix, "received", () => Interlocked.Read(ref _received), "{event}", received);
        Count(meter, prefix, "delivered", () => Interlocked.Read(ref _delivered), "{event}", "Events that Customer.io accepted since the start.");
        Count(
            meter,
            prefix,
            "skipped",
            () => Interlocked.Read(ref _skipped),
            "{event}",
            "Events whose integrations or consents keep them from Customer.io, since the start."
        );
        Count(meter, prefix, "dead_lettered", () => Interlocked.Read(ref _deadLettered), "{event}", "Events refused since the start.");
        Count(meter, prefix, "retries", () => Interlocked.Read(ref _retries), "{retry}", "Times that delivery stopped, waited and tried again.");
        meter.CreateObservableGauge(prefix + "waiting", () => Waiting is null ? 0 : 1, "{wait}", "1 while delivery waits for Customer.io.");
    }

    private static void Count(Meter meter, string prefix, string name, Func<long> value, string unit, string description) =>
        meter.CreateObservableCounter(prefix + name, value, unit, description);

    private static void Have(Meter meter, string prefix, string name, Func<long> value, string description) =>
        meter.CreateObservableUpDownCounter(prefix + name, value, "{event}", description);
}
