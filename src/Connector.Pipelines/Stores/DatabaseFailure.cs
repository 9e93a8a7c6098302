using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Sorts what databases and their drivers throw by who has to act.</summary>
internal static class DatabaseFailure
{
    /// <summary>Whether an exception is a database's, or of the way to it.</summary>
    public static bool Is(Exception e) => e is DbException or SocketException or TimeoutException or IOException or AuthenticationException;

    /// <summary>Unavailable: away, restarting, locked, full. Connection: refused user, missing right, TLS. Input: the rest.</summary>
    public static FailureKind KindOf(Exception e) =>
        e switch
        {
            _ when IsPooler(e) => FailureKind.Input,

            // Classes of SQLSTATE: 08 connection, 40 rollback, 53 resources, 57 intervention, 58 system; lock not available, object in use, a transaction
            // that took too long.
            PostgresException { SqlState: ['0', '8', ..] or ['4', '0', ..] or ['5', '3' or '7' or '8', ..] or "55P03" or "55006" or "25P03" or "25P04" } =>
                FailureKind.Unavailable,
            _ when IsReadOnly(e) => FailureKind.Unavailable,
            PostgresException { SqlState: ['2', '8', ..] or "42501" } => FailureKind.Connection,
            PostgresException => FailureKind.Input,
            SqliteException s => s.SqliteErrorCode is Busy or Locked or Interrupted or DeviceError or Full or Protocol
                ? FailureKind.Unavailable
                : FailureKind.Input,
            NpgsqlException { InnerException: AuthenticationException } or AuthenticationException => FailureKind.Connection,

            // What the driver itself refuses, such as a missing password, has no inner exception.
            NpgsqlException { InnerException: null, IsTransient: false } => FailureKind.Connection,
            NpgsqlException or SocketException or TimeoutException or IOException => FailureKind.Unavailable,
            _ => FailureKind.Input,
        };

    /// <summary>Whether the database has no room left.</summary>
    public static bool IsFull(Exception e) => e is PostgresException { SqlState: "53100" } or SqliteException { SqliteErrorCode: Full };

    /// <summary>Whether the server takes no changes, as after a failover: a new session may find one that does.</summary>
    public static bool IsReadOnly(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>Has the sessions of a connection's pool closed, where their server takes no changes any more.</summary>
    /// <param name="e">What the connection met.</param>
    /// <param name="connection">The connection; it is closed when it is given back.</param>
    public static void Leave(Exception e, DbConnection? connection)
    {
        if (IsReadOnly(e) && connection is NpgsqlConnection session)
        {
            NpgsqlConnection.ClearPool(session);
        }
    }

    /// <summary>A failure that nobody said more about, for whoever must act.</summary>
    public static ConnectorException Of(Exception e)
    {
        var kind = KindOf(e);
        return new(kind, $"A database failed: {Text(e).TrimEnd('.')}.{(Advice(kind, e) is { } advice ? " " + advice : "")}", inner: e);
    }

    /// <summary>What to do; null where that depends on what was tried.</summary>
    public static string? Advice(FailureKind kind, Exception e) =>
        kind switch
        {
            FailureKind.Unavailable => IsFull(e) ? "Free some space, then start again." : "Try again later.",
            FailureKind.Connection => "Check the user, the password and what the user may do.",
            _ when IsPooler(e) => "Connect to the server itself, not through a pooler.",
            _ when e is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "Make it, or name another one.",
            _ => null,
        };

    /// <summary>What was said, in one line; positions are left out, since they count in a text that nobody sees.</summary>
    public static string Text(Exception e)
    {
        var text = e switch
        {
            PostgresException { Hint.Length: > 0 } p => $"{p.MessageText}. {p.Hint}",
            PostgresException p => p.MessageText,
            NpgsqlException { InnerException: { } inner } => $"{e.Message.TrimEnd('.')}: {inner.Message}",
            _ => e.Message,
        };
        return text.ReplaceLineEndings(" ");
    }

    // PgBouncer refuses sessions that begin with a schema of their own.
    private static bool IsPooler(Exception e) =>
        e is PostgresException p && p.MessageText.StartsWith("unsupported startup parameter", StringComparison.Ordinal);

    private const int Busy = 5,
        Locked = 6,
        Interrupted = 9,
        DeviceError = 10,
        Full = 13,
        Protocol = 15;
}
