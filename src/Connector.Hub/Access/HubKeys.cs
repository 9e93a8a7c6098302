using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Pipelines.Stores;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>A key of the hub, as it is kept.</summary>
/// <param name="Rights">Its name, and what it allows.</param>
/// <param name="Made">When it was made.</param>
internal sealed record HubKey(Rights Rights, DateTimeOffset Made);

/// <summary>The keys that callers of the hub have: kept as hashes, with what each allows. Changes hold from the next request on.</summary>
internal sealed class HubKeys : IAsyncDisposable
{
    public const string FileName = "hub.db";

    private const string Prefix = "ciohub_";
    private const int IdLength = 12;
    private const string Columns = "name, groups, readonly, made, hash";
    private const string Tables = """
        CREATE TABLE key (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, groups TEXT, readonly INTEGER NOT NULL, made INTEGER NOT NULL,
            hash BLOB NOT NULL);
        """;

    // Stands in for the hash of a key that is not there, so that it takes as long to refuse.
    private static readonly byte[] s_none = new byte[SHA256.HashSizeInBytes];
    private readonly SqliteFile _file;

    private HubKeys(SqliteFile file) => _file = file;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file cannot be used.</exception>
    public static HubKeys Open(string data) => new(SqliteFile.Open(Path.Combine(data, FileName), Tables));

    /// <summary>Makes a key and returns it; what is kept does not tell it any more.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is one of that name.</exception>
    public async Task<string> AddAsync(Rights rights, DateTimeOffset now)
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        var key = $"{Prefix}{id}_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";
        try
        {
            await _file
                .WriteAsync(c =>
                    c.Execute(
                        "INSERT INTO key VALUES (@0, @1, @2, @3, @4, @5)",
                        id,
                        rights.Name,
                        rights.Groups is null ? null : string.Join(',', rights.Groups),
                        rights.IsReadOnly ? 1 : 0,
                        now.ToUnixTimeSeconds(),
                        Hash(key)
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

    /// <summary>Takes a key away; whether there was one of that name.</summary>
    public Task<bool> RemoveAsync(string name) => _file.WriteAsync(c => c.Execute("DELETE FROM key WHERE name = @0", name) > 0);

    /// <summary>All keys, in the order of their names.</summary>
    public IReadOnlyList<HubKey> All()
    {
        using var connection = _file.Read();
        return connection.Query(Read, $"SELECT {Columns} FROM key ORDER BY name");
    }

    /// <summary>Whether there is a key at all.</summary>
    public bool Any()
    {
        using var connection = _file.Read();
        return connection.Value("SELECT 1 FROM key LIMIT 1") is not null;
    }

    /// <summary>What a key allows; null when there is no such key.</summary>
    public Rights? Find(string key)
    {
        var id = key.StartsWith(Prefix, StringComparison.Ordinal) && key.Length > Prefix.Length + IdLength ? key.Substring(Prefix.Length, IdLength) : "";
        using var connection = _file.Read();
        var found = connection.Query(r => (Key: Read(r), Hash: r.GetFieldValue<byte[]>(4)), $"SELECT {Columns} FROM key WHERE id = @0", id);
        var (kept, hash) = found is [var one] ? (one.Key, one.Hash) : (null, s_none);
        return CryptographicOperations.FixedTimeEquals(Hash(key), hash) ? kept?.Rights : null;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private const int UniqueViolation = 2067;

    private static HubKey Read(DbDataReader row) =>
        new(
            new Rights(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1).Split(','), row.GetInt64(2) != 0),
            DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(3))
        );

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
