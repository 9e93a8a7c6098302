using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hosts.Mcp;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector mcp</c>: the runner, for workflow hosts and AI agents.</summary>
internal static class McpCommand
{
    public static Command Create()
    {
        var files = new Option<string?>("--files")
        {
            Description = "The folder below which tools may write files; without it they write none. Default: CUSTOMERIO_MCP_FILES.",
            HelpName = "dir",
        };
        var command = new Command("mcp", "Serves the actions as MCP tools on stdin and stdout, for workflow hosts and AI agents.") { files };
        command.SetAction(
            async (parsed, ct) =>
            {
                var options = new McpRunnerOptions { Files = parsed.GetValue(files) ?? Environment.GetEnvironmentVariable(McpRunnerOptions.FilesVariable) };
                using var connector = new CustomerIoConnector();
                var answered = await McpRunner
                    .RunAsync(Inherited.OpenInput(), Console.OpenStandardOutput(), connector, () => Connection.FromEnvironment(), Console.Error, options, ct)
                    .ConfigureAwait(false);
                return answered ? ExitCodes.Success : ExitCodes.Cancelled;
            }
        );
        return command;
    }
}
