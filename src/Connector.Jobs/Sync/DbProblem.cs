using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CustomerIo.Connector.Jobs.Sync;

/// <summary>What a database's failure means for a sync, and who has to act.</summary>
internal static class DbProblem
{
    /// <summary>A failure of the whole database or table, told with its kind.</summary>
    public static ConnectorException Of(DbException e, string what)
    {
        var message = $"{what}: {e.Message.ReplaceLineEndings(" ")}".TrimEnd('.') + ".";
        return e switch
        {
            SqliteException { SqliteErrorCode: 13 } => new(FailureKind.Unavailable, $"{message} The disk is full: make room and run it again.", inner: e),
            SqliteException { SqliteErrorCode: 5 or 6 } => new(FailureKind.Unavailable, $"{message} Another program holds the database: run it again when that has ended.", inner: e),
            SqliteException { SqliteErrorCode: 3 or 8 or 23 } => new(FailureKind.Connection, $"{message} Give this user the right to write the file.", inner: e),
            SqliteException { SqliteErrorCode: 1 } => new(FailureKind.Input, $"{message} Check the names in the sync file.", inner: e),
            SqliteException => new(FailureKind.Unavailable, message, inner: e),
            PostgresException { SqlState: "42501" } => new(FailureKind.Connection, $"{message} Give the database role this right, or let another role make the table once.", inner: e),
            PostgresException { SqlState: ['2', '8', ..] } => new(FailureKind.Connection, $"{message} Check user and password of the connection.", inner: e),
            PostgresException { SqlState: ['4', '2', ..] or ['2', '2', ..] or ['2', '3', ..] } => new(FailureKind.Input, message, inner: e),
            _ => new(FailureKind.Unavailable, $"{message} Run it again when the database is back.", inner: e),
        };
    }

    /// <summary>Whether the values of one row were refused, so that others may go through.</summary>
    public static bool IsOfOneRow(DbException e) => e is SqliteException { SqliteErrorCode: 18 or 19 or 20 or 25 }
        || e is PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '4', ..] or ['P', '0', ..] or "42804" or "54000" };
}
