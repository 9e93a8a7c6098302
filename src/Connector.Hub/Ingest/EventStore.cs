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

/// <summary>The queue and the dead letters, in one SQLite file: what an addition has answered survives a kill.</summary>
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

    private readonly SqliteFile _file;
    private readonly ArrivalSignal _added = new();

    private EventStore(SqliteFile file)
    {
        _file = file;
    }

    public string Path => _file.Path;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file cannot be used.</exception>
    public static EventStore Open(string path) => new(SqliteFile.Open(path, Reserve, Tables, Sizes, SetAside));

    /// <summary>Takes note of what reading met: to a damaged file nothing is added any more.</summary>
    public void Note(SqliteException met) => _file.Note(met);

    /// <summary>Stores events of one request, all or none; the refused ones among the dead letters.</summary>
    /// <param name="events">The events.</param>
    /// <param name="now">When they arrived.</param>
    /// <param name="most">How many events may wait.</param>
    /// <param name="maxBytes">How many bytes of events may wait.</param>
    /// <returns>The ids of the dead letters; null when the queue is full.</returns>
    public async Task<IReadOnlyList<long>?> AddAsync(IReadOnlyList<IncomingEvent> events, DateTimeOffset now, int most, long maxBytes)
    {
        var dead = await _file
            .AddAsync(
                events.Sum(e => Size(e.Text)),
                connection =>
                {
                    var (count, bytes) = Amount(connection, "queue");
                    if (count + events.Count(e => e.Refusal is null) > most || bytes + events.Where(e => e.Refusal is null).Sum(e => Size(e.Text)) > maxBytes)
                    {
                        return null;
                    }

                    var letters = new List<long>();
                    foreach (var e in events)
                    {
                        if (e.Refusal is { } refusal)
                        {
                            letters.Add(AddDead(connection, now, now, "input", refusal.Path, refusal.Message, e.Text));
                        }
                        else
                        {
                            connection.Execute(
                                "INSERT INTO queue (received, event, size) VALUES (@0, @1, @2)",
                                now.ToUnixTimeMilliseconds(),
                                e.Text,
                                Size(e.Text)
                            );
                        }
                    }

                    return letters;
                }
            )
            .ConfigureAwait(false);
        _added.Set();
        return dead;
    }

    /// <summary>Forgets the oldest dead letters while there are more than a bound, in number or in bytes.</summary>
    /// <returns>How many it forgot.</returns>
    public async Task<int> TrimAsync(int most, long maxBytes)
    {
        const int AtOnce = 500;
        bool TooMany((long N, long Bytes) dead) => dead.N > most || dead.Bytes > maxBytes;
        using (var connection = _file.Read())
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
            forgot = await _file
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
        using var connection = _file.Read();
        return connection.Query(
            Queued,
            "SELECT number, received, begun, event, attempts FROM queue WHERE due <= @1 AND number NOT IN (SELECT value FROM json_each(@2)) ORDER BY "
                + "number LIMIT @0",
            most,
            now.ToUnixTimeMilliseconds(),
            List(onTheirWay)
        );
    }

    /// <summary>The events that are set aside, each with its turn.</summary>
    public IEnumerable<(QueuedEvent Event, DateTimeOffset Due)> Aside()
    {
        using var connection = _file.Read();
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
        using var connection = _file.Read();
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
        using var connection = _file.Read();
        return connection.Value("SELECT received FROM queue ORDER BY number LIMIT 1") is long received && now > Time(received) ? now - Time(received) : default;
    }

    /// <summary>Waits until something was added here, or for a second: another process may have put dead letters back.</summary>
    public Task WaitAsync(CancellationToken ct) => _added.WaitAsync(TimeSpan.FromSeconds(1), ct);

    /// <summary>Waits until something is added here, or was since the last wait.</summary>
    public Task ArrivedAsync(CancellationToken ct) => _added.ArrivedAsync(ct);

    /// <summary>Notes that deliveries begin which must not be repeated.</summary>
    public Task BeginAsync(IEnumerable<long> numbers) =>
        _file.FinishAsync(c => c.Execute("UPDATE queue SET begun = 1 WHERE number IN (SELECT value FROM json_each(@0))", List(numbers)));

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
        await _file
            .FinishAsync(connection =>
            {
                connection.Execute("DELETE FROM queue WHERE number IN (SELECT value FROM json_each(@0))", List(delivered));
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

                return connection.Execute("UPDATE queue SET begun = 0 WHERE begun = 1 AND number IN (SELECT value FROM json_each(@0))", List(again));
            })
            .ConfigureAwait(false);
        var letters = new List<long>(refused.Count);
        // A dead letter is written before its event goes, and a full disk leaves room for so much.
        foreach (var some in refused.Chunk(DeadAtOnce))
        {
            letters.AddRange(
                await _file
                    .FinishAsync(connection =>
                    {
                        connection.Execute("DELETE FROM queue WHERE number IN (SELECT value FROM json_each(@0))", List(some.Select(r => r.Event.Number)));
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
        using var connection = _file.Read();
        return (Amount(connection, "queue").N, Amount(connection, "dead").N);
    }

    /// <summary>Dead letters, the oldest first; those with the given ids, or all.</summary>
    public IEnumerable<DeadLetter> DeadLetters(IReadOnlyCollection<long> ids)
    {
        using var connection = _file.Read();
        foreach (
            var letter in connection.Rows(
                r => new DeadLetter(r.GetInt64(0), Time(r.GetInt64(1)), Time(r.GetInt64(2)), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6)),
                "SELECT id, received, refused, kind, field, reason, event FROM dead WHERE @0 = '[]' OR id IN (SELECT value FROM json_each(@0)) ORDER BY "
                    + "id",
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
        _file.WriteAsync(connection =>
        {
            const string Which = "WHERE @0 = '[]' OR id IN (SELECT value FROM json_each(@0))";
            connection.Execute($"INSERT INTO queue (received, event, size) SELECT received, event, size FROM dead {Which} ORDER BY id", List(ids));
            return connection.Execute($"DELETE FROM dead {Which}", List(ids));
        });

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync().ConfigureAwait(false);
        _added.Dispose();
    }

    private static QueuedEvent Queued(DbDataReader r) => new(r.GetInt64(0), Time(r.GetInt64(1)), r.GetInt64(2) != 0, r.GetString(3), r.GetInt32(4));

    private static long AddDead(
        SqliteConnection connection,
        DateTimeOffset received,
        DateTimeOffset refused,
        string kind,
        string field,
        string reason,
        string text
    )
    {
        connection.Execute(
            "INSERT INTO dead (received, refused, kind, field, reason, event, size) VALUES (@0, @1, @2, @3, @4, @5, @6)",
            received.ToUnixTimeMilliseconds(),
            refused.ToUnixTimeMilliseconds(),
            kind,
            field,
            reason,
            text,
            Size(text)
        );
        return (long)connection.Value("SELECT last_insert_rowid()")!;
    }

    private static (long N, long Bytes) Amount(SqliteConnection connection, string name) =>
        connection.Query(r => (r.GetInt64(0), r.GetInt64(1)), "SELECT n, bytes FROM counts WHERE name = @0", name).Single();

    private static long Size(string text) => 100 + System.Text.Encoding.UTF8.GetByteCount(text);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string List(IEnumerable<long> numbers) => "[" + string.Join(',', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))) + "]";
}
