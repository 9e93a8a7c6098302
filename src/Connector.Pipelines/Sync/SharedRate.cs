using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Pipelines.Stores;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>A rate that several machines share: each request takes the next turn of a row in PostgreSQL, by the database's clock.</summary>
internal sealed class SharedRate(Database shared, NpgsqlDataSource database, string name, double perSecond, TimeProvider time) : IRateLimiter
{
    private const string Take = """
        UPDATE customerio_rate SET turn = GREATEST(turn, extract(epoch FROM clock_timestamp())) + @1
        WHERE name = @0 AND turn - extract(epoch FROM clock_timestamp()) <= @2
        RETURNING turn - @1 - extract(epoch FROM clock_timestamp())
        """;

    private const string Turns = "The rate that machines share cannot be asked for";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private long _asked;

    public async ValueTask<TimeSpan?> WaitAsync(TimeSpan most, CancellationToken ct)
    {
        object? seconds;
        try
        {
            await using var command = database.CreateCommand(Take).With(name, 1 / perSecond, most.TotalSeconds);
            seconds = await command.ExecuteScalarAsync(ct).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            // Nothing has left: the request is tried again as any that could not be sent.
            if (DatabaseFailure.IsReadOnly(e))
            {
                database.Clear();
            }

            throw shared.Failure(e, Turns);
        }

        if (seconds is null)
        {
            return null;
        }

        var wait = TimeSpan.FromSeconds(Math.Max(0, Convert.ToDouble(seconds, System.Globalization.CultureInfo.InvariantCulture)));
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, ct).ConfigureAwait(false);
        }

        return wait;
    }

    public TimeSpan Asked
    {
        get
        {
            var left = TimeSpan.FromTicks(Volatile.Read(ref _asked)) - time.GetElapsedTime(0);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Gives everybody a pause: a second's, or as long as is asked for.</summary>
    public void OnThrottled(TimeSpan? asked = null)
    {
        var wait = asked > s_pause ? asked.Value : s_pause;
        Volatile.Write(ref _asked, (time.GetElapsedTime(0) + wait).Ticks);
        using var command = database
            .CreateCommand("UPDATE customerio_rate SET turn = GREATEST(turn, extract(epoch FROM clock_timestamp()) + @1) WHERE name = @0")
            .With(name, wait.TotalSeconds);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (DbException)
        {
            // It was answered all the same. This machine waits, and its next turn tells of the database.
        }
    }

    /// <summary>The shared rates of a workspace: the documented ones, or the connection's own; none against this machine unless asked for.</summary>
    public static Func<ApiName, IRateLimiter?> Of(Database database, NpgsqlDataSource source, Connection connection, TimeProvider time)
    {
        var loopback = connection.BaseUrl is { } url && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback;
        if (connection.RateLimit is 0 || (connection.RateLimit is null && loopback))
        {
            return _ => null;
        }

        // The keys themselves are not written into the database.
        var workspace = Convert.ToHexString(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', connection.BaseUrl, connection.SiteId, connection.AppApiKey))).AsSpan(0, 16)
        );
        try
        {
            return Of(database, source, connection.RateLimit, workspace, time);
        }
        catch (DbException e)
        {
            throw database.Failure(e, Turns);
        }
    }

    private static Func<ApiName, IRateLimiter?> Of(Database database, NpgsqlDataSource source, double? limit, string workspace, TimeProvider time)
    {
        using var open = database.Open();
        SyncStore.Ensure(open, database, "customerio_rate", "CREATE TABLE customerio_rate (name TEXT PRIMARY KEY, turn DOUBLE PRECISION NOT NULL)");
        var rates = new Dictionary<ApiName, IRateLimiter>();
        foreach (var (api, usual) in ((ApiName, double)[])[(ApiName.Track, 1000), (ApiName.App, 10)])
        {
            open.Execute("INSERT INTO customerio_rate (name, turn) VALUES (@0, 0) ON CONFLICT DO NOTHING", $"{workspace} {api}");
            rates[api] = new SharedRate(database, source, $"{workspace} {api}", limit ?? usual, time);
        }

        return api => rates.GetValueOrDefault(api);
    }
}
