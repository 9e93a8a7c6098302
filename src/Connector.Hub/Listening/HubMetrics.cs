using System.Diagnostics.Metrics;
using CustomerIo.Connector.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>What one hub counts, beside what the connector measures in this process; shown as text, and exported by whoever listens to the meter.</summary>
internal sealed class HubMetrics : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PrometheusText _text = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;

    public HubMetrics()
    {
        Meter = new Meter(new MeterOptions(Telemetry.Name) { Version = Telemetry.Version, Scope = this });
        _reader = new BaseExportingMetricReader(_text);

        // The environment says what is exported, and not what a hub shows.
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()))
            .AddMeter(Telemetry.Name)
            .AddView(OfThisHub)
            .AddReader(_reader)
            .Build();
    }

    /// <summary>Takes the instruments of the parts.</summary>
    public Meter Meter { get; }

    /// <summary>All of it now, for Prometheus.</summary>
    public string Read()
    {
        lock (_gate)
        {
            _reader.Collect();
            return _text.Text;
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        _reader.Dispose();
        _text.Dispose();
        Meter.Dispose();
    }

    private MetricStreamConfiguration? OfThisHub(Instrument instrument) =>
        instrument.Meter.Scope is HubMetrics other && other != this ? MetricStreamConfiguration.Drop : null;
}
