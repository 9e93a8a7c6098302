using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>A connection of the hub, as it is kept.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Owner">Name of the key that alone may use it; null for all.</param>
/// <param name="Users">Names of the keys that are bound to it.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Connection">What it opens; null when the key ring does not.</param>
internal sealed record HubConnection(string Name, string? Owner, IReadOnlyList<string> Users, DateTimeOffset Made, Connection? Connection);

/// <summary>The connections that a hub keeps beside its own: encrypted, for all keys or for one. Changes hold from the next request on.</summary>
/// <param name="file">What they are kept in, together with the keys.</param>
/// <param name="ring">Encrypts them.</param>
/// <param name="instead">Makes of each connection the one that is used; null for itself.</param>
internal sealed class HubConnections(SqliteFile file, KeyRing ring, Func<string, Connection>? instead = null)
{
    private const int IdLength = 12,
        LongestShown = 64;
    private const string Columns = "connection.id, connection.name, connection.sealed";

    // Of one row one object, so that what the core remembers of it, such as its rate, serves the next call.
    private readonly ConcurrentDictionary<string, Opened> _opened = new(StringComparer.Ordinal);

    /// <summary>Keeps a connection.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fields">What it opens, with the keys of <c>manifest/connection.json</c>.</param>
    /// <param name="owner">Name of the key that alone may use it; null for all.</param>
    /// <param name="now">When it is made.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is one of that name, no such key, or the key ring cannot be
    /// used.</exception>
    public async Task AddAsync(string name, JObject fields, string? owner, DateTimeOffset now)
    {
        Check();
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        var sealedFields = Seal(id, name, fields);
        try
        {
            await file.WriteAsync(c =>
                    c.Execute(
                        "INSERT INTO connection (id, name, owner, made, sealed) VALUES (@0, @1, @2, @3, @4)",
                        id,
                        name,
                        owner is null ? null : HubKeys.IdOf(c, owner),
                        now.ToUnixTimeSeconds(),
                        sealedFields
                    )
                )
                .ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode is HubKeys.UniqueViolation)
        {
            throw Taken(name, "add it with --replace", e);
        }
    }

    /// <summary>Gives a connection other fields; who may use it stays.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is none of that name.</exception>
    public Task ReplaceAsync(string name, JObject fields)
    {
        Check(but: name);
        return file.WriteAsync(c =>
        {
            var id = IdOf(c, name);
            c.Execute("UPDATE connection SET sealed = @1 WHERE id = @0", id, Seal(id, name, fields));
        });
    }

    /// <summary>Gives a connection another name; keys that are bound to it stay so.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is none of that name, or one of the other.</exception>
    public async Task RenameAsync(string name, string other)
    {
        try
        {
            await file.WriteAsync(c => c.Execute("UPDATE connection SET name = @1 WHERE id = @0", IdOf(c, name), other)).ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode is HubKeys.UniqueViolation)
        {
            throw Taken(other, "remove it first", e);
        }
    }

    /// <summary>Takes a connection away.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is none of that name, or keys are bound to it.</exception>
    public Task RemoveAsync(string name) =>
        file.WriteAsync(c =>
        {
            var id = IdOf(c, name);
            if (Users(c, id) is [_, ..] users)
            {
                throw new ConnectorException(
                    FailureKind.Input,
                    $"The connection {name} is in use: {string.Join(", ", users)} {(users.Count == 1 ? "is a key" : "are keys")} bound to it. "
                        + "Bind them to another one first (connector hub keys connect), or remove them."
                );
            }

            c.Execute("DELETE FROM connection WHERE id = @0", id);
        });

    /// <summary>All connections, in the order of their names: also those that the key ring does not open, so that they can be removed.</summary>
    public IReadOnlyList<HubConnection> All()
    {
        using var read = file.Read();
        var rows = read.Query(
            r => (Row: Read(r), Owner: r.IsDBNull(3) ? null : r.GetString(3), Made: DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(4))),
            $"SELECT {Columns}, key.name, connection.made FROM connection LEFT JOIN key ON key.id = connection.owner ORDER BY connection.name"
        );
        return [.. rows.Select(r => new HubConnection(r.Row.Name, r.Owner, Users(read, r.Row.Id), r.Made, Open(r.Row)))];
    }

    /// <summary>Refuses a key ring that does not open what is kept: nothing starts with half of it.</summary>
    /// <param name="but">Name of one that need not open; null for none.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it does not.</exception>
    public void Check(string? but = null)
    {
        using var read = file.Read();
        foreach (var row in read.Query(Read, $"SELECT {Columns} FROM connection WHERE name IS NOT @0", but))
        {
            OpenOrSay(row);
        }
    }

    /// <summary>The connection of a call.</summary>
    /// <param name="rights">Whose call it is.</param>
    /// <param name="named">The name that the call gives; null for none.</param>
    /// <returns>The connection; null for the hub's own.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is none of that name for this caller, whoever else may use it.
    /// <see cref="FailureKind.Connection"/>: it cannot be opened.</exception>
    public Connection? Find(Rights rights, string? named)
    {
        if (named is null && rights.ConnectionId is null)
        {
            return null;
        }

        try
        {
            using var read = file.Read();
            var found = named is null
                ? read.Query(Read, $"SELECT {Columns} FROM connection WHERE id = @0", rights.ConnectionId)
                : read.Query(Read, $"SELECT {Columns} FROM connection WHERE {Usable} AND name = @2", rights.KeyId, rights.ConnectionId, named);
            return found is [var row] ? Open(row) ?? throw Closed(row)
                : named is null ? throw new ConnectorException(FailureKind.Connection, $"The connection of the key {rights.Name} does not exist any longer.")
                : throw Unknown(
                    named,
                    read.Query(r => r.GetString(0), $"SELECT name FROM connection WHERE {Usable} ORDER BY name", rights.KeyId, rights.ConnectionId)
                );
        }
        catch (SqliteException e)
        {
            throw new ConnectorException(FailureKind.Unavailable, $"The hub's connections cannot be read: {e.Message}", inner: e);
        }
    }

    /// <summary>Says to a caller that there is none of a name for it.</summary>
    public static ConnectorException Unknown(string named, IReadOnlyList<string> usable) =>
        new(
            FailureKind.Input,
            $"There is no connection \"{Shown.Escape(named.Length <= LongestShown ? named : Shown.Head(named, LongestShown) + "…")}\" for this caller."
                + (usable.Count > 0 ? $" It may name {string.Join(", ", usable)}, or none." : " It may name none.")
        );

    /// <summary>What a connection is kept under, for a key that is to be bound to it.</summary>
    /// <param name="connection">The file.</param>
    /// <param name="name">The connection's name.</param>
    /// <param name="key">What the key is kept under; null for one that is not kept yet.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is none, or it is another key's alone.</exception>
    internal static string IdFor(DbConnection connection, string name, string? key)
    {
        var id = IdOf(connection, name);
        return (string?)connection.Value("SELECT owner FROM connection WHERE id = @0", id) is { } owner && owner != key
            ? throw new ConnectorException(FailureKind.Input, $"The connection {name} is for another key alone.")
            : id;
    }

    // What is bound to one uses that, and what is its alone; others what all may use as well.
    private const string Usable = "(owner = @0 OR (owner IS NULL AND @1 IS NULL) OR id = @1)";

    private byte[] Seal(string id, string name, JObject fields)
    {
        fields["name"] = name;
        return ring.Seal(id, ConnectorJson.ToText(fields));
    }

    private Connection OpenOrSay(Row row) =>
        Open(row)
        ?? throw new ConnectorException(
            FailureKind.Input,
            $"The connections in {file.Path} cannot be opened: the key ring {ring.Folder} has no key for {row.Name}. Name the right folder with --key-ring, "
                + "or remove them and add them anew."
        );

    private Connection? Open(Row row)
    {
        if (_opened.TryGetValue(row.Id, out var known) && known.Row.Name == row.Name && known.Row.Sealed.AsSpan().SequenceEqual(row.Sealed))
        {
            return known.Connection;
        }

        if (ring.Open(row.Id, row.Sealed) is not { } text)
        {
            return null;
        }

        var fields = ConnectorJson.ParseObject(text);
        fields["name"] = row.Name;
        var opened = new Opened(row, instead?.Invoke(row.Name) ?? Connection.FromJson(fields));
        _opened[row.Id] = opened;
        return opened.Connection;
    }

    private static ConnectorException Closed(Row row) =>
        new(FailureKind.Connection, $"The connection {row.Name} cannot be opened: the hub's key ring has no key for it.");

    private static ConnectorException Taken(string name, string how, Exception inner) =>
        new(FailureKind.Input, $"There is a connection {name} already. Choose another name, or {how}.", inner: inner);

    private static List<string> Users(DbConnection connection, string id) =>
        connection.Query(r => r.GetString(0), "SELECT name FROM key WHERE connection = @0 ORDER BY name", id);

    private static string IdOf(DbConnection connection, string name) =>
        (string?)connection.Value("SELECT id FROM connection WHERE name = @0", name)
        ?? throw HubKeys.NoSuch("connection", name, connection.Query(r => r.GetString(0), "SELECT name FROM connection"));

    private static Row Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2));

    private sealed record Row(string Id, string Name, byte[] Sealed);

    private sealed record Opened(Row Row, Connection Connection);
}
