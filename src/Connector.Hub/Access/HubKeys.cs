using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Pipelines.Stores;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>A key of the hub, as it is kept.</summary>
/// <param name="Rights">Its name, and what it allows.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Connection">Name of the connection that it is bound to; null for none.</param>
internal sealed record HubKey(Rights Rights, DateTimeOffset Made, string? Connection);

/// <summary>The keys that callers of the hub have: kept as hashes, with what each allows. Changes hold from the next request on.</summary>
internal sealed class HubKeys : IAsyncDisposable
{
    public const string FileName = "hub.db";

    private const string Prefix = "ciohub_";
    private const int IdLength = 12;
    private const string Columns = "key.name, groups, readonly, key.made, key.id, connection";
    private const string Tables = """
        CREATE TABLE key (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, groups TEXT, readonly INTEGER NOT NULL, made INTEGER NOT NULL,
            hash BLOB NOT NULL);
        """;
    private const string WithConnections = """
        ALTER TABLE key ADD COLUMN connection TEXT;
        CREATE TABLE connection (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, owner TEXT, made INTEGER NOT NULL, sealed BLOB NOT NULL);
        """;

    // Stands in for the hash of a key that is not there, so that it takes as long to refuse.
    private static readonly byte[] s_none = new byte[SHA256.HashSizeInBytes];

    private HubKeys(SqliteFile file) => File = file;

    /// <summary>What it is kept in, together with the connections.</summary>
    public SqliteFile File { get; }

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file cannot be used.</exception>
    public static HubKeys Open(string data) => new(SqliteFile.Open(Path.Combine(data, FileName), Tables, WithConnections));

    /// <summary>Whether a text is made like a key, be it one or not.</summary>
    public static bool IsLike(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Makes a key and returns it; what is kept does not tell it any more.</summary>
    /// <param name="rights">Its name, and what it allows.</param>
    /// <param name="now">When it is made.</param>
    /// <param name="connection">Name of the connection that it is bound to; null for none.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is a key of that name, or no such connection.</exception>
    public async Task<string> AddAsync(Rights rights, DateTimeOffset now, string? connection = null)
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        var key = $"{Prefix}{id}_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";
        try
        {
            await File.WriteAsync(c =>
                    c.Execute(
                        "INSERT INTO key (id, name, groups, readonly, made, hash, connection) VALUES (@0, @1, @2, @3, @4, @5, @6)",
                        id,
                        rights.Name,
                        rights.Groups is null ? null : string.Join(',', rights.Groups),
                        rights.IsReadOnly ? 1 : 0,
                        now.ToUnixTimeSeconds(),
                        Hash(key),
                        connection is null ? null : HubConnections.IdFor(c, connection, key: null)
                    )
                )
                .ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode is UniqueViolation)
        {
            throw new ConnectorException(FailureKind.Input, $"There is a key {rights.Name} already. Remove it first, or choose another name.", inner: e);
        }

        return key;
    }

    /// <summary>Binds a key to a connection, or to none.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such key, or no such connection that it may use.</exception>
    public Task ConnectAsync(string name, string? connection) =>
        File.WriteAsync(c =>
        {
            var id = IdOf(c, name);
            c.Execute("UPDATE key SET connection = @1 WHERE id = @0", id, connection is null ? null : HubConnections.IdFor(c, connection, id));
        });

    /// <summary>Takes a key away, and the connections that are its alone.</summary>
    /// <returns>Names of those connections.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such key.</exception>
    public Task<IReadOnlyList<string>> RemoveAsync(string name) =>
        File.WriteAsync<IReadOnlyList<string>>(c =>
        {
            var id = IdOf(c, name);
            var own = c.Query(r => r.GetString(0), "SELECT name FROM connection WHERE owner = @0 ORDER BY name", id);
            c.Execute("DELETE FROM connection WHERE owner = @0", id);
            c.Execute("DELETE FROM key WHERE id = @0", id);
            return own;
        });

    /// <summary>All keys, in the order of their names.</summary>
    public IReadOnlyList<HubKey> All()
    {
        using var read = File.Read();
        return read.Query(
            r => new HubKey(Read(r), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(3)), r.IsDBNull(6) ? null : r.GetString(6)),
            $"SELECT {Columns}, connection.name FROM key LEFT JOIN connection ON connection.id = key.connection ORDER BY key.name"
        );
    }

    /// <summary>Whether there is a key at all.</summary>
    public bool Any()
    {
        using var connection = File.Read();
        return connection.Value("SELECT 1 FROM key LIMIT 1") is not null;
    }

    /// <summary>What a key allows; null when there is no such key.</summary>
    public Rights? Find(string key)
    {
        var id = IsLike(key) && key.Length > Prefix.Length + IdLength ? key.Substring(Prefix.Length, IdLength) : "";
        using var connection = File.Read();
        var found = connection.Query(r => (Rights: Read(r), Hash: r.GetFieldValue<byte[]>(6)), $"SELECT {Columns}, hash FROM key WHERE id = @0", id);
        var (kept, hash) = found is [var one] ? (one.Rights, one.Hash) : (null, s_none);
        return CryptographicOperations.FixedTimeEquals(Hash(key), hash) ? kept : null;
    }

    public ValueTask DisposeAsync() => File.DisposeAsync();

    /// <summary>What a key is kept under.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such key; the nearest is named.</exception>
    internal static string IdOf(DbConnection connection, string name) =>
        (string?)connection.Value("SELECT id FROM key WHERE name = @0", name)
        ?? throw NoSuch("key", name, connection.Query(r => r.GetString(0), "SELECT name FROM key"));

    /// <summary>Says that there is none of a name.</summary>
    internal static ConnectorException NoSuch(string what, string name, IEnumerable<string> known) =>
        new(
            FailureKind.Input,
            $"There is no {what} {name}." + (Values.Names.Nearest(name.ToLowerInvariant(), known) is { } nearest ? $" Did you mean {nearest}?" : "")
        );

    internal const int UniqueViolation = 2067;

    private static Rights Read(DbDataReader row) =>
        new(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1).Split(','), row.GetInt64(2) != 0)
        {
            KeyId = row.GetString(4),
            ConnectionId = row.IsDBNull(5) ? null : row.GetString(5),
        };

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
