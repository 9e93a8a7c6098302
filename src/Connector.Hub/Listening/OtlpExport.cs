using CustomerIo.Connector.Api;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Spans and metrics of this process, exported by OTLP where the environment says so; an endpoint that is away holds nothing up.</summary>
internal sealed class OtlpExport : IAsyncDisposable
{
    /// <summary>Where both are sent, as OpenTelemetry calls it.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Name of the service where the environment has none.</summary>
    public const string Service = "customerio-connector";

    /// <summary>How long the end of a command waits for its last spans to arrive.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const string Traces = "TRACES",
        Metrics = "METRICS",
        Http = "http/protobuf";

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private OtlpExport(Func<string, string?> read, bool traces, bool metrics)
    {
        _traces = traces
            ? Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(Resource())
                .AddSource(Telemetry.Name, RequestSpans.Source)
                .AddOtlpExporter(o => Set(o, read, Traces))
                .Build()
            : null;
        _metrics = metrics
            ? Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource()).AddMeter(Telemetry.Name).AddOtlpExporter(o => Set(o, read, Metrics)).Build()
            : null;
    }

    /// <summary>Begins to export; null where the environment names no endpoint, or none that can be used, which is said.</summary>
    /// <param name="read">Reads a variable.</param>
    /// <param name="say">Takes a sentence for people.</param>
    public static OtlpExport? Begin(Func<string, string?> read, Action<string> say)
    {
        if (bool.TryParse(read("OTEL_SDK_DISABLED"), out var isDisabled) && isDisabled)
        {
            return null;
        }

        var told = new HashSet<string>(StringComparer.Ordinal);
        var (traces, metrics) = (IsWanted(Traces), IsWanted(Metrics));
        try
        {
            return traces || metrics ? new OtlpExport(read, traces, metrics) : null;
        }
        catch (Exception e)
        {
            // What the SDK throws at depends on the variable, and its words can hold what the variable does.
            say($"A variable whose name begins with OTEL_ cannot be used ({e.GetType().Name}), so nothing is exported.");
            return null;
        }

        bool IsWanted(string signal)
        {
            var given = new[] { EndpointOf(signal), EndpointVariable }.FirstOrDefault(name => !string.IsNullOrWhiteSpace(read(name)));
            if (given is null || read($"OTEL_{signal}_EXPORTER")?.Trim() is not (null or "" or "otlp"))
            {
                return false;
            }

            if (!Uri.TryCreate(read(given), UriKind.Absolute, out var endpoint) || endpoint is not { Scheme: "http" or "https", Host.Length: > 0 })
            {
                return Not(given, "is no http or https address");
            }

            // The SDK would pass over it and speak gRPC.
            foreach (var name in (string[])[ProtocolOf(signal), "OTEL_EXPORTER_OTLP_PROTOCOL"])
            {
                if (read(name)?.Trim() is not (null or "" or "grpc" or Http))
                {
                    return Not(name, "must be grpc or http/protobuf");
                }
            }

            return true;

            bool Not(string name, string why)
            {
                if (told.Add(name))
                {
                    say(
                        $"{name} {why}, so {(name.Contains(signal, StringComparison.Ordinal) ? $"no {signal.ToLowerInvariant()} are" : "nothing is")} exported."
                    );
                }

                return false;
            }
        }
    }

    /// <summary>Sends what has not been sent yet, as long as that takes no longer than <see cref="Patience"/>.</summary>
    public Task FlushAsync() => WithinPatienceAsync((traces, most) => traces.ForceFlush(most), (metrics, most) => metrics.ForceFlush(most));

    public async ValueTask DisposeAsync() =>
        await WithinPatienceAsync((traces, most) => traces.Shutdown(most), (metrics, most) => metrics.Shutdown(most)).ConfigureAwait(false);

    // Each waits as long as the exporter does for an answer, whatever limit it is given.
    private async Task WithinPatienceAsync(Func<TracerProvider, int, bool> traces, Func<MeterProvider, int, bool> metrics)
    {
        var most = (int)Patience.TotalMilliseconds;
        var ended = Task.WhenAll(Task.Run(() => _traces is not null && traces(_traces, most)), Task.Run(() => _metrics is not null && metrics(_metrics, most)));
        await Task.WhenAny(ended, Task.Delay(Patience, TimeProvider.System)).ConfigureAwait(false);
    }

    // The SDK reads what holds for both alone.
    private static void Set(OtlpExporterOptions options, Func<string, string?> read, string signal)
    {
        if (read(EndpointOf(signal)) is { } endpoint && !string.IsNullOrWhiteSpace(endpoint))
        {
            options.Endpoint = new Uri(endpoint);
        }

        if (read(ProtocolOf(signal))?.Trim() is { Length: > 0 } protocol)
        {
            options.Protocol = protocol == Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        }
    }

    private static string EndpointOf(string signal) => $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";

    private static string ProtocolOf(string signal) => $"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL";

    // What the environment says of the service stands above this.
    private static ResourceBuilder Resource() =>
        ResourceBuilder.CreateEmpty().AddService(Service, serviceVersion: Telemetry.Version).AddTelemetrySdk().AddEnvironmentVariableDetector();
}
