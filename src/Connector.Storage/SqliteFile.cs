using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Storage;

/// <summary>
/// A SQLite file that survives a kill: what <see cref="WriteAsync{T}"/> has answered is on the disk. Writers that come at once share one commit.
/// Several processes may open the same file.
/// </summary>
public sealed class SqliteFile : IAsyncDisposable
{
    private const int MostInOneCommit = 500;

    private readonly string _connectionString;
    private readonly Channel<Write> _writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(10_000) { SingleReader = true });
    private readonly SqliteConnection _writer;
    private readonly Task _writing;

    private SqliteFile(string path, SqliteConnection writer, string connectionString)
    {
        Path = path;
        _writer = writer;
        _connectionString = connectionString;
        _writing = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <summary>Opens the file, creates it when it is missing, and brings its tables up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="versions">The statements that lead from each version of the tables to the next; only ever added to.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be opened, is no such file, or was written by a newer version.</exception>
    public static SqliteFile Open(string path, params ReadOnlySpan<string> versions)
    {
        path = System.IO.Path.GetFullPath(path);
        var text = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            connection = Connect(text);
            connection.Run("PRAGMA journal_mode = WAL");
            Upgrade(connection, path, versions);
            return new SqliteFile(path, connection, text);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or ConnectorException)
        {
            connection?.Dispose();
            throw e as ConnectorException ?? new ConnectorException(FailureKind.Input, $"{path} cannot be used: {e.Message}", inner: e);
        }
    }

    /// <summary>A connection for reading, from the pool; the caller disposes it.</summary>
    public SqliteConnection Read() => Connect(_connectionString);

    /// <summary>Runs the work inside a transaction; when it answers, the change is on the disk. Work that throws changes nothing.</summary>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken = default)
    {
        var write = new Write(connection => work(connection));
        await _writes.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return (T)(await write.Done.Task.ConfigureAwait(false))!;
    }

    /// <summary>As <see cref="WriteAsync{T}"/>, for work that answers nothing.</summary>
    public Task WriteAsync(Action<SqliteConnection> work, CancellationToken cancellationToken = default) => WriteAsync<object?>(
        connection =>
        {
            work(connection);
            return null;
        }, cancellationToken);

    /// <summary>Finishes what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    private void WriteAll()
    {
        var batch = new List<Write>();
        while (_writes.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < MostInOneCommit && _writes.Reader.TryRead(out var write))
            {
                batch.Add(write);
            }

            // One that fails must not undo the others, nor be told that it is kept: then each gets a commit of its own.
            if (!Commit(batch) && batch.Count > 1)
            {
                foreach (var write in batch)
                {
                    Commit([write]);
                }
            }
        }
    }

    private bool Commit(List<Write> batch)
    {
        try
        {
            using var transaction = _writer.BeginTransaction();
            foreach (var write in batch)
            {
                write.Answer = write.Work(_writer);
            }

            transaction.Commit();
        }
        catch (Exception e)
        {
            if (batch.Count == 1)
            {
                batch[0].Done.SetException(e);
            }

            return false;
        }

        batch.ForEach(w => w.Done.SetResult(w.Answer));
        return true;
    }

    private static SqliteConnection Connect(string text)
    {
        var connection = new SqliteConnection(text);
        connection.Open();
        // FULL: a commit that was answered also survives a power cut.
        connection.Run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
        return connection;
    }

    private static void Upgrade(SqliteConnection connection, string path, ReadOnlySpan<string> versions)
    {
        using var transaction = connection.BeginTransaction();
        var version = Convert.ToInt32(connection.Value("PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture);
        if (version > versions.Length)
        {
            throw new ConnectorException(FailureKind.Input, $"{path} was written by a newer version of the connector. Update the connector, or name another folder with --data.");
        }

        foreach (var statements in versions[version..])
        {
            connection.Run(statements);
        }

        connection.Run($"PRAGMA user_version = {versions.Length}");
        transaction.Commit();
    }

    private sealed class Write(Func<SqliteConnection, object?> work)
    {
        public Func<SqliteConnection, object?> Work { get; } = work;

        public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public object? Answer { get; set; }
    }
}
