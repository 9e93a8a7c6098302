using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CustomerIo.Connector.Jobs.Tables;

/// <summary>A database as the command line names it: <c>sqlite:FILE</c> or <c>postgres:CONNECTION</c>.</summary>
internal sealed record Database
{
    private readonly string _connection;

    private Database(bool isPostgres, string connection, string name)
    {
        (IsPostgres, _connection, Name) = (isPostgres, connection, name);
    }

    public bool IsPostgres { get; }

    /// <summary>What people may see of it: no password.</summary>
    public string Name { get; }

    /// <summary>Null when the text names no database.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it does, but cannot be read.</exception>
    public static Database? Parse(string text)
    {
        if (text.StartsWith("sqlite:", StringComparison.Ordinal))
        {
            var path = text["sqlite:".Length..];
            return path.Length > 0
                ? new(false, new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString(), text)
                : throw new ConnectorException(FailureKind.Input, "sqlite: needs a file, such as sqlite:people.db.");
        }

        var rest = text.StartsWith("postgres:", StringComparison.Ordinal) ? text["postgres:".Length..] : text.StartsWith("postgresql:", StringComparison.Ordinal) ? text["postgresql:".Length..] : null;
        if (rest is null)
        {
            return null;
        }

        try
        {
            var builder = rest.StartsWith("//", StringComparison.Ordinal) ? FromUrl(new Uri("postgres:" + rest)) : new NpgsqlConnectionStringBuilder(rest);
            builder.ApplicationName ??= "customerio-connector";
            return new(true, builder.ToString(), $"postgres:{builder.Host}/{builder.Database}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new ConnectorException(FailureKind.Input,
                "The PostgreSQL connection cannot be read. Write postgres://user@host:5432/database, or postgres:Host=…;Username=…;Database=…; the password may stand in PGPASSWORD.");
        }
    }

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be opened.</exception>
    public DbConnection Open(bool create = false)
    {
        DbConnection connection = IsPostgres
            ? new NpgsqlConnection(_connection)
            : new SqliteConnection(create ? _connection : new SqliteConnectionStringBuilder(_connection) { Mode = SqliteOpenMode.ReadWrite }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch (Exception e) when (e is DbException or System.Net.Sockets.SocketException or TimeoutException)
        {
            connection.Dispose();
            throw new ConnectorException(FailureKind.Input, $"{Name} cannot be opened: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The connection as Npgsql takes it.</summary>
    public string ConnectionString => _connection;

    /// <summary>A name as SQL writes it.</summary>
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public override string ToString() => Name;

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host.Length > 0 ? url.Host : "localhost" };
        if (url.Port > 0)
        {
            builder.Port = url.Port;
        }

        if (url.AbsolutePath.Trim('/') is { Length: > 0 } name)
        {
            builder.Database = Uri.UnescapeDataString(name);
        }

        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            builder[Uri.UnescapeDataString(parts[0])] = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
        }

        return builder;
    }
}
