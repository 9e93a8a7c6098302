using System.Data.Common;
using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Webhooks;

/// <summary>One event that was received and kept.</summary>
/// <param name="Number">Its place in the order of receipt.</param>
/// <param name="Path">The address it came to.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Name">Its name, such as <c>email_sent</c>.</param>
/// <param name="Received">When it came.</param>
/// <param name="Body">Its bytes as they came.</param>
public sealed record ReceivedEvent(long Number, string Path, string EventId, string Name, DateTimeOffset Received, byte[] Body)
{
    /// <summary>The event as hosts get it in a list.</summary>
    /// <returns>A new object: <c>name</c>, <c>eventId</c>, <c>path</c>, <c>received</c> and, as it came, <c>event</c>.</returns>
    public JObject ToJson() =>
        new()
        {
            ["name"] = Name,
            ["eventId"] = EventId,
            ["path"] = Path,
            ["received"] = Received.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["event"] = ConnectorJson.ParseForeign(Body, out _),
        };
}

/// <summary>The reporting events that were received, each once for each path, in a file that survives a kill, or in a database that machines share.</summary>
public sealed class ReceivedEvents : IAsyncDisposable
{
    /// <summary>How many events can be listed; of older ones the id is kept, to know them again.</summary>
    public const int MaxBodies = 100_000;

    /// <summary>How many bytes of events can be listed, and how many may wait for whoever takes them at one path; each event counts 600 more than its
    /// body.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>How many ids are kept at the most.</summary>
    public const int MaxIds = 2_000_000;

    /// <summary>How long an id is kept: Customer.io tries for seven days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    private const int TidyEvery = 1_000;
    private const long Reserve = 4 << 20;
    private const string Schema = "customerio_webhooks";

    private static readonly string[] s_versions =
    [
        """
            CREATE TABLE events (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                path TEXT NOT NULL,
                event_id TEXT NOT NULL,
                name TEXT NOT NULL,
                received INTEGER NOT NULL,
                body BLOB,
                receipt TEXT,
                handed INTEGER NOT NULL,
                UNIQUE (path, event_id)
            );
            CREATE INDEX events_unhanded ON events (path) WHERE handed = 0;
            CREATE INDEX events_with_body ON events (number) WHERE body IS NOT NULL;
            CREATE TABLE webhooks (
                account TEXT NOT NULL,
                endpoint TEXT NOT NULL,
                id TEXT NOT NULL,
                PRIMARY KEY (account, endpoint)
            );
            """,
        // Triggers keep the sums, as the counts of a queue are kept: right for every process that opens the file.
        """
            CREATE TABLE sizes (path TEXT NOT NULL, handed INTEGER NOT NULL, bytes INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (path, handed)) WITHOUT ROWID;
            INSERT INTO sizes (path, handed) SELECT DISTINCT path, 0 FROM events UNION ALL SELECT DISTINCT path, 1 FROM events;
            UPDATE sizes SET bytes = (SELECT coalesce(sum(600 + length(body)), 0) FROM events e
                WHERE e.path = sizes.path AND e.handed = sizes.handed AND body IS NOT NULL);
            CREATE TRIGGER events_added AFTER INSERT ON events WHEN new.body IS NOT NULL BEGIN
                UPDATE sizes SET bytes = bytes + 600 + length(new.body) WHERE path = new.path AND handed = new.handed;
            END;
            CREATE TRIGGER events_changed AFTER UPDATE OF body, handed ON events BEGIN
                UPDATE sizes SET bytes = bytes - coalesce(600 + length(old.body), 0) WHERE path = old.path AND handed = old.handed;
                UPDATE sizes SET bytes = bytes + coalesce(600 + length(new.body), 0) WHERE path = new.path AND handed = new.handed;
            END;
            CREATE TRIGGER events_removed AFTER DELETE ON events WHEN old.body IS NOT NULL BEGIN
                UPDATE sizes SET bytes = bytes - 600 - length(old.body) WHERE path = old.path AND handed = old.handed;
            END;
            """,
    ];

    // The same tables; a statement of many rows changes the sums once.
    private const string PostgresTables = """
        CREATE TABLE events (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path TEXT NOT NULL, event_id TEXT NOT NULL, name TEXT NOT NULL,
            received BIGINT NOT NULL, body BYTEA, receipt TEXT, handed BIGINT NOT NULL, UNIQUE (path, event_id));
        CREATE INDEX events_unhanded ON events (path, number) WHERE handed = 0;
        CREATE INDEX events_with_body ON events (number) WHERE body IS NOT NULL;
        CREATE TABLE webhooks (account TEXT NOT NULL, endpoint TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (account, endpoint));
        CREATE TABLE sizes (path TEXT NOT NULL, handed BIGINT NOT NULL, bytes BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (path, handed));
        CREATE FUNCTION sized() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    UPDATE sizes SET bytes = sizes.bytes - c.bytes
                        FROM (SELECT path, handed, sum(600 + length(body)) AS bytes FROM was WHERE body IS NOT NULL GROUP BY path, handed) AS c
                        WHERE sizes.path = c.path AND sizes.handed = c.handed;
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    UPDATE sizes SET bytes = sizes.bytes + c.bytes
                        FROM (SELECT path, handed, sum(600 + length(body)) AS bytes FROM became WHERE body IS NOT NULL GROUP BY path, handed) AS c
                        WHERE sizes.path = c.path AND sizes.handed = c.handed;
                END IF;
                RETURN NULL;
            END $$;
        CREATE TRIGGER added AFTER INSERT ON events REFERENCING NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION sized();
        CREATE TRIGGER changed AFTER UPDATE ON events REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION sized();
        CREATE TRIGGER removed AFTER DELETE ON events REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION sized();
        """;

    private readonly TimeProvider _time;
    private readonly int _maxBodies;
    private readonly long _maxBytes;
    private long _kept;

    private ReceivedEvents(Store store, TimeProvider time, int maxBodies, long maxBytes)
    {
        Store = store;
        _time = time;
        _maxBodies = maxBodies;
        _maxBytes = maxBytes;
    }

    /// <summary>Opens the events of a data folder, <c>received-events.db</c>; only this user may read them.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file cannot be opened.</exception>
    public static ReceivedEvents Open(string folder, TimeProvider? time = null) => Open(folder, time, MaxBodies);

    internal static ReceivedEvents Open(string folder, TimeProvider? time, int maxBodies, long maxBytes = MaxBytes) =>
        new(SqliteFile.Open(FileIn(folder), Reserve, s_versions), time ?? TimeProvider.System, maxBodies, maxBytes);

    /// <summary>Opens the events that several machines share; where there are none, those of a data folder.</summary>
    /// <param name="folder">The data folder; null for the user's own.</param>
    /// <param name="shared">A PostgreSQL database; null for none.</param>
    /// <exception cref="ConnectorException">The file or the database cannot be used.</exception>
    internal static ReceivedEvents Open(string? folder, Database? shared) => shared is null ? Open(DataFolder.Open(folder)) : Open(shared);

    internal static ReceivedEvents Open(Database shared, TimeProvider? time = null, int maxBodies = MaxBodies, long maxBytes = MaxBytes)
    {
        var store = PostgresStore.Open(shared, Schema, "received events", mustExist: false, PostgresTables);
        return new(store, time ?? TimeProvider.System, maxBodies, maxBytes) { Shared = shared.In(Schema) };
    }

    /// <summary>Opens the events that there are: those that machines share in a database, else those of a data folder; null for none.</summary>
    internal static ReceivedEvents? Find(string? folder, Database database, TimeProvider time) =>
        database.IsPostgres && PostgresStore.Has(database, Schema) ? Open(database, time)
        : folder is not null && File.Exists(FileIn(folder)) ? Open(folder, time)
        : null;

    /// <summary>Where they are kept, for what belongs to them.</summary>
    internal Store Store { get; }

    /// <summary>The database of the tables, where machines share it; null for a file.</summary>
    internal Database? Shared { get; private init; }

    /// <summary>Refuses to note what was handed on, inside the transaction, once another machine hands on; null where there is no other.</summary>
    internal Action<DbConnection>? Fence { get; set; }

    /// <summary>Keeps an event; when it answers, the event is on the disk.</summary>
    /// <param name="path">The address it came to.</param>
    /// <param name="delivery">The event.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="receipt">Names the call that hands it in: the same call sent again finds its own event, not a duplicate.</param>
    /// <param name="acknowledged">Whether it needs no <see cref="AcknowledgeAsync"/>.</param>
    /// <returns>The event's number; null when it is a duplicate.</returns>
    /// <exception cref="DbException">The file, or the database, cannot be written.</exception>
    /// <exception cref="WaitingEventsException">Too much waits at this path already.</exception>
    public Task<long?> AddAsync(string path, Delivery delivery, ReadOnlyMemory<byte> body, string? receipt, bool acknowledged)
    {
        var (now, bytes) = (_time.GetUtcNow().ToUnixTimeMilliseconds(), body.ToArray());
        receipt = receipt is null ? null : Delivery.Short(receipt, path);
        return Store.AddAsync(
            bytes.Length,
            c =>
            {
                // Numbers are given in the order of the commits: what is handed on up to one would else leave out what is committed later.
                Store.Alone(c);
                c.Execute("INSERT INTO sizes (path, handed) VALUES (@0, 0), (@0, 1) ON CONFLICT DO NOTHING", path);
                if (
                    c.Value(
                        "INSERT INTO events (path, event_id, name, received, body, receipt, handed) VALUES (@0, @1, @2, @3, @4, @5, @6) "
                            + "ON CONFLICT DO NOTHING RETURNING number",
                        path,
                        delivery.EventId,
                        delivery.Name,
                        now,
                        bytes,
                        receipt,
                        acknowledged ? 1L : 0L
                    )
                    is long number
                )
                {
                    if (!acknowledged && (long)c.Value("SELECT bytes FROM sizes WHERE path = @0 AND handed = 0", path)! > _maxBytes)
                    {
                        throw new WaitingEventsException($"More than {_maxBytes >> 20} MiB of events wait to be taken.");
                    }

                    Tidy(c, number, now);
                    return (long?)number;
                }

                return receipt is null
                    ? null
                    : (long?)c.Value("SELECT number FROM events WHERE path = @0 AND event_id = @1 AND receipt = @2", path, delivery.EventId, receipt);
            }
        );
    }

    /// <summary>Notes that events have reached whoever waits for them.</summary>
    /// <param name="path">The address they came to.</param>
    /// <param name="upTo">Number of the last of them.</param>
    public Task AcknowledgeAsync(string path, long upTo) =>
        Store.FinishAsync(c =>
        {
            Fence?.Invoke(c);
            Store.Alone(c);
            c.Execute("UPDATE events SET handed = 1 WHERE handed = 0 AND path = @0 AND number <= @1", path, upTo);
        });

    /// <summary>The events of a path that were kept and not acknowledged yet, oldest first.</summary>
    /// <param name="path">The address they came to.</param>
    /// <param name="after">Only events of higher numbers.</param>
    /// <param name="limit">How many at the most.</param>
    public IReadOnlyList<ReceivedEvent> Pending(string path, long after, int limit)
    {
        using var reader = Store.Read();
        return reader.Query(
            Row,
            "SELECT number, path, event_id, name, received, body FROM events WHERE handed = 0 AND path = @0 AND number > @1 ORDER BY number LIMIT @2",
            path,
            after,
            limit
        );
    }

    /// <summary>Whether an event reached whoever waits for it.</summary>
    /// <param name="path">The address it came to.</param>
    /// <param name="number">The event; null for all of the path.</param>
    internal bool IsHandedOn(string path, long? number)
    {
        using var reader = Store.Read();
        return reader.Value("SELECT 1 FROM events WHERE handed = 0 AND path = @0 AND (@1 = 0 OR number = @1) LIMIT 1", path, number ?? 0) is null;
    }

    /// <summary>What was received, newest first.</summary>
    /// <param name="limit">How many at the most.</param>
    /// <param name="names">Only events of these names; empty for all.</param>
    /// <param name="since">Only what came at this time or later.</param>
    public IReadOnlyList<ReceivedEvent> Newest(int limit, IReadOnlyCollection<string> names, DateTimeOffset? since = null)
    {
        using var reader = Store.Read();
        var wanted = names.Count == 0 ? "" : $"AND name IN ({string.Join(", ", names.Select((_, i) => $"@{i + 2}"))})";
        return reader.Query(
            Row,
            $"""
            SELECT number, path, event_id, name, received, body FROM events
            WHERE body IS NOT NULL AND received >= @0 {wanted} ORDER BY number DESC LIMIT @1
            """,
            [since?.ToUnixTimeMilliseconds() ?? 0, limit, .. names]
        );
    }

    /// <summary>Finishes what is queued, then closes the file, or the connections.</summary>
    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private static string FileIn(string folder) => Path.Combine(folder, "received-events.db");

    private static ReceivedEvent Row(DbDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
            row.GetFieldValue<byte[]>(5)
        );

    // Now and then, and never much at once: whoever adds waits for it.
    private void Tidy(DbConnection c, long number, long now)
    {
        for (var i = 0; i < 10 && (long)c.Value("SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM sizes WHERE handed = 1")! > _maxBytes; i++)
        {
            c.Execute(
                "UPDATE events SET body = NULL WHERE number IN (SELECT number FROM events WHERE body IS NOT NULL AND handed = 1 ORDER BY number LIMIT 100)"
            );
        }

        if (_kept++ % TidyEvery == 0)
        {
            c.Execute("UPDATE events SET body = NULL WHERE number <= @0 AND body IS NOT NULL AND handed = 1", number - _maxBodies);
            c.Execute("DELETE FROM events WHERE number <= @0 AND handed = 1", number - MaxIds);
            c.Execute(
                "DELETE FROM events WHERE number IN "
                    + "(SELECT number FROM (SELECT number, received FROM events ORDER BY number LIMIT @0) AS old WHERE received < @1)",
                10 * TidyEvery,
                now - (long)Longest.TotalMilliseconds
            );
        }
    }
}

/// <summary>An event is not kept, as too many wait already.</summary>
/// <param name="message">How many.</param>
public sealed class WaitingEventsException(string message) : Exception(message);
