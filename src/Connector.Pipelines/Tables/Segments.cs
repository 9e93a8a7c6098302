using CustomerIo.Connector.Actions.Segments;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>Finds segments by name, with one request for all of them.</summary>
internal sealed class Segments(CustomerIoConnector connector, Connection connection)
{
    private JObject[]? _all;

    /// <summary>The number of a segment; digits are one already.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Rejected"/>: there is none of that name, or several, or it is of the wrong kind.</exception>
    public async Task<string> NumberAsync(string segment, SegmentUse use, CancellationToken ct)
    {
        if (segment.All(char.IsAsciiDigit))
        {
            return segment;
        }

        _all ??= [.. ((JArray)(await connector.RunAsync("list-segments", [], connection, null, ct).ConfigureAwait(false)).Data["segments"]!).OfType<JObject>()];
        return SegmentName.Find(segment.Trim(), _all, use)
            ?? throw new ConnectorException(
                FailureKind.Rejected,
                use == SegmentUse.Any
                    ? $"There is no segment called \"{segment}\". Check the name, or give its number."
                    : $"There is no manual segment called \"{segment}\". Create it in Customer.io, or with: connector run create-segment"
            );
    }
}
