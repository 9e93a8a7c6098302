using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector serve</c>: where the SDKs of Segment and RudderStack send to; a hub with this part alone.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var listen = new ListenOptions(ListenOptions.ServePort);
        var events = new ServeOptions();
        var sandbox = new Option<bool>("--sandbox") { Description = "Delivers to a sandbox made for this run." };
        var data = new Option<string?>("--data")
        {
            Description = "Folder of the queue. Default: the user's local application data.",
            HelpName = "folder",
            Recursive = true,
        };
        var command = new Command(
            "serve",
            "Takes events over HTTP from Segment's and RudderStack's SDKs, keeps them in a file or in PostgreSQL, and delivers them."
        ).WithExamples("connector serve --write-key choose-one --sandbox", "connector serve --postgres env:QUEUE_DATABASE");
        listen.AddTo(command);
        events.AddTo(command, alsoBelow: true);
        command.Add(sandbox);
        command.Add(data);
        command.Add(DeadLettersCommand.Create(events, data));
        command.SetAction(
            async (parsed, ct) =>
            {
                var key =
                    events.WriteKey(parsed)
                    ?? throw new ConnectorException(
                        FailureKind.Input,
                        $"There is no write key: choose one and set {ServeOptions.WriteKeyVariable}, or give --write-key. SDKs must send the same."
                    );
                await using var local = parsed.GetValue(sandbox) ? await SandboxCommand.StartAsync(new SandboxOptions(), ct).ConfigureAwait(false) : null;
                var options = events.Read(parsed, key, events.Connection(parsed, local), parsed.GetValue(data));
                using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Logger = Terminal.Logger });
                await RunAsync(listen.Read(parsed), options, connector, local, ct).ConfigureAwait(false);
                Terminal.Say("Stopped. What still waits is delivered after the next start.");
                return ExitCodes.Success;
            }
        );
        return command;
    }

    private static async Task RunAsync(HubOptions where, IngestOptions options, CustomerIoConnector connector, SandboxServer? local, CancellationToken ct)
    {
        var part = await IngestPart.OpenAsync(options, connector).ConfigureAwait(false);
        await using var server = new HubServer(where, part);
        await ListenOptions
            .RunAsync(
                where,
                server,
                url =>
                {
                    Terminal.Print(url);
                    Terminal.Print($"CUSTOMERIO_INGEST_URL={url}");
                    if (local is not null)
                    {
                        SandboxCommand.PrintEnvironment(local);
                    }

                    return $"{ServeOptions.Waiting(options, part)} Ctrl-C stops.";
                },
                work: null,
                ct
            )
            .ConfigureAwait(false);
    }
}
