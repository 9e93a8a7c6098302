using System.Data.Common;
using System.Globalization;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Statements for SQLite and PostgreSQL alike, with parameters <c>@0</c>, <c>@1</c> … in the order given.</summary>
internal static class Sql
{
    private static readonly string[] s_names = [.. Enumerable.Range(0, 16).Select(Name)];

    /// <summary>Runs a statement; the number of rows it changed.</summary>
    public static int Execute(this DbConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement once for each item; it is compiled once.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="items">The items.</param>
    /// <param name="values">The values of the parameters for an item, each time as many.</param>
    public static void ExecuteEach<T>(this DbConnection connection, string sql, IEnumerable<T> items, Func<T, object?[]> values)
    {
        using var command = Command(connection, sql);
        foreach (var item in items)
        {
            var given = values(item);
            if (command.Parameters.Count == 0)
            {
                command.With(given);
            }

            for (var i = 0; i < given.Length; i++)
            {
                command.Parameters[i].Value = given[i] ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }
    }

    /// <summary>The first column of the first row; null when there is none.</summary>
    public static object? Value(this DbConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteScalar() is var value and not DBNull ? value : null;
    }

    /// <summary>Every row, all read before it answers.</summary>
    public static List<T> Query<T>(this DbConnection connection, Func<DbDataReader, T> row, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(connection, sql, values);
        return [.. Read(command, row)];
    }

    /// <summary>Every row, read as it is asked for.</summary>
    public static IEnumerable<T> Rows<T>(this DbConnection connection, Func<DbDataReader, T> row, string sql, params object?[] values)
    {
        using var command = Command(connection, sql, values);
        foreach (var read in Read(command, row))
        {
            yield return read;
        }
    }

    /// <summary>A statement with its parameters; the caller disposes it.</summary>
    public static DbCommand Command(this DbConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        // Names are quoted by those who build the statement; what comes from outside is a parameter.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.With(values);
    }

    /// <summary>The command with its parameters' values.</summary>
    public static T With<T>(this T command, params ReadOnlySpan<object?> values)
        where T : DbCommand
    {
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = i < s_names.Length ? s_names[i] : Name(i);
            parameter.Value = values[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static IEnumerable<T> Read<T>(DbCommand command, Func<DbDataReader, T> row)
    {
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return row(reader);
        }
    }

    private static string Name(int index) => "@" + index.ToString(CultureInfo.InvariantCulture);
}
