using System.Data.Common;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>A database as people name it: <c>sqlite:FILE</c>, <c>postgres:CONNECTION</c>, or <c>env:NAME</c> of a variable that holds one of these.</summary>
internal sealed partial record Database
{
    /// <summary>How long <see cref="Impatient"/> waits, in seconds.</summary>
    public const int Seconds = 5;

    private const string Variable = "env:";

    /// <summary>How long a lock that somebody else holds is waited for, in seconds.</summary>
    private const int Patience = 10;

    private const int NotADatabase = 26;

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

        if (text.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase))
        {
            var path = text["sqlite:".Length..];
            return path.Length > 0
                ? new(false, new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = Patience }.ToString(), text)
                : throw new ConnectorException(FailureKind.Input, "sqlite: needs a file, such as sqlite:people.db.");
        }

        if (Scheme().Match(text) is not { Success: true } scheme)
        {
            return null;
        }

        try
        {
            var rest = text[scheme.Length..];
            var builder = rest.StartsWith("//", StringComparison.Ordinal) ? FromUrl(new Uri("postgres:" + rest)) : new NpgsqlConnectionStringBuilder(rest);
            builder.ApplicationName ??= "customerio-connector";
            return new(true, builder.ToString(), Shown($"postgres://{builder.Host}/{builder.Database}"));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new ConnectorException(
                FailureKind.Input,
                "The PostgreSQL connection cannot be read. Write postgres://host:5432/database with the user before the host, or "
                    + "postgres:Host=…;Username=…;Database=…; in a password / ? # are written %2F %3F %23. "
                    + "User and password may stand in PGUSER and PGPASSWORD, or the whole connection in a variable: env:NAME."
            );
        }
    }

    /// <summary>The one way to name a source or target to people: a file as it was given, of a database its host and name, nothing secret.</summary>
    public static string NameOf(string given)
    {
        try
        {
            return Parse(given)?.Name ?? Shown(given);
        }
        catch (ConnectorException)
        {
            return Shown(given);
        }
    }

    /// <exception cref="ConnectorException">It cannot be opened; the kind says who must act.</exception>
    public DbConnection Open(bool create = false, bool readOnly = false)
    {
        DbConnection? connection = null;
        try
        {
            if (!IsPostgres)
            {
                CheckFile(new SqliteConnectionStringBuilder(_connection).DataSource, create, readOnly);
            }

            connection =
                IsPostgres ? new NpgsqlConnection(_connection)
                : create ? NativeSqlite.Connection(_connection)
                : NativeSqlite.Connection(
                    new SqliteConnectionStringBuilder(_connection) { Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite }.ToString()
                );
            connection.Open();
            if (!IsPostgres)
            {
                // Only what reads it finds out whether a file is a database.
                connection.Execute("PRAGMA schema_version");
            }

            return connection;
        }
        catch (Exception e) when (DatabaseFailure.Is(e) || e is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            connection?.Dispose();
            throw Failure(
                e,
                $"{Name} cannot be opened",
                e is SqliteException { SqliteErrorCode: NotADatabase }
                    ? "Name a file of SQLite; a .csv or .jsonl file is named without sqlite: before it."
                    : null
            );
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

    /// <summary>A failure of this database for whoever must act: what was tried, what the database says, what to do.</summary>
    /// <param name="e">What the database or its driver said.</param>
    /// <param name="what">What was tried, as the beginning of a sentence.</param>
    /// <param name="advice">What to do when the input is to blame; null for nothing more.</param>
    /// <param name="of">What kind it is where that is known better than from the exception; null to read it from there.</param>
    public ConnectorException Failure(Exception e, string what, string? advice = null, FailureKind? of = null)
    {
        var kind = of ?? DatabaseFailure.KindOf(e);
        var then = DatabaseFailure.Advice(kind, e) ?? advice;
        return new(kind, $"{what}: {Told(e).TrimEnd('.')}.{(then is null ? "" : " " + then)}", inner: e);
    }

    /// <summary>Whether its file is there; of a server that is not known before it is opened.</summary>
    public bool Exists => IsPostgres || File.Exists(new SqliteConnectionStringBuilder(_connection).DataSource);

    /// <summary>The connection as Npgsql takes it.</summary>
    public string ConnectionString => _connection;

    /// <summary>The same database of PostgreSQL, with a schema of its own for what is made in it.</summary>
    /// <param name="schema">The schema.</param>
    public Database In(string schema) =>
        new(IsPostgres, new NpgsqlConnectionStringBuilder(_connection) { SearchPath = Quote(schema) }.ToString(), Identity) { Name = Name };

    /// <summary>The same database of PostgreSQL, whose administrators see its sessions under a name.</summary>
    /// <param name="session">The name, of at most 63 bytes.</param>
    public Database As(string session) =>
        new(IsPostgres, new NpgsqlConnectionStringBuilder(_connection) { ApplicationName = session }.ToString(), Identity) { Name = Name };

    /// <summary>The same database of PostgreSQL, which counts as away when it has not answered within five seconds.</summary>
    public Database Impatient() =>
        new(
            IsPostgres,
            new NpgsqlConnectionStringBuilder(_connection)
            {
                Timeout = Seconds,
                CommandTimeout = Seconds,
                CancellationTimeout = 500,
            }.ToString(),
            Identity
        )
        {
            Name = Name,
        };

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
            throw new ConnectorException(
                FailureKind.Input,
                $"The environment variable {name} is not set here. It must hold sqlite:FILE or postgres:CONNECTION."
            );
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

        throw new ConnectorException(
            FailureKind.Input,
            $"The environment variable {name} names no database, or one that cannot be read. It must hold sqlite:FILE or postgres:CONNECTION; in an address, "
                + "/ ? # of a password are written %2F %3F %23."
        );
    }

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        if (url.PathAndQuery.Contains('@') || url.Fragment.Length > 0)
        {
            throw new FormatException("A part of the password would be taken for the database.");
        }

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

    private void CheckFile(string path, bool create, bool readOnly)
    {
        if (Directory.Exists(path))
        {
            throw new ConnectorException(FailureKind.Input, $"{Name} is a folder, not a database.");
        }

        if (create)
        {
            PrivateFile.TryCreate(path);
        }
        else if (readOnly)
        {
            PlainFile.Check(path);
        }
    }

    /// <summary>What the database or its driver said, in one line; it may name the user, and of a variable's connection anything: that is left out.</summary>
    public string Told(Exception e)
    {
        var text = DatabaseFailure.Text(e);
        if (IsPostgres)
        {
            var builder = new NpgsqlConnectionStringBuilder(_connection);
            string?[] hidden =
            [
                builder.Password,
                builder.Username,
                Environment.GetEnvironmentVariable("PGUSER"),
                .. Name.StartsWith(Variable, StringComparison.Ordinal) ? (string?[])[builder.Host, builder.Database] : [],
            ];
            foreach (var value in hidden.Where(v => !string.IsNullOrEmpty(v)))
            {
                text = Regex.Replace(text, $@"(?<!\w){Regex.Escape(value!)}(?!\w)", "…", RegexOptions.CultureInvariant);
            }
        }

        return text;
    }

    // For texts of any kind: what looks like a connection loses user, password and settings.
    private static string Shown(string text)
    {
        var (start, at) = (text.IndexOf("://", StringComparison.Ordinal), text.LastIndexOf('@'));
        text = start >= 0 && at > start ? text[..(start + 3)] + text[(at + 1)..] : text;
        return Secret().Match(text) is { Success: true } secret ? text[..secret.Index] + "…" : text;
    }

    [GeneratedRegex(@"\Apostgres(ql)?:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    // From the first setting on: which of them are secret is not ours to know.
    [GeneratedRegex(
        @"(?<=\w:)[^:/]*=.*;|(?<=://[^?]*)\?.*|\w*(password|passwd|pwd)\w*\s*=.*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline
    )]
    private static partial Regex Secret();
}
