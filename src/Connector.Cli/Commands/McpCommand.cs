using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hosts.Mcp;
using Option = System.CommandLine.Option;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector mcp</c>: the runner, for workflow hosts and AI agents.</summary>
internal static class McpCommand
{
    public static Command Create()
    {
        var command = new Command("mcp", "Serves the actions as MCP tools on stdin and stdout, for workflow hosts and AI agents.").WithExamples([
            .. McpRunnerOptions.Examples.Select(e => "connector mcp " + e),
        ]);
        foreach (var option in McpRunnerOptions.All)
        {
            var description = $"{option.Description} Variable: {option.Variable}.";
            command.Add(
                option.Value is { } value
                    ? new Option<string?>("--" + option.Name) { Description = description, HelpName = value }
                    : new Option<bool>("--" + option.Name) { Description = description }
            );
        }

        command.SetAction(
            async (parsed, ct) =>
            {
                var options = McpRunnerOptions.Read(name => Given(parsed, command.Options.Single(o => o.Name == "--" + name)));
                using var connector = new CustomerIoConnector();
                var answered = await McpRunner
                    .RunAsync(Inherited.OpenInput(), Console.OpenStandardOutput(), connector, () => Connection.FromEnvironment(), Console.Error, options, ct)
                    .ConfigureAwait(false);
                return answered ? ExitCodes.Success : ExitCodes.Cancelled;
            }
        );
        return command;
    }

    private static string? Given(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is not { Implicit: false } ? null
        : option is Option<bool> flag ? (parsed.GetValue(flag) ? "true" : "false")
        : parsed.GetValue((Option<string?>)option);
}
