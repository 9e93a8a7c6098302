using System.Data.Common;
using CustomerIo.Connector.Storage;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CustomerIo.Connector.Jobs.Tables;

/// <summary>A database as people name it: <c>sqlite:FILE</c>, <c>postgres:CONNECTION</c>, or <c>env:NAME</c> of a variable that holds one of these.</summary>
internal sealed record Database
{
    private const string Variable = "env:";
    private readonly string _connection;

    private Database(bool isPostgres, string connection, string name)
    {
        (IsPostgres, _connection, Name, Identity) = (isPostgres, connection, name, name);
    }

    public bool IsPostgres { get; }

    /// <summary>What people may see of it: no password, and of a variable its name only.</summary>
    public string Name { get; private init; }

    /// <summary>Tells this database from another, whatever named it; for keys and hashes, never for people.</summary>
    public string Identity { get; }

    /// <summary>Null when the text names no database.</summary>
    /// <param name="text">What somebody gave: <c>sqlite:</c>, <c>postgres:</c> or <c>env:</c>.</param>
    /// <param name="isPostgres">Whether a text without a kind is a PostgreSQL connection. Default false.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it does, but cannot be read.</exception>
    public static Database? Parse(string text, bool isPostgres = false)
    {
        if (text.StartsWith(Variable, StringComparison.Ordinal))
        {
            return OfVariable(text, isPostgres);
        }

        if (isPostgres && !(text.StartsWith("postgres", StringComparison.Ordinal) && text.Contains(':')))
        {
            text = "postgres:" + text;
        }

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
            if (create && !IsPostgres)
            {
                PrivateFile.TryCreate(new SqliteConnectionStringBuilder(_connection).DataSource);
            }

            connection.Open();
            return connection;
        }
        catch (Exception e) when (e is DbException or System.Net.Sockets.SocketException or TimeoutException)
        {
            connection.Dispose();
            throw new ConnectorException(FailureKind.Input, $"{Name} cannot be opened: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Opens the connector's own database; a file is for this user alone.</summary>
    /// <exception cref="ConnectorException">As <see cref="Open"/>.</exception>
    public DbConnection OpenOwn()
    {
        if (!IsPostgres)
        {
            SqliteFile.MakePrivate(new SqliteConnectionStringBuilder(_connection).DataSource);
        }

        return Open(create: true);
    }

    /// <summary>The connection as Npgsql takes it.</summary>
    public string ConnectionString => _connection;

    /// <summary>A name as SQL writes it.</summary>
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public override string ToString() => Name;

    // The caller may be an agent, and the variable somebody's key: only a database is taken, and nothing of the value is told.
    private static Database OfVariable(string text, bool isPostgres)
    {
        var name = text[Variable.Length..];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw new ConnectorException(FailureKind.Input, "env: needs the name of an environment variable, such as env:PEOPLE_DATABASE.");
        }

        var value = Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrEmpty(value))
        {
            throw new ConnectorException(FailureKind.Input, $"The environment variable {name} is not set here. It must hold sqlite:FILE or postgres:CONNECTION.");
        }

        try
        {
            if (!value.StartsWith(Variable, StringComparison.Ordinal) && Parse(value, isPostgres) is { } database)
            {
                return database with { Name = text };
            }
        }
        catch (ConnectorException)
        {
            // What is wrong with it could only be told with parts of it.
        }

        throw new ConnectorException(FailureKind.Input, $"The environment variable {name} names no database. It must hold sqlite:FILE or postgres:CONNECTION.");
    }

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
