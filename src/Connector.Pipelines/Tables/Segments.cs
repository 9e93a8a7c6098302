using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>Finds manual segments by name, with one request for all of them.</summary>
internal sealed class Segments(CustomerIoConnector connector, Connection connection)
{
    private JObject[]? _all;

    /// <summary>The number of a segment; digits are one already.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Rejected"/>: there is none of that name, or several.</exception>
    public async Task<string> NumberAsync(string segment, CancellationToken ct)
    {
        if (segment.All(char.IsAsciiDigit))
        {
            return segment;
        }

        _all ??=
        [
            .. ((JArray)(await connector.RunAsync("list-segments", [], connection, null, ct).ConfigureAwait(false)).Data["segments"]!)
                .OfType<JObject>()
                .Where(s => (string?)s["type"] != "dynamic"),
        ];
        var found = Named(segment, StringComparison.Ordinal) is { Length: > 0 } exact ? exact : Named(segment, StringComparison.OrdinalIgnoreCase);
        return found.Length == 1
            ? ConnectorJson.ScalarText(found[0]["id"]!)
            : throw new ConnectorException(
                FailureKind.Rejected,
                found.Length == 0
                    ? $"There is no manual segment called \"{segment}\". Create it in Customer.io, or with: connector run create-segment"
                    : $"{found.Length} manual segments are called \"{segment}\". Give the number of the one you mean."
            );
    }

    private JObject[] Named(string name, StringComparison comparison) =>
        [.. _all!.Where(s => string.Equals(((string?)s["name"])?.Trim(), name.Trim(), comparison))];
}
