using System.Data.Common;
using System.Runtime.InteropServices;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>
/// Tables in a SQLite file: what a write has answered is on the disk. Several processes may open the same file. The file and what SQLite makes beside it
/// are for this user alone.
/// </summary>
internal sealed class SqliteFile : Store
{
    private const long MaxChecked = 256 << 20;
    private const int Busy = 5,
        Locked = 6,
        ReadOnly = 8,
        InputOutput = 10,
        Damaged = 11,
        Full = 13,
        CannotOpen = 14,
        NoDatabase = 26;

    /// <summary>How long a job waits for another process's lock, and a server's request: whoever sent that tries again by itself.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30),
        s_serverPatience = TimeSpan.FromSeconds(3);

    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly Reserve? _reserve;
    private volatile string? _damage;

    private SqliteFile(string path, SqliteConnection writer, string connectionString, Reserve? reserve)
    {
        Path = path;
        _writer = writer;
        _connectionString = connectionString;
        _reserve = reserve;
        Begin();
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    public override string Name => Path;

    /// <summary>The most bytes that one write may add; unlimited without a reserve.</summary>
    protected override long MaxInOneWrite => _reserve is null ? long.MaxValue : _reserve.Bytes / 2;

    /// <summary>Opens the file, creates it when it is missing, and brings its tables up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="versions">The statements that lead from each version of the tables to the next; only ever added to.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be opened, is no such file, is damaged, or was written by a
    /// newer version.
    /// <see cref="FailureKind.Unavailable"/>: it is locked, or the disk is full.</exception>
    public static SqliteFile Open(string path, params ReadOnlySpan<string> versions) => Open(path, 0, versions);

    /// <summary>Opens a server's file: room is kept in reserve beside it, and a lock of others fails a write after 3 s instead of 30.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reserve">Bytes kept in reserve; on a small disk less.</param>
    /// <param name="versions">As <see cref="Open(string, ReadOnlySpan{string})"/>.</param>
    /// <exception cref="ConnectorException">As <see cref="Open(string, ReadOnlySpan{string})"/>.</exception>
    public static SqliteFile Open(string path, long reserve, params ReadOnlySpan<string> versions)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            PrivateFile.CreateFolder(System.IO.Path.GetDirectoryName(path)!);
            var room = reserve > 0 ? new Reserve(path + ".reserve", reserve) : null;
            try
            {
                return Open(path, room, versions);
            }
            catch (SqliteException e) when (room is not null && IsFull(e))
            {
                // Opening makes files, too.
                room.Release();
                return Open(path, room, versions);
            }
        }
        catch (SqliteException e)
        {
            throw Failure(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"{path} cannot be used: {e.Message}", inner: e);
        }
    }

    /// <summary>Makes the file, unless it is there, and lets nobody but its owner at it and at what SQLite makes beside it.</summary>
    /// <param name="path">The file.</param>
    public static void MakePrivate(string path)
    {
        PrivateFile.TryCreate(path);
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal"])
        {
            PrivateFile.Tighten(path + suffix);
        }
    }

    public override DbConnection Read() => Connect(_connectionString);

    public override void Note(DbException met)
    {
        if (met is SqliteException { SqliteErrorCode: Damaged or NoDatabase })
        {
            _damage ??= met.Message;
        }
    }

    public override string Among(string column, string list) => $"{column} IN (SELECT value FROM json_each({list}))";

    // Its only writer begins with the lock.
    public override void Alone(DbConnection connection) { }

    protected override DbConnection Writer => _writer;

    protected override TimeSpan Patience => s_patience;

    protected override ValueTask CloseAsync() => _writer.DisposeAsync();

    /// <exception cref="SqliteException">What is added now could not be found, or not be taken out, later.</exception>
    protected override void RequireWhole(long longest)
    {
        RequireThere();
        if (_damage is { } damage)
        {
            throw new SqliteException($"{Path} is damaged: {damage}", Damaged);
        }

        if (_reserve is not null && (longest > MaxInOneWrite || !_reserve.Make()))
        {
            throw new SqliteException("The disk is full: what is left is kept for noting what is done.", Full);
        }
    }

    /// <exception cref="SqliteException">The file was removed or replaced: what is written into it is gone when it is closed.</exception>
    protected override void RequireThere()
    {
        const int HasMoved = 20;
        var moved = 0;
        if (FileControl(_writer.Handle!, IntPtr.Zero, HasMoved, ref moved) == 0 && moved != 0)
        {
            throw new SqliteException($"{Path} was removed or replaced. Put it back or start again.", CannotOpen);
        }
    }

    // Moves what was written into the file itself, and empties the log beside it: nothing more of the disk is needed for it than the log had.
    private void Checkpoint()
    {
        try
        {
            _writer.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // The next one may.
        }
    }

    protected override Exception? WithReserve(DbException why, Func<Exception?> commit)
    {
        if (_reserve is null || why is not SqliteException e || !IsFull(e))
        {
            return why;
        }

        _reserve.Release();
        Checkpoint();
        var failure = commit();
        Checkpoint();
        _reserve.Make();
        return failure;
    }

    protected override bool Passes(Exception e) => e is SqliteException { SqliteErrorCode: Busy or Locked };

    private static bool IsFull(SqliteException e) => e.SqliteErrorCode is Full or InputOutput;

    protected override bool IsOfTheStore(Exception e) =>
        e is SqliteException met && met.SqliteErrorCode is Busy or Locked or ReadOnly or InputOutput or Damaged or Full or CannotOpen or NoDatabase;

    private static ConnectorException Failure(string path, SqliteException e) =>
        e.SqliteErrorCode switch
        {
            Busy or Locked => new(FailureKind.Unavailable, $"{path} is locked by another process. End that one, or try again when it is done.", inner: e),
            Full => new(FailureKind.Unavailable, $"{path} cannot be opened, as its disk is full. Make room, and start again.", inner: e),
            InputOutput when IsFile(path) => new(
                FailureKind.Unavailable,
                $"{path} cannot be used: {e.Message} The disk has no room or fails. Make room, and start again.",
                inner: e
            ),
            Damaged or NoDatabase => new(
                FailureKind.Input,
                $"{path} is damaged, or no file of the connector's ({e.Message}). Move it away and start again; the command .recover of "
                    + "the program sqlite3 may find what it held.",
                inner: e
            ),
            ReadOnly => new(
                FailureKind.Input,
                $"{path} cannot be written: the file, its folder or its disk is read-only. Name another folder with --data or CUSTOMERIO_CONNECTOR_HOME.",
                inner: e
            ),
            _ => new(
                FailureKind.Input,
                $"{path} cannot be used: {e.Message} It must be a file that this user may write. Name another folder with --data "
                    + "or CUSTOMERIO_CONNECTOR_HOME.",
                inner: e
            ),
        };

    // Opened for writing, too: that way nothing waits for the other end of a FIFO.
    private static bool IsFile(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
            return file.CanSeek;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static SqliteFile Open(string path, Reserve? reserve, ReadOnlySpan<string> versions)
    {
        MakePrivate(path);
        var patience = reserve is null ? s_patience : s_serverPatience;
        // Never made by a later opening: that would be an empty file in the place of one that was removed.
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = (int)patience.TotalSeconds,
            Mode = SqliteOpenMode.ReadWrite,
        }.ToString();
        SqliteConnection? connection = null;
        try
        {
            connection = Connect(text);
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA temp_store = MEMORY");
            if (reserve is not null)
            {
                const int Page = 4096;
                connection.Execute($"PRAGMA wal_autocheckpoint = {Math.Clamp(reserve.Bytes / 4 / Page, 16, 1000)}");
                Check(connection, path);
            }

            Upgrade(connection, path, versions);
            return new SqliteFile(path, connection, text, reserve);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    private static void Check(SqliteConnection connection, string path)
    {
        // A large file is not read as a whole: its damage shows when it is met.
        if (new FileInfo(path).Length <= MaxChecked && connection.Value("PRAGMA quick_check(1)") is string found && found != "ok")
        {
            throw new SqliteException(found.ReplaceLineEndings(" "), Damaged);
        }
    }

    private static SqliteConnection Connect(string text)
    {
        var connection = NativeSqlite.Connection(text);
        try
        {
            connection.Open();
            // FULL: a commit that was answered also survives a power cut.
            connection.Execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Upgrade(SqliteConnection connection, string path, ReadOnlySpan<string> versions)
    {
        if (Version(connection) == versions.Length)
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        // Read again: another process may have been faster.
        var version = Version(connection);
        if (version > versions.Length || version < 0)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{path} was written by a newer version of the connector. Update the connector, or name another folder with --data."
            );
        }

        foreach (var statements in versions[version..])
        {
            connection.Execute(statements);
        }

        connection.Execute($"PRAGMA user_version = {versions.Length}");
        transaction.Commit();
    }

    private static int Version(SqliteConnection connection) =>
        Convert.ToInt32(connection.Value("PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture);

    // The library of SQLite that Microsoft.Data.Sqlite uses, the same on every system; this function is not among those that it hands on.
#pragma warning disable RS0030
    [DllImport(NativeSqlite.Name, EntryPoint = "sqlite3_file_control", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileControl(SafeHandle database, IntPtr name, int operation, ref int value);
#pragma warning restore RS0030
}
