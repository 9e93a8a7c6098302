using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.Actions;
using CustomerIo.Connector.Hub.Agents;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Hub.Scheduling;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Webhooks;
using LogLines = CustomerIo.Connector.Hosts.Mcp.LogLines;
using McpRunnerOptions = CustomerIo.Connector.Hosts.Mcp.McpRunnerOptions;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector hub</c>: one process on one port, for every platform that cannot start ours.</summary>
internal sealed class HubCommand
{
    private const string Actions = "actions",
        Agents = "agents",
        Events = "events",
        Deliveries = "webhooks",
        Syncs = "syncs",
        SandboxKey = "sandbox";

    private static readonly string[] s_parts = [Actions, Agents, Events, Deliveries, Syncs];

    private readonly ListenOptions _listen = new(ListenOptions.HubPort);
    private readonly ServeOptions _events = new();
    private readonly ManifestOptions _deliveries = ManifestOptions.For(WebhooksCommand.Trigger.Input, new ManifestOption("path", "--webhook-path"));
    private readonly Option<string[]> _parts = new("--parts")
    {
        Description =
            "Which parts are on. Default: actions, agents, and what is set up: events with a write key, webhooks with a signing key, syncs with --syncs.",
        HelpName = string.Join(',', s_parts),
    };
    private readonly Option<string?> _syncs = new("--syncs") { Description = "Folder of sync files, which run as each says in schedule.", HelpName = "folder" };
    private readonly Option<string?> _files = new("--files")
    {
        Description = "The folder below which actions may write files; without it they write none.",
        HelpName = "dir",
    };
    private readonly Option<bool> _confirm = new("--confirm") { Description = McpRunnerOptions.All.Single(o => o.Name == "confirm").Description };
    private readonly Option<bool> _sandbox = new("--sandbox")
    {
        Description = "Talks to a sandbox made for this run, and keeps nothing unless --data names a folder.",
    };
    private readonly TokenArguments _tokens = new();
    private readonly Option<string?> _ring = HubConnectionsCommand.RingOption();
    private readonly Option<string?> _data = Shared.Data("events and what was received are");

    private HubCommand()
    {
        _parts.Validators.Add(result =>
        {
            foreach (var name in result.Tokens.SelectMany(t => ManifestOptions.Split(t.Value)).Where(n => !s_parts.Contains(n, StringComparer.Ordinal)))
            {
                result.AddError($"--parts {name} is no part. There are {string.Join(", ", s_parts)}.");
            }
        });
        _files.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "*" }])
            {
                result.AddError("--files must name a folder: what comes over HTTP may not write everywhere.");
            }
        });
    }

    public static Command Create()
    {
        var hub = new HubCommand();
        var command = new Command("hub", "Serves the actions over HTTP and to agents, and takes events and webhooks, in one process on one port.").WithExamples(
            "connector hub --sandbox",
            "curl http://127.0.0.1:8028/actions/identify -d '{\"id\":\"7\"}'",
            "connector hub --parts actions,webhooks --webhook-path /reports",
            "connector hub --write-key choose-one --syncs /data/syncs",
            "connector hub keys add n8n --groups people,events",
            "connector hub connections add shop-eu",
            "connector hub --jwt-issuer https://login.example/ --jwt-audience api://hub"
        );
        hub._listen.AddTo(command);
        foreach (var option in (Option[])[hub._parts, hub._sandbox])
        {
            command.Options.Add(option);
        }

        hub._events.AddTo(command);
        hub._deliveries.AddTo(command);
        foreach (var option in (Option[])[hub._syncs, hub._files, hub._confirm, hub._ring, hub._data])
        {
            command.Options.Add(option);
        }

        hub._tokens.AddTo(command);
        hub._data.Recursive = hub._ring.Recursive = true;
        command.Subcommands.Add(HubKeysCommand.Create(hub._data));
        command.Subcommands.Add(HubConnectionsCommand.Create(hub._data, hub._ring));
        command.Subcommands.Add(HubHealthCommand.Create());
        command.SetAction(hub.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var sandbox = parsed.GetValue(_sandbox);
        var passing = sandbox && parsed.GetValue(_data) is null ? Directory.CreateTempSubdirectory("connector-hub-").FullName : null;
        try
        {
            await using var local = sandbox ? await SandboxCommand.StartAsync(new SandboxOptions(), ct).ConfigureAwait(false) : null;
            await ServeAsync(parsed, local, passing ?? parsed.GetValue(_data), ct).ConfigureAwait(false);
        }
        finally
        {
            if (passing is not null)
            {
                Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
                Directory.Delete(passing, recursive: true);
            }
        }

        Terminal.Say("Stopped.");
        return ExitCodes.Success;
    }

    private async Task ServeAsync(ParseResult parsed, SandboxServer? local, string? data, CancellationToken ct)
    {
        var where = _listen.Read(parsed);
        var connection = _events.Connection(parsed, local);
        var writeKey = _events.WriteKey(parsed) ?? (local is null ? null : SandboxKey);
        var on = On(parsed, writeKey, connection);
        var postgres = _events.Postgres(parsed);
        if (postgres is not null && on.All(part => part == Agents))
        {
            throw new ConnectorException(
                FailureKind.Input,
                "--postgres keeps events, webhooks and syncs for several machines, and none of them is on: add one to --parts, or leave --postgres out."
            );
        }

        var hasCallers = on.Contains(Actions) || on.Contains(Agents);
        using var tokens = hasCallers ? _tokens.Read(parsed) : null;
        await using var keys = hasCallers ? HubKeys.Open(DataFolder.Open(data)) : null;
        var hasKeys = keys?.Any() == true;

        // A line for each run: where nobody reads stderr, some are lost, but no caller waits for it.
        await using var audit = new LogLines(Console.Error);
        if (keys is not null && !hasKeys && tokens is null && !where.IsLocal)
        {
            throw new ConnectorException(
                FailureKind.Input,
                "Without a key actions and agents are served to this machine only: connector hub keys add NAME makes one. "
                    + "Or leave --host and --allow-host out, or actions and agents out of --parts."
            );
        }

        var further = keys is null ? null : Further(parsed, keys, local);
        further?.Check();
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Logger = Terminal.Logger });
        await using var kept = on.Contains(Deliveries) ? ReceivedEvents.Open(data, postgres) : null;
        var parts = new List<HubPart>();
        var lines = new List<string> { "CUSTOMERIO_HUB_URL={0}" };
        if (on.Contains(Events))
        {
            var options = _events.Read(
                parsed,
                writeKey ?? throw Missing(Events, $"a write key, {ServeOptions.WriteKeyVariable} or --write-key"),
                connection,
                data
            );
            parts.Add(await IngestPart.OpenAsync(options, connector).ConfigureAwait(false));
            lines.Add("CUSTOMERIO_INGEST_URL={0}");
            if (writeKey == SandboxKey)
            {
                lines.Add($"{ServeOptions.WriteKeyVariable}={SandboxKey}");
            }
        }

        if (kept is not null)
        {
            var wanted = TriggerSettings.Read(WebhooksCommand.Trigger, _deliveries.Given(parsed));
            parts.Add(WebhooksCommand.Part(kept, wanted, connection.WebhookSigningKey, kept: null));
            lines.Add($"{WebhooksCommand.UrlVariable}={{0}}{wanted.Path}");
            Terminal.Say(WebhooksCommand.Checking(connection.WebhookSigningKey));
        }

        if (on.Contains(Syncs))
        {
            parts.Add(SyncPart(parsed, connector, connection, data));
        }

        if (hasCallers)
        {
            Terminal.Say(
                tokens is not null ? $"Callers of actions need a key, or a token of {tokens.Issuer}."
                : hasKeys ? "Callers of actions need a key."
                : "There is no key: everyone who may use this machine may run actions."
            );
            var options = new ActionOptions
            {
                Connection = connection,
                Kept = further,
                Region = _events.Region(parsed),
                Files = parsed.GetValue(_files),
                Data = data,
                Shared = postgres,
                Confirm = parsed.GetValue(_confirm),
                Gate = new Gatekeeper(keys, where.IsLocal, tokens),
                Audit = audit.Write,
                Say = Terminal.Say,
            };
            var runs = new ActionRuns(options, connector);
            parts.Add(runs);
            if (on.Contains(Actions))
            {
                parts.Add(new ActionsPart(options, runs, connector));
                parts.Add(new HostToolsPart(options, connector));
            }

            if (on.Contains(Agents))
            {
                parts.Add(new AgentsPart(options, runs, connector, audit));
                lines.Add($"CUSTOMERIO_MCP_URL={{0}}{AgentsPart.Path}");
            }
        }

        await using var server = new HubServer(where, parts);
        await ListenOptions.RunAsync(where, server, url => Tell(url, lines, on, local), work: null, ct).ConfigureAwait(false);
    }

    // Beside a sandbox nothing reaches a workspace, whoever is bound to one.
    private HubConnections Further(ParseResult parsed, HubKeys keys, SandboxServer? local) =>
        new(
            keys.File,
            HubConnectionsCommand.Ring(parsed.GetValue(_ring), Path.GetDirectoryName(keys.File.Path)!),
            local is null ? null : name => SandboxCommand.ConnectionTo(local, named: name)
        );

    private SyncPart SyncPart(ParseResult parsed, CustomerIoConnector connector, Connection connection, string? data)
    {
        var folder = parsed.GetValue(_syncs) ?? throw Missing(Syncs, "a folder of sync files, --syncs");
        var postgres = _events.Postgres(parsed);
        var settings = new ServeSettings(folder, DataFolder.Open(data), postgres);

        // What machines share has a rate that they share.
        var service = new SyncService(settings, connection, Terminal.Say, TimeProvider.System, Terminal.Logger, postgres is null ? connector : null);
        service.Check();
        return new SyncPart(service);
    }

    private HashSet<string> On(ParseResult parsed, string? writeKey, Connection connection)
    {
        if (parsed.GetValue(_parts) is { Length: > 0 } wanted)
        {
            return wanted.SelectMany(ManifestOptions.Split).ToHashSet(StringComparer.Ordinal);
        }

        var setUp = new Dictionary<string, bool>
        {
            [Actions] = true,
            [Agents] = true,
            [Events] = writeKey is not null,
            [Deliveries] = connection.WebhookSigningKey is not null,
            [Syncs] = parsed.GetValue(_syncs) is not null,
        };
        return s_parts.Where(p => setUp[p]).ToHashSet(StringComparer.Ordinal);
    }

    private static string Tell(string url, IEnumerable<string> lines, HashSet<string> on, SandboxServer? local)
    {
        Terminal.Print(url);
        foreach (var line in lines)
        {
            Terminal.Print(line.Replace("{0}", url, StringComparison.Ordinal));
        }

        if (local is not null)
        {
            SandboxCommand.PrintEnvironment(local);
        }

        var off = s_parts.Where(p => !on.Contains(p)).ToArray();
        var how = off.Length > 0 ? $" Off: {string.Join(", ", off)}; connector hub --help says how." : "";
        return $"On: {string.Join(", ", s_parts.Where(on.Contains))}.{how} Ctrl-C stops.";
    }

    private static ConnectorException Missing(string part, string what) => new(FailureKind.Input, $"The part {part} needs {what}.");
}
