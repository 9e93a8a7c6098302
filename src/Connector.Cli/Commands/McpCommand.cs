using System.CommandLine;
using CustomerIo.Connector.Hosts.Mcp;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector mcp</c>: the runner, for workflow hosts and AI agents.</summary>
internal static class McpCommand
{
    public static Command Create()
    {
        var command = new Command("mcp", "Serves the actions as MCP tools on stdin and stdout, for workflow hosts and AI agents.");
        command.SetAction(async (_, ct) =>
        {
            using var connector = new CustomerIoConnector();
            var answered = await McpRunner.RunAsync(
                Console.OpenStandardInput(), Console.OpenStandardOutput(), connector, () => Connection.FromEnvironment(), Console.Error, ct).ConfigureAwait(false);
            return answered ? ExitCodes.Success : ExitCodes.Cancelled;
        });
        return command;
    }
}
