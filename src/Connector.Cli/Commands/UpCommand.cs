using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Cli.Up;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector up</c>: the sandbox and Node-RED with example flows.</summary>
internal static class UpCommand
{
    private const int DefaultPort = 1880;

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Ends after the examples have run; 0 only if every step did what it should." };
        var port = new Option<int?>("--port")
        {
            Description = $"Node-RED's port on 127.0.0.1. Default {DefaultPort}, or a free one if that is taken.",
            HelpName = "n",
        };
        port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number is < 0 or > 65535)
            {
                result.AddError("--port must be from 0 to 65535.");
            }
        });
        var data = new Option<string?>("--data")
        {
            Description = "Where Node-RED and its flows are kept. Default: the user's local application data.",
            HelpName = "folder",
        };
        var command = new Command("up", "Starts a local Customer.io and Node-RED with the connector's nodes, and runs the example flows.")
        {
            once,
            port,
            data,
        }.WithExamples("connector up", "connector up --once");
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(once), parsed.GetValue(port), DataFolder.Open(parsed.GetValue(data)), ct));
        return command;
    }

    private static async Task<int> RunAsync(bool once, int? port, string data, CancellationToken ct)
    {
        var chosen = NodeRed.FreePort(port ?? DefaultPort);
        if (port is > 0 && chosen != port)
        {
            throw new ConnectorException(
                FailureKind.Input,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Port {port} on 127.0.0.1 is taken. Stop what uses it, name another with --port, or leave --port out for a free one."
                )
            );
        }

        var install = await NodeRedInstall.EnsureAsync(data, ct).ConfigureAwait(false);
        await using var sandbox = await SandboxCommand
            .StartAsync(new SandboxOptions { Port = once ? 0 : NodeRed.FreePort(SandboxCommand.DefaultPort), Seed = true }, ct)
            .ConfigureAwait(false);
        var folder = Path.Combine(data, once ? string.Create(CultureInfo.InvariantCulture, $"once-{Environment.ProcessId}") : "flows");
        Directory.CreateDirectory(folder);
        try
        {
            var mine = File.Exists(Path.Combine(folder, "flows.json"));
            await using var red = await NodeRed.StartAsync(install, folder, chosen, SandboxCommand.Address(sandbox), ct).ConfigureAwait(false);
            Terminal.Print(red.Url.ToString().TrimEnd('/'));
            SandboxCommand.PrintEnvironment(sandbox);
            var good = true;
            if (mine)
            {
                Terminal.Say("Your flows of last time are loaded; the examples are under Import, Examples.");
            }
            else
            {
                await red.DeployAsync(Demonstration.Flows(), ct).ConfigureAwait(false);
                good = await new Demonstration(red, sandbox).RunAsync(ct).ConfigureAwait(false);
            }

            if (once)
            {
                return good ? ExitCodes.Success : ExitCodes.NotWholly;
            }

            Terminal.Print($"Editor   {red.Editor}");
            Terminal.Print($"Sandbox  {sandbox.Url}");
            Terminal.Say("Ctrl-C stops both.");
            return await WaitAsync(red, ct).ConfigureAwait(false);
        }
        finally
        {
            if (once)
            {
                Directory.Delete(folder, true);
            }
        }
    }

    private static async Task<int> WaitAsync(NodeRed red, CancellationToken ct)
    {
        try
        {
            await red.WaitForExitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Terminal.Say("Stopping.");
            return ExitCodes.Success;
        }

        throw new ConnectorException(FailureKind.Unavailable, "Node-RED ended by itself: " + (red.Log is [.., var last] ? last : "it said nothing."));
    }
}
