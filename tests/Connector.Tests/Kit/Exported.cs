using System.Diagnostics;
using CustomerIo.Connector.Api;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace CustomerIo.Connector.Tests.Kit;

/// <summary>The spans and metrics of whatever runs while it lives, kept by OpenTelemetry's own exporters.</summary>
internal sealed class Exported : IDisposable
{
    private readonly List<Activity> _spans = [];
    private readonly List<MetricSnapshot> _metrics = [];
    private readonly TracerProvider _traces;
    private readonly MeterProvider _meters;

    public Exported()
    {
        _traces = Sdk.CreateTracerProviderBuilder().AddSource(Telemetry.Name).AddInMemoryExporter(_spans).Build();
        _meters = Sdk.CreateMeterProviderBuilder().AddMeter(Telemetry.Name).AddInMemoryExporter(_metrics).Build();
    }

    /// <summary>The spans that have ended, in that order.</summary>
    public IReadOnlyList<Activity> Spans => _spans;

    /// <summary>Each metric's values, one text each: <c>customerio.run.duration{customerio.action=identify} 1</c>, for durations their number.</summary>
    public IReadOnlyList<string> Metrics
    {
        get
        {
            _metrics.Clear();
            _meters.ForceFlush();
            var lines = new List<string>();
            foreach (var metric in _metrics)
            {
                foreach (var point in metric.MetricPoints)
                {
                    var tags = new List<string>();
                    foreach (var (name, value) in point.Tags)
                    {
                        tags.Add($"{name}={value}");
                    }

                    var count = metric.MetricType == MetricType.Histogram ? point.GetHistogramCount() : point.GetSumLong();
                    lines.Add($"{metric.Name}{{{string.Join(",", tags.Order(StringComparer.Ordinal))}}} {count}");
                }
            }

            return [.. lines.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Everything that a span tells, ids of traces and times left out.</summary>
    public static string Text(Activity span) =>
        string.Join(
            ' ',
            [
                span.Kind.ToString(),
                $"\"{span.DisplayName}\"",
                .. span.TagObjects.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}"),
                $"{span.Status}{(span.StatusDescription is { } why ? ": " + why : "")}",
                .. span.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags)}"),
                .. span.Links.Select(l => $"{l.Context} {string.Join(' ', l.Tags ?? [])}"),
                .. span.Baggage.Select(b => $"{b.Key}={b.Value}"),
            ]
        );

    public void Dispose()
    {
        _traces.Dispose();
        _meters.Dispose();
    }
}
