using System.Globalization;
using System.Text;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Numbers in the text form of Prometheus.</summary>
internal sealed class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public void Counter(string name, string help, long value) => Add(name, "counter", help, ("", value));

    public void Gauge(string name, string help, long value) => Add(name, "gauge", help, ("", value));

    /// <summary>A counter for each set of labels.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it counts.</param>
    /// <param name="values">Labels, as <c>action="identify"</c>, and what was counted.</param>
    public void Counters(string name, string help, params IEnumerable<(string Labels, long Value)> values) =>
        Add(name, "counter", help, values.Select(v => ("{" + v.Labels + "}", v.Value)));

    public override string ToString() => _text.ToString();

    private void Add(string name, string type, string help, params IEnumerable<(string Labels, long Value)> values)
    {
        _text.Append(CultureInfo.InvariantCulture, $"# HELP customerio_{name} {help}\n# TYPE customerio_{name} {type}\n");
        foreach (var (labels, value) in values)
        {
            _text.Append(CultureInfo.InvariantCulture, $"customerio_{name}{labels} {value}\n");
        }
    }
}
