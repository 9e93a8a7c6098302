using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>The first operations of a dry run's first request, which are enough to see what a map does.</summary>
internal sealed class ImportSample
{
    private const int Most = 3;
    private JArray? _first;

    /// <summary>Those of the first request; empty when there was none.</summary>
    public IReadOnlyList<JToken> Operations => [.. (_first ?? []).Take(Most)];

    /// <summary>Takes a request's body; all but the first are passed over.</summary>
    public void Take(ReadOnlyMemory<byte> body) => Interlocked.CompareExchange(ref _first, (JArray)ConnectorJson.Parse(body.Span)["batch"]!, null);
}
