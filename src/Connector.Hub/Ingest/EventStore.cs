using System.Data.Common;
using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>An event that waits for its delivery.</summary>
/// <param name="Number">Its place in the order of arrival.</param>
/// <param name="Received">When it arrived.</param>
/// <param name="Begun">Whether a delivery that must not be repeated may have begun.</param>
/// <param name="Text">Its JSON.</param>
/// <param name="Attempts">How often it failed alone while others were accepted.</param>
internal record QueuedEvent(long Number, DateTimeOffset Received, bool Begun, string Text, int Attempts = 0);

/// <summary>An event that waits longer than those behind it: it failed alone, or an earlier one of its person did.</summary>
/// <param name="Number">The event.</param>
/// <param name="Due">When it is its turn again.</param>
/// <param name="Attempts">How often it failed alone; 0 for one that only waits behind another.</param>
/// <param name="Reason">Why it failed; empty for one that only waits.</param>
internal sealed record SetAsideEvent(long Number, DateTimeOffset Due, int Attempts, string Reason);

/// <summary>How many events are set aside, and the oldest that failed.</summary>
internal sealed record SetAsideSummary(long Count, DateTimeOffset Received, SetAsideEvent? Oldest);

/// <summary>An event that was refused, and why.</summary>
internal sealed record DeadLetter(long Id, DateTimeOffset Received, DateTimeOffset Refused, string Kind, string Field, string Reason, string Text);

/// <summary>The queue and the dead letters, in a SQLite file or in PostgreSQL: what an addition has answered survives a kill.</summary>
internal sealed class EventStore : IAsyncDisposable
{
    public const string FileName = "ingest.db";

    // Triggers keep the counts, so that they are right for every process that opens the file, and cost nothing to read.
    private const string Tables = """
        CREATE TABLE queue (number INTEGER PRIMARY KEY AUTOINCREMENT, received INTEGER NOT NULL, begun INTEGER NOT NULL DEFAULT 0, event TEXT NOT NULL);
        CREATE TABLE dead (id INTEGER PRIMARY KEY AUTOINCREMENT, received INTEGER NOT NULL, refused INTEGER NOT NULL,
            kind TEXT NOT NULL, field TEXT NOT NULL, reason TEXT NOT NULL, event TEXT NOT NULL);
        CREATE TABLE counts (name TEXT PRIMARY KEY, n INTEGER NOT NULL);
        INSERT INTO counts VALUES ('queue', 0), ('dead', 0);
        CREATE TRIGGER queue_added AFTER INSERT ON queue BEGIN UPDATE counts SET n = n + 1 WHERE name = 'queue'; END;
        CREATE TRIGGER queue_removed AFTER DELETE ON queue BEGIN UPDATE counts SET n = n - 1 WHERE name = 'queue'; END;
        CREATE TRIGGER dead_added AFTER INSERT ON dead BEGIN UPDATE counts SET n = n + 1 WHERE name = 'dead'; END;
        CREATE TRIGGER dead_removed AFTER DELETE ON dead BEGIN UPDATE counts SET n = n - 1 WHERE name = 'dead'; END;
        """;

    // The bytes of both are bounded, so they are counted as well; each event counts for a little more than its text.
    private const string Sizes = """
        ALTER TABLE queue ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE dead ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
        UPDATE queue SET size = 100 + length(CAST(event AS BLOB));
        UPDATE dead SET size = 100 + length(CAST(event AS BLOB));
        ALTER TABLE counts ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
        UPDATE counts SET bytes = (SELECT coalesce(sum(size), 0) FROM queue) WHERE name = 'queue';
        UPDATE counts SET bytes = (SELECT coalesce(sum(size), 0) FROM dead) WHERE name = 'dead';
        DROP TRIGGER queue_added;
        DROP TRIGGER queue_removed;
        DROP TRIGGER dead_added;
        DROP TRIGGER dead_removed;
        CREATE TRIGGER queue_added AFTER INSERT ON queue BEGIN UPDATE counts SET n = n + 1, bytes = bytes + new.size WHERE name = 'queue'; END;
        CREATE TRIGGER queue_removed AFTER DELETE ON queue BEGIN UPDATE counts SET n = n - 1, bytes = bytes - old.size WHERE name = 'queue'; END;
        CREATE TRIGGER dead_added AFTER INSERT ON dead BEGIN UPDATE counts SET n = n + 1, bytes = bytes + new.size WHERE name = 'dead'; END;
        CREATE TRIGGER dead_removed AFTER DELETE ON dead BEGIN UPDATE counts SET n = n - 1, bytes = bytes - old.size WHERE name = 'dead'; END;
        """;

    private const long Reserve = 16 << 20;
    private const int DeadAtOnce = 50;

    private const string SetAside = """
        ALTER TABLE queue ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE queue ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE queue ADD COLUMN reason TEXT NOT NULL DEFAULT '';
        CREATE INDEX queue_aside ON queue (number) WHERE due > 0;
        """;

    // The same tables; a statement of many rows changes the counts once.
    private const string PostgresTables = """
        CREATE TABLE queue (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, received BIGINT NOT NULL, begun BIGINT NOT NULL DEFAULT 0,
            event TEXT NOT NULL, size BIGINT NOT NULL, due BIGINT NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '');
        CREATE INDEX queue_aside ON queue (number) WHERE due > 0;
        CREATE TABLE dead (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, received BIGINT NOT NULL, refused BIGINT NOT NULL,
            kind TEXT NOT NULL, field TEXT NOT NULL, reason TEXT NOT NULL, event TEXT NOT NULL, size BIGINT NOT NULL);
        CREATE TABLE counts (name TEXT PRIMARY KEY, n BIGINT NOT NULL, bytes BIGINT NOT NULL);
        INSERT INTO counts VALUES ('queue', 0, 0), ('dead', 0, 0);
        CREATE TABLE owner (workspace TEXT NOT NULL);
        CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE sign BIGINT := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
            BEGIN
                UPDATE counts SET n = counts.n + sign * c.n, bytes = counts.bytes + sign * c.bytes
                    FROM (SELECT count(*) AS n, CAST(coalesce(sum(size), 0) AS BIGINT) AS bytes FROM changed) AS c
                    WHERE name = TG_TABLE_NAME AND c.n > 0;
                RETURN NULL;
            END $$;
        CREATE TRIGGER added AFTER INSERT ON queue REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION counted();
        CREATE TRIGGER removed AFTER DELETE ON queue REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION counted();
        CREATE TRIGGER added AFTER INSERT ON dead REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION counted();
        CREATE TRIGGER removed AFTER DELETE ON dead REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION counted();
        """;

    private static readonly Func<DbConnection, IReadOnlyList<Request>, IReadOnlyList<IReadOnlyList<long>?>> s_addMany = AddMany;

    private readonly Store _store;
    private readonly ArrivalSignal _added = new();
    private readonly TimeSpan _look;

    private EventStore(Store store, TimeSpan look)
    {
        (_store, _look) = (store, look);
    }

    /// <summary>What people may see of where it is.</summary>
    public string Name => _store.Name;

    /// <inheritdoc cref="Store.Told"/>
    public string Told(Exception e) => _store.Told(e);

    /// <summary>Refuses a deliverer's changes, inside their transaction, once another one has taken over; null where there is no other.</summary>
    public Action<DbConnection>? Fence { get; set; }

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file cannot be used.</exception>
    public static EventStore Open(string path) => new(SqliteFile.Open(path, Reserve, Tables, Sizes, SetAside), TimeSpan.FromSeconds(1));

    /// <summary>Opens a queue that several machines share.</summary>
    /// <param name="database">A PostgreSQL database.</param>
    /// <param name="schema">Whose tables it is.</param>
    /// <param name="mustExist">Whether to refuse where there is none yet, in place of making it.</param>
    /// <exception cref="ConnectorException">The database cannot be used.</exception>
    public static EventStore Open(Database database, string schema, bool mustExist) =>
        new(PostgresStore.Open(database, schema, "events", mustExist, PostgresTables), TimeSpan.FromMilliseconds(250));

    /// <summary>Binds a queue that machines share to a workspace, so that no other one's events get into it or are delivered from it.</summary>
    /// <param name="workspace">Tells it from others, without its keys.</param>
    /// <param name="lease">Who delivers holds this.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is another workspace's.</exception>
    public Task ClaimAsync(string workspace, string lease) =>
        _store.WriteAsync(c =>
        {
            c.Execute("LOCK TABLE owner");
            if (c.Value("SELECT workspace FROM owner") is not string owner)
            {
                c.Execute("INSERT INTO owner (workspace) VALUES (@0)", workspace);
            }
            else if (owner != workspace)
            {
                var waiting = Amount(c, "queue").N;
                if (waiting > 0 || SyncLock.IsHeld(c, lease))
                {
                    throw new ConnectorException(
                        FailureKind.Input,
                        $"The queue in {Name} is another Site ID's, and {(waiting > 0 ? $"{waiting} events wait in it" : "somebody delivers from it")}. Give "
                            + "this one another name with --queue-name; or, after a change of keys, deliver with the old ones first, then stop all and "
                            + "start again."
                    );
                }

                c.Execute("UPDATE owner SET workspace = @0", workspace);
            }
        });

    /// <summary>Takes note of what reading met: to a damaged file nothing is added any more.</summary>
    public void Note(DbException met) => _store.Note(met);

    /// <summary>Stores events of one request, all or none; the refused ones among the dead letters.</summary>
    /// <param name="events">The events.</param>
    /// <param name="now">When they arrived.</param>
    /// <param name="most">How many events may wait.</param>
    /// <param name="maxBytes">How many bytes of events may wait.</param>
    /// <returns>The ids of the dead letters; null when the queue is full.</returns>
    public async Task<IReadOnlyList<long>?> AddAsync(IReadOnlyList<IncomingEvent> events, DateTimeOffset now, int most, long maxBytes)
    {
        var dead = await _store.AddAsync(events.Sum(e => Size(e.Text)), new Request(events, now, most, maxBytes), s_addMany).ConfigureAwait(false);
        _added.Set();
        return dead;
    }

    /// <summary>Forgets the oldest dead letters while there are more than a bound, in number or in bytes.</summary>
    /// <returns>How many it forgot.</returns>
    public async Task<int> TrimAsync(int most, long maxBytes)
    {
        const int AtOnce = 500;
        bool TooMany((long N, long Bytes) dead) => dead.N > most || dead.Bytes > maxBytes;
        using (var connection = _store.Read())
        {
            if (!TooMany(Amount(connection, "dead")))
            {
                return 0;
            }
        }

        int forgot,
            all = 0;
        do
        {
            forgot = await _store
                .FinishAsync(connection =>
                {
                    var n = 0;
                    foreach (var id in connection.Query(r => r.GetInt64(0), "SELECT id FROM dead ORDER BY id LIMIT @0", AtOnce))
                    {
                        if (!TooMany(Amount(connection, "dead")))
                        {
                            break;
                        }

                        n += connection.Execute("DELETE FROM dead WHERE id = @0", id);
                    }

                    return n;
                })
                .ConfigureAwait(false);
            all += forgot;
        } while (forgot == AtOnce);
        return all;
    }

    /// <summary>The oldest events whose turn it is, apart from those that are on their way.</summary>
    public IReadOnlyList<QueuedEvent> Next(int most, DateTimeOffset now, IEnumerable<long> onTheirWay)
    {
        using var connection = _store.Read();
        return connection.Query(
            Queued,
            $"SELECT number, received, begun, event, attempts FROM queue WHERE due <= @1 AND NOT ({_store.Among("number", "@2")}) ORDER BY number LIMIT @0",
            most,
            now.ToUnixTimeMilliseconds(),
            List(onTheirWay)
        );
    }

    /// <summary>The events that are set aside, each with its turn.</summary>
    public IEnumerable<(QueuedEvent Event, DateTimeOffset Due)> Aside()
    {
        using var connection = _store.Read();
        foreach (
            var row in connection.Rows(
                r => (Queued(r), Time(r.GetInt64(5))),
                "SELECT number, received, begun, event, attempts, due FROM queue WHERE due > 0 ORDER BY number"
            )
        )
        {
            yield return row;
        }
    }

    /// <summary>What is set aside, for people.</summary>
    public SetAsideSummary Summary()
    {
        using var connection = _store.Read();
        var oldest = connection
            .Rows(
                r => (Received: Time(r.GetInt64(0)), Event: new SetAsideEvent(r.GetInt64(1), Time(r.GetInt64(2)), r.GetInt32(3), r.GetString(4))),
                "SELECT received, number, due, attempts, reason FROM queue WHERE due > 0 AND attempts > 0 ORDER BY number LIMIT 1"
            )
            .FirstOrDefault();
        return new((long)connection.Value("SELECT count(*) FROM queue WHERE due > 0")!, oldest.Received, oldest.Event);
    }

    /// <summary>How long the oldest event waits; zero where none does.</summary>
    public TimeSpan Lag(DateTimeOffset now)
    {
        using var connection = _store.Read();
        return connection.Value("SELECT received FROM queue ORDER BY number LIMIT 1") is long received && now > Time(received) ? now - Time(received) : default;
    }

    /// <summary>Waits until something was added here, or for a moment: another process may have added something, or put dead letters back.</summary>
    public Task WaitAsync(CancellationToken ct) => _added.WaitAsync(_look, ct);

    /// <summary>Waits until something is added here, or was since the last wait.</summary>
    public Task ArrivedAsync(CancellationToken ct) => _added.ArrivedAsync(ct);

    /// <summary>Notes that deliveries begin which must not be repeated.</summary>
    public Task BeginAsync(IEnumerable<long> numbers) =>
        _store.FinishAsync(c =>
        {
            Fence?.Invoke(c);
            return c.Execute($"UPDATE queue SET begun = 1 WHERE {_store.Among("number", "@0")}", List(numbers));
        });

    /// <summary>Takes what is done out of the queue, the refused ones to the dead letters; what is to be sent again stays, at once or when it is its
    /// turn.</summary>
    /// <returns>The ids of the dead letters, in their order.</returns>
    public async Task<IReadOnlyList<long>> EndAsync(
        IEnumerable<long> delivered,
        IReadOnlyList<(QueuedEvent Event, ConnectorException Why)> refused,
        IEnumerable<long> again,
        IReadOnlyList<SetAsideEvent> aside,
        DateTimeOffset now
    )
    {
        await _store
            .FinishAsync(connection =>
            {
                Fence?.Invoke(connection);
                connection.Execute($"DELETE FROM queue WHERE {_store.Among("number", "@0")}", List(delivered));
                foreach (var e in aside)
                {
                    connection.Execute(
                        "UPDATE queue SET begun = 0, due = @1, attempts = @2, reason = @3 WHERE number = @0",
                        e.Number,
                        e.Due.ToUnixTimeMilliseconds(),
                        e.Attempts,
                        e.Reason
                    );
                }

                return connection.Execute($"UPDATE queue SET begun = 0 WHERE begun = 1 AND {_store.Among("number", "@0")}", List(again));
            })
            .ConfigureAwait(false);
        var letters = new List<long>(refused.Count);
        // A dead letter is written before its event goes, and a full disk leaves room for so much.
        foreach (var some in refused.Chunk(DeadAtOnce))
        {
            letters.AddRange(
                await _store
                    .FinishAsync(connection =>
                    {
                        Fence?.Invoke(connection);
                        connection.Execute($"DELETE FROM queue WHERE {_store.Among("number", "@0")}", List(some.Select(r => r.Event.Number)));
                        return some.Select(r =>
                                AddDead(
                                    connection,
                                    r.Event.Received,
                                    now,
                                    r.Why.KindName,
                                    r.Why.Problems is [var first, ..] ? first.Path : "",
                                    r.Why.Problems is [var only] ? only.Message : r.Why.Message,
                                    r.Event.Text
                                )
                            )
                            .ToArray();
                    })
                    .ConfigureAwait(false)
            );
        }

        return letters;
    }

    public (long Queued, long Dead) Counts()
    {
        using var connection = _store.Read();
        return (Amount(connection, "queue").N, Amount(connection, "dead").N);
    }

    /// <summary>Dead letters, the oldest first; those with the given ids, or all.</summary>
    public IEnumerable<DeadLetter> DeadLetters(IReadOnlyCollection<long> ids)
    {
        using var connection = _store.Read();
        foreach (
            var letter in connection.Rows(
                r => new DeadLetter(r.GetInt64(0), Time(r.GetInt64(1)), Time(r.GetInt64(2)), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6)),
                $"SELECT id, received, refused, kind, field, reason, event FROM dead WHERE @0 = '[]' OR {_store.Among("id", "@0")} ORDER BY id",
                List(ids)
            )
        )
        {
            yield return letter;
        }
    }

    /// <summary>Puts dead letters back at the end of the queue, those with the given ids or all, with the time at which they arrived.</summary>
    /// <returns>How many.</returns>
    public Task<int> ReplayAsync(IReadOnlyCollection<long> ids) =>
        _store.WriteAsync(connection =>
        {
            // Each statement sees what others have committed before it, such as another dead letter: what goes is what was put back.
            _store.Alone(connection);
            var which = List(connection.Query(r => r.GetInt64(0), $"SELECT id FROM dead WHERE @0 = '[]' OR {_store.Among("id", "@0")} ORDER BY id", List(ids)));
            connection.Execute(
                $"INSERT INTO queue (received, event, size) SELECT received, event, size FROM dead WHERE {_store.Among("id", "@0")} ORDER BY id",
                which
            );
            return connection.Execute($"DELETE FROM dead WHERE {_store.Among("id", "@0")}", which);
        });

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync().ConfigureAwait(false);
        _added.Dispose();
    }

    // Of requests that come at once: each as a whole or not at all, as much as there is room for.
    private static List<IReadOnlyList<long>?> AddMany(DbConnection connection, IReadOnlyList<Request> requests)
    {
        var (count, bytes) = Amount(connection, "queue");
        var (taken, letters) = (new List<(long Received, string Text)>(), new List<IReadOnlyList<long>?>());
        var refused = new List<(Request Request, int Answer)>();
        foreach (var request in requests)
        {
            var accepted = request.Events.Where(e => e.Refusal is null).Select(e => e.Text).ToArray();
            if (count + accepted.Length > request.Most || bytes + accepted.Sum(Size) > request.MaxBytes)
            {
                letters.Add(null);
                continue;
            }

            (count, bytes) = (count + accepted.Length, bytes + accepted.Sum(Size));
            taken.AddRange(accepted.Select(text => (request.Now.ToUnixTimeMilliseconds(), text)));
            refused.Add((request, letters.Count));
            letters.Add([]);
        }

        // The queue first and the dead letters then, as whoever delivers does: else two would wait for each other.
        Queue(connection, taken);
        foreach (var (request, answer) in refused.Where(r => r.Request.Events.Any(e => e.Refusal is not null)))
        {
            letters[answer] =
            [
                .. request
                    .Events.Where(e => e.Refusal is not null)
                    .Select(e => AddDead(connection, request.Now, request.Now, "input", e.Refusal!.Path, e.Refusal.Message, e.Text)),
            ];
        }

        return letters;
    }

    private static QueuedEvent Queued(DbDataReader r) => new(r.GetInt64(0), Time(r.GetInt64(1)), r.GetInt64(2) != 0, r.GetString(3), r.GetInt32(4));

    private static long AddDead(
        DbConnection connection,
        DateTimeOffset received,
        DateTimeOffset refused,
        string kind,
        string field,
        string reason,
        string text
    ) =>
        (long)
            connection.Value(
                "INSERT INTO dead (received, refused, kind, field, reason, event, size) VALUES (@0, @1, @2, @3, @4, @5, @6) RETURNING id",
                received.ToUnixTimeMilliseconds(),
                refused.ToUnixTimeMilliseconds(),
                kind,
                field,
                reason,
                text,
                Size(text)
            )!;

    // Statements to a server are journeys: it takes all at once.
    private static void Queue(DbConnection connection, List<(long Received, string Text)> events)
    {
        if (connection is SqliteConnection)
        {
            connection.ExecuteEach("INSERT INTO queue (received, event, size) VALUES (@0, @1, @2)", events, e => [e.Received, e.Text, Size(e.Text)]);
        }
        else if (events.Count > 0)
        {
            const string Many = """
                INSERT INTO queue (received, event, size) SELECT received, event, 100 + octet_length(event)
                FROM unnest(@0, @1) WITH ORDINALITY AS given (received, event, place) ORDER BY place
                """;
            connection.Execute(Many, events.Select(e => e.Received).ToArray(), events.Select(e => e.Text).ToArray());
        }
    }

    private static (long N, long Bytes) Amount(DbConnection connection, string name) =>
        connection.Query(r => (r.GetInt64(0), r.GetInt64(1)), "SELECT n, bytes FROM counts WHERE name = @0", name).Single();

    private static long Size(string text) => 100 + System.Text.Encoding.UTF8.GetByteCount(text);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string List(IEnumerable<long> numbers) => "[" + string.Join(',', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <summary>The events of one request.</summary>
    private sealed record Request(IReadOnlyList<IncomingEvent> Events, DateTimeOffset Now, int Most, long MaxBytes);
}
