using System.Collections.Concurrent;
using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.OpenApi;

namespace CustomerIo.Connector.Hub.OpenApi;

/// <summary>The OpenAPI documents that callers get: each is written once for those who may run the same actions.</summary>
internal sealed class ApiDocuments(Catalogue catalogue)
{
    /// <summary>How many are kept: keys differ in few ways, and a hub has few names.</summary>
    private const int MostKept = 32;

    private readonly ConcurrentDictionary<(string Actions, string Origin, OpenApiSpecVersion Version), Lazy<Task<byte[]>>> _kept = new();

    /// <summary>A document as UTF-8.</summary>
    /// <param name="actions">The actions that the caller may run.</param>
    /// <param name="origin">By which the caller reached the hub.</param>
    /// <param name="version">The version of OpenAPI.</param>
    public Task<byte[]> ReadAsync(IReadOnlyList<ActionManifest> actions, string origin, OpenApiSpecVersion version)
    {
        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }

        return _kept
            .GetOrAdd(
                (string.Join(',', actions.Select(a => a.Id)), origin, version),
                _ => new Lazy<Task<byte[]>>(async () => Encoding.UTF8.GetBytes(await WriteAsync(catalogue, actions, origin, version).ConfigureAwait(false)))
            )
            .Value;
    }

    /// <summary>Writes a document anew.</summary>
    public static async Task<string> WriteAsync(Catalogue catalogue, IReadOnlyList<ActionManifest> actions, string origin, OpenApiSpecVersion version)
    {
        var written = await ApiModel
            .Of(catalogue, actions, new Uri(origin), version)
            .SerializeAsJsonAsync(version, CancellationToken.None)
            .ConfigureAwait(false);
        if (version != OpenApiSpecVersion.OpenApi2_0)
        {
            return written;
        }

        var document = ConnectorJson.ParseObject(written);
        SharedSchemas.Hoist(document);
        return ConnectorJson.ToText(document);
    }
}
