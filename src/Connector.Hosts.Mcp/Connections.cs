using System.Collections.Concurrent;
using System.Security.Cryptography;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Finds a call's connection: the one it carries, else the environment's. Never a mixture.</summary>
/// <remarks>The same text gives the same object, so that what the core remembers of a connection serves the next call.</remarks>
/// <param name="environment">The connection of calls that carry none.</param>
internal sealed class Connections(Func<Connection> environment)
{
    private const int Most = 1024;
    private readonly Lazy<Connection> _environment = new(environment, LazyThreadSafetyMode.PublicationOnly);
    private readonly ConcurrentDictionary<UInt128, Connection> _known = new();

    /// <summary>The environment's.</summary>
    public Connection Environment => _environment.Value;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it cannot be read.</exception>
    public Connection Of(CallParts call)
    {
        if (call.Connection is not { } text)
        {
            return _environment.Value;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        var key = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_known.Count >= Most)
        {
            // Making one again costs microseconds, and the core keeps region and rate by the keys themselves.
            _known.Clear();
        }

        return _known.GetOrAdd(key, Parse(text));
    }

    private static Connection Parse(byte[] text)
    {
        JObject json;
        try
        {
            // Also null: a host that meant to name a workspace must not reach another one.
            json = ConnectorJson.Parse(text) as JObject ?? throw new FormatException("It must be an object.");
        }
        catch (FormatException e)
        {
            throw new ConnectorException(FailureKind.Connection, $"The call's _meta[\"customerio/connection\"] cannot be read. {e.Message}");
        }

        return Connection.FromJson(json);
    }
}
