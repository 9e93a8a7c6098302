using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Metrics in the text form of Prometheus, named by the rules that OpenTelemetry's own exporters follow.</summary>
internal sealed class PrometheusText : BaseExporter<Metric>
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>What was collected last.</summary>
    public string Text { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var metrics = new List<(string Name, Metric Metric)>();
        foreach (var metric in batch)
        {
            metrics.Add((NameOf(metric), metric));
        }

        var text = new StringBuilder();
        foreach (var (name, metric) in metrics.OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            Add(text, name, metric);
        }

        Text = text.ToString();
        return ExportResult.Success;
    }

    /// <summary>The name that a metric has here: <c>customerio_run_duration_seconds</c> of <c>customerio.run.duration</c> in seconds.</summary>
    public static string NameOf(Metric metric) => NameOf(metric.Name, metric.Unit, IsCounter(metric));

    /// <summary>The name that an instrument has here.</summary>
    public static string NameOf(string name, string? unit, bool isCounter) => Plain(name) + (unit == "s" ? "_seconds" : "") + (isCounter ? "_total" : "");

    private static bool IsCounter(Metric metric) => metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;

    private static void Add(StringBuilder text, string name, Metric metric)
    {
        var isHistogram = metric.MetricType == MetricType.Histogram;
        var type =
            isHistogram ? "histogram"
            : IsCounter(metric) ? "counter"
            : "gauge";
        var series = new List<(string Labels, string Lines)>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point);
            series.Add((labels, isHistogram ? Histogram(name, labels, point) : $"{name}{Braced(labels)} {Value(metric, point)}\n"));
        }

        if (series.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Escaped(metric.Description, isLabel: false)}\n# TYPE {name} {type}\n");
            text.AppendJoin("", series.OrderBy(s => s.Labels, StringComparer.Ordinal).Select(s => s.Lines));
        }
    }

    private static string Histogram(string name, string labels, in MetricPoint point)
    {
        var text = new StringBuilder();
        var below = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = $"le=\"{Number(bucket.ExplicitBound)}\"";
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{Braced(labels.Length > 0 ? $"{labels},{bound}" : bound)} {below}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{name}_sum{Braced(labels)} {Number(point.GetHistogramSum())}\n")
            .Append(CultureInfo.InvariantCulture, $"{name}_count{Braced(labels)} {point.GetHistogramCount()}\n")
            .ToString();
    }

    private static string Value(Metric metric, in MetricPoint point) =>
        metric.MetricType switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong().ToString(CultureInfo.InvariantCulture),
            MetricType.LongGauge => point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture),
            MetricType.DoubleGauge => Number(point.GetGaugeLastValueDouble()),
            _ => Number(point.GetSumDouble()),
        };

    private static string Labels(in MetricPoint point)
    {
        var labels = new List<string>();
        foreach (var (name, value) in point.Tags)
        {
            labels.Add($"{Plain(name)}=\"{Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", isLabel: true)}\"");
        }

        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static string Braced(string labels) => labels.Length > 0 ? "{" + labels + "}" : "";

    private static string Plain(string name) => name.Replace('.', '_');

    private static string Escaped(string text, bool isLabel)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString(CultureInfo.InvariantCulture);
}
