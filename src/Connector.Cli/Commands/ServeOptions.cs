using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary>How events are let in and delivered: what <c>serve</c>, and a hub with that part, takes.</summary>
internal sealed class ServeOptions
{
    public const string WriteKeyVariable = "CUSTOMERIO_WRITE_KEY";

    private readonly EventOptions _settings = new();
    private readonly Option<string?> _key = new("--write-key")
    {
        Description = $"What SDKs must send as write key. Default: {WriteKeyVariable}, which other users of this machine cannot see.",
        HelpName = "key",
    };
    private readonly Option<string[]> _cors = Cors();
    private readonly Option<bool> _ip = new("--context-ip")
    {
        Description = "Adds the sender's address to events that have no context.ip; behind a proxy on this machine, that of X-Forwarded-For.",
    };
    private readonly Option<double?> _throttle = Throttle();
    private readonly Option<int> _queue = new("--queue")
    {
        Description = $"How many events may wait; further ones are answered 503. Default {IngestOptions.DefaultQueue}.",
        HelpName = "n",
        DefaultValueFactory = _ => IngestOptions.DefaultQueue,
    };
    private readonly Option<string?> _postgres = Commands.Shared.PostgresOption(
        "Keeps the queue in PostgreSQL, where several machines share it and one delivers"
    );
    private readonly Option<string> _name = QueueName();
    private readonly Option<int> _concurrency = ConcurrencyOption();

    public ServeOptions()
    {
        Shared.Between(_queue, 1, 100_000_000);
    }

    /// <summary>Adds them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="alsoBelow">Whether commands below it have those that say where the queue is. Default false.</param>
    public void AddTo(Command command, bool alsoBelow = false)
    {
        _postgres.Recursive = _name.Recursive = alsoBelow;
        foreach (var option in (Option[])[_key, _cors, _ip, _throttle, _queue, _postgres, _name, _concurrency])
        {
            command.Options.Add(option);
        }

        _settings.AddTo(command);
    }

    /// <summary>The write key that SDKs must send; null when none was chosen.</summary>
    public string? WriteKey(ParseResult parsed) =>
        (parsed.GetValue(_key) is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable(WriteKeyVariable)) is { } key
        && !string.IsNullOrWhiteSpace(key)
            ? key.Trim()
            : null;

    /// <inheritdoc cref="Connection(double?, SandboxServer?)"/>
    public Connection Connection(ParseResult parsed, SandboxServer? local) => Connection(parsed.GetValue(_throttle), local);

    /// <summary>The workspace, as the environment or a sandbox of this run has it, at the rate that was asked for.</summary>
    public static Connection Connection(double? throttle, SandboxServer? local)
    {
        var rate = throttle?.ToString(CultureInfo.InvariantCulture);
        string? Read(string name) => name == "CUSTOMERIO_RATE_LIMIT" && rate is not null ? rate : Environment.GetEnvironmentVariable(name);
        return local is null ? Model.Connection.FromEnvironment(Read) : SandboxCommand.ConnectionTo(local, Read);
    }

    /// <summary>The region that was asked for; null for the connection's.</summary>
    public Region? Region(ParseResult parsed) => _settings.Region(parsed);

    /// <summary>All of it together.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: the connection has no key to deliver with.</exception>
    public IngestOptions Read(ParseResult parsed, string writeKey, Connection connection, string? data)
    {
        // Without keys nothing would ever be delivered: better said now than by a queue that grows.
        var settings = _settings.Read(parsed);
        _ = new Workspace(connection, new WorkspaceState()).Authorization(settings.Api);
        return new IngestOptions
        {
            WriteKey = writeKey,
            Cors = [.. (parsed.GetValue(_cors) ?? []).Select(o => Origin(o)!)],
            ContextIp = parsed.GetValue(_ip),
            File = File(data),
            Shared = SharedQueue(parsed),
            Queue = parsed.GetValue(_queue),
            Settings = settings,
            Connection = connection,
            Region = Region(parsed),
            Concurrency = parsed.GetValue(_concurrency),
            Say = Terminal.Say,
        };
    }

    /// <summary>The queue that several machines share; null for one of this machine.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: a queue is named, and no database.</exception>
    public SharedQueue? SharedQueue(ParseResult parsed) =>
        Postgres(parsed) is { } database ? new(database, parsed.GetValue(_name)!)
        : parsed.GetResult(_name) is { Implicit: false }
            ? throw new ConnectorException(FailureKind.Input, "--queue-name names a queue in PostgreSQL: give --postgres as well, or leave it out.")
        : null;

    /// <summary>The database that several machines share; null for a queue of this machine.</summary>
    public Database? Postgres(ParseResult parsed) => Commands.Shared.Postgres(parsed.GetValue(_postgres));

    /// <summary>Opens the queue, to look into it.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="data">The data folder, where it is of this machine.</param>
    public EventStore Open(ParseResult parsed, string? data) => SharedQueue(parsed) is { } shared ? shared.Open() : EventStore.Open(File(data));

    /// <summary>The file of the queue in a data folder.</summary>
    public static string File(string? data) => Path.Combine(DataFolder.Open(data), EventStore.FileName);

    /// <summary>Says what waits, once it listens.</summary>
    public static string Waiting(IngestOptions options, IngestPart part)
    {
        var (queued, dead) = part.Counts;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Profile {options.Settings.Profile.Name}. {queued} events wait in {part.Name}, {dead} dead letters."
        );
    }

    /// <summary>The name of a queue that is shared.</summary>
    public static Option<string> QueueName()
    {
        var name = new Option<string>("--queue-name")
        {
            Description = "With --postgres: the queue's name, another one for each workspace.",
            HelpName = "name",
            DefaultValueFactory = _ => Hub.Ingest.SharedQueue.DefaultQueue,
        };
        name.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && (token.Value.Length is 0 or > 40 || !token.Value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            )
            {
                result.AddError("--queue-name has small letters, digits and underscores, at most 40.");
            }
        });
        return name;
    }

    private static Option<string[]> Cors()
    {
        var cors = new Option<string[]>("--cors")
        {
            Description = "Origins of web pages that may send, such as https://example.com, or * for all. Default none.",
            HelpName = "origin",
            AllowMultipleArgumentsPerToken = true,
        };
        cors.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => Origin(t.Value) is null))
            {
                result.AddError($"--cors {token.Value} is no origin. Write it like https://example.com, without a path, or * for all.");
            }
        });
        return cors;
    }

    /// <summary>How many events are on their way at once, for every command that delivers them.</summary>
    public static Option<int> ConcurrencyOption()
    {
        var concurrency = new Option<int>("--concurrency")
        {
            Description = $"How many people's events are on their way at once, 1 to 256. Default {DeliveryOptions.DefaultConcurrency}.",
            HelpName = "n",
            DefaultValueFactory = _ => DeliveryOptions.DefaultConcurrency,
        };
        Shared.Between(concurrency, 1, 256);
        return concurrency;
    }

    /// <summary>How many requests go to Customer.io, for every command that delivers events.</summary>
    public static Option<double?> Throttle()
    {
        var throttle = new Option<double?>("--throttle")
        {
            Description =
                "Most requests a second to Customer.io; 100 to 200 are advised for imports. Default: CUSTOMERIO_RATE_LIMIT, else Customer.io's limit.",
            HelpName = "n",
        };
        throttle.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var n) && n is not (> 0 and <= 1_000_000))
            {
                result.AddError("--throttle must be more than 0, at most 1000000.");
            }
        });
        return throttle;
    }

    // As browsers write it: without the port that goes with the scheme.
    private static string? Origin(string text) =>
        text == "*" ? text
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", PathAndQuery: "/", Fragment: "", UserInfo: "" }
            ? uri.GetLeftPart(UriPartial.Authority)
        : null;
}
