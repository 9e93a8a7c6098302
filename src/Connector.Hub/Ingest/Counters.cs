using System.Globalization;
using System.Text;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>What happened since the start, as Prometheus reads it.</summary>
internal sealed class Counters
{
    private long _received,
        _delivered,
        _deadLettered,
        _retries,
        _refusedRequests,
        _forgotten;

    /// <summary>Why delivery waits; null while it goes on.</summary>
    public volatile string? Waiting;

    public void Received(int n) => Interlocked.Add(ref _received, n);

    public void Delivered(int n) => Interlocked.Add(ref _delivered, n);

    public void DeadLettered(int n) => Interlocked.Add(ref _deadLettered, n);

    public void Forgot(int n) => Interlocked.Add(ref _forgotten, n);

    public void Retried() => Interlocked.Increment(ref _retries);

    public void RefusedRequest() => Interlocked.Increment(ref _refusedRequests);

    /// <summary>The text form of Prometheus.</summary>
    public string ToText(long queued, long dead, long aside)
    {
        var text = new StringBuilder();
        void Add(string name, string type, string help, long value) =>
            text.Append(
                CultureInfo.InvariantCulture,
                $"# HELP customerio_ingest_{name} {help}\n# TYPE customerio_ingest_{name} {type}\ncustomerio_ingest_{name} {value}\n"
            );
        Add("received_total", "counter", "Events stored since the start.", Interlocked.Read(ref _received));
        Add("delivered_total", "counter", "Events that Customer.io accepted since the start.", Interlocked.Read(ref _delivered));
        Add("dead_lettered_total", "counter", "Events refused since the start.", Interlocked.Read(ref _deadLettered));
        Add("dead_letters_forgotten_total", "counter", "Dead letters beyond the bounds, no longer kept.", Interlocked.Read(ref _forgotten));
        Add("retries_total", "counter", "Times that delivery stopped, waited and tried again.", Interlocked.Read(ref _retries));
        Add("refused_requests_total", "counter", "Requests answered with an error.", Interlocked.Read(ref _refusedRequests));
        Add("queued", "gauge", "Events that wait for delivery.", queued);
        Add("dead_letters", "gauge", "Refused events that are kept.", dead);
        Add("set_aside", "gauge", "Events that wait because Customer.io fails at them or at an earlier one of their person, while it takes others.", aside);
        Add("waiting", "gauge", "1 while delivery waits for Customer.io.", Waiting is null ? 0 : 1);
        return text.ToString();
    }
}
