using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector serve</c>: where the SDKs of Segment and RudderStack send to.</summary>
internal static class ServeCommand
{
    private const string WriteKeyVariable = "CUSTOMERIO_WRITE_KEY";

    public static Command Create()
    {
        var settings = new EventOptions();
        var port = Shared.Port(IngestOptions.DefaultPort);
        port.Description = $"Port to listen on; 0 picks a free one. Default {IngestOptions.DefaultPort}.";
        var host = Shared.Host();
        var names = Shared.AllowHost();
        var key = new Option<string?>("--write-key")
        {
            Description = $"What SDKs must send as write key. Default: {WriteKeyVariable}, which other users of this machine cannot see.",
            HelpName = "key",
        };
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
        var queue = new Option<int>("--queue")
        {
            Description = $"How many events may wait; further ones are answered 503. Default {IngestOptions.DefaultQueue}.",
            HelpName = "n",
            DefaultValueFactory = _ => IngestOptions.DefaultQueue,
        };
        Shared.Between(queue, 1, 100_000_000);
        var concurrency = new Option<int>("--concurrency")
        {
            Description = $"How many people's events are on their way at once, 1 to 256. Default {IngestOptions.DefaultConcurrency}.",
            HelpName = "n",
            DefaultValueFactory = _ => IngestOptions.DefaultConcurrency,
        };
        Shared.Between(concurrency, 1, 256);
        var sandbox = new Option<bool>("--sandbox") { Description = "Delivers to a sandbox made for this run." };
        var data = new Option<string?>("--data")
        {
            Description = "Folder of the queue. Default: the user's local application data.",
            HelpName = "folder",
            Recursive = true,
        };
        var command = new Command("serve", "Takes events over HTTP from Segment's and RudderStack's SDKs, keeps them in a file and delivers them.")
        {
            port,
            host,
            names,
            key,
            cors,
            throttle,
            queue,
            concurrency,
            sandbox,
            data,
        };
        settings.AddTo(command);
        command.Add(DeadLettersCommand.Create(data));
        command.SetAction(
            async (parsed, ct) =>
            {
                var writeKey = parsed.GetValue(key) is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable(WriteKeyVariable);
                if (string.IsNullOrWhiteSpace(writeKey))
                {
                    throw new ConnectorException(
                        FailureKind.Input,
                        $"There is no write key: choose one and set {WriteKeyVariable}, or give --write-key. SDKs must send the same."
                    );
                }

                await using var local = parsed.GetValue(sandbox) ? await SandboxCommand.StartAsync(new SandboxOptions(), ct).ConfigureAwait(false) : null;
                var options = new IngestOptions
                {
                    Port = parsed.GetValue(port),
                    Host = parsed.GetValue(host)!,
                    Names = parsed.GetValue(names)!,
                    WriteKey = writeKey.Trim(),
                    Cors = [.. (parsed.GetValue(cors) ?? []).Select(o => Origin(o)!)],
                    File = File(parsed.GetValue(data)),
                    Queue = parsed.GetValue(queue),
                    Settings = settings.Read(parsed),
                    Connection = Connection(local, parsed.GetValue(throttle)),
                    Region = settings.Region(parsed),
                    Concurrency = parsed.GetValue(concurrency),
                    Say = Terminal.Say,
                };
                using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Logger = Terminal.Logger });
                await RunAsync(options, connector, local, ct).ConfigureAwait(false);
                Terminal.Say("Stopped. What still waits is delivered after the next start.");
                return ExitCodes.Success;
            }
        );
        return command;
    }

    /// <summary>The file of the queue in a data folder.</summary>
    public static string File(string? data) => Path.Combine(DataFolder.Open(data), EventStore.FileName);

    private static async Task RunAsync(IngestOptions options, CustomerIoConnector connector, SandboxServer? local, CancellationToken ct)
    {
        await using var server = await IngestServer.StartAsync(options, connector, ct).ConfigureAwait(false);
        var url = server.Url.ToString().TrimEnd('/');
        Terminal.Print(url);
        Terminal.Print($"CUSTOMERIO_INGEST_URL={url}");
        if (local is not null)
        {
            SandboxCommand.PrintEnvironment(local);
        }

        Shared.SayIfOpen(options.Host);
        var (queued, dead) = server.Counts;
        Terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Profile {options.Settings.Profile.Name}. {queued} events wait in {options.File}, {dead} dead letters. Ctrl-C stops."
            )
        );
        var ended = await Task.WhenAny(server.Delivering, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct)).ConfigureAwait(false);
        if (ended == server.Delivering)
        {
            await server.Delivering.ConfigureAwait(false);
        }
    }

    private static Connection Connection(SandboxServer? local, double? throttle)
    {
        var rate = throttle?.ToString(CultureInfo.InvariantCulture);
        string? Read(string name) => name == "CUSTOMERIO_RATE_LIMIT" && rate is not null ? rate : Environment.GetEnvironmentVariable(name);
        var connection = local is null ? Model.Connection.FromEnvironment(Read) : SandboxCommand.ConnectionTo(local, Read);

        // Without keys nothing would ever be delivered: better said now than by a queue that grows.
        _ = new Workspace(connection, new WorkspaceState()).Authorization(ApiName.Track);
        return connection;
    }

    // As browsers write it: without the port that goes with the scheme.
    private static string? Origin(string text) =>
        text == "*" ? text
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", PathAndQuery: "/", Fragment: "", UserInfo: "" }
            ? uri.GetLeftPart(UriPartial.Authority)
        : null;
}
