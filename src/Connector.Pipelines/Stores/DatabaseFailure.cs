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
            // Classes of SQLSTATE: 08 connection, 40 rollback, 53 resources, 57 intervention, 58 system; lock not available, object in use.
            PostgresException { SqlState: ['0', '8', ..] or ['4', '0', ..] or ['5', '3' or '7' or '8', ..] or "55P03" or "55006" } => FailureKind.Unavailable,
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

    private const int Busy = 5,
        Locked = 6,
        Interrupted = 9,
        DeviceError = 10,
        Full = 13,
        Protocol = 15;
}
