using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The command line of <c>customerio-mcp</c>, which does without a parser's start-up time.</summary>
internal static class CommandLine
{
    /// <summary>What it takes, with examples.</summary>
    public static string Help
    {
        get
        {
            var help = new StringBuilder(
                """
                Serves the actions of Customer.io as MCP tools on standard input and output, for AI agents and workflow hosts.
                The keys come from CUSTOMERIO_* variables, or with each call.

                Options, each with its environment variable:

                """
            );
            foreach (var option in McpRunnerOptions.All)
            {
                help.Append($"  --{option.Name}{(option.Value is null ? "" : " " + option.Value)} ({option.Variable})\n      {option.Description}\n");
            }

            return help.Append("\nExamples:\n").AppendJoin('\n', McpRunnerOptions.Examples.Select(e => "  customerio-mcp " + e)).ToString();
        }
    }

    /// <summary>The options that are given, by name without dashes; null when help is wanted.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it takes no such option, or one lacks its value.</exception>
    public static Dictionary<string, string>? Read(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--help" or "-h")
            {
                return null;
            }

            var (written, value) = args[i].Split('=', 2) is [var before, var after] ? (before, after) : (args[i], null);
            if (McpRunnerOptions.All.FirstOrDefault(o => "--" + o.Name == written) is not { } option)
            {
                var near = Names.Nearest(written, McpRunnerOptions.All.Select(o => "--" + o.Name)) is { } meant ? $" Did you mean {meant}?" : "";
                throw Bad($"There is no option \"{written}\".{near} customerio-mcp --help lists what there is.");
            }

            if (option.Value is not null && string.IsNullOrWhiteSpace(value ??= i + 1 < args.Length ? args[++i] : null))
            {
                throw Bad($"--{option.Name} needs a value: {option.Value}.");
            }

            if (!given.TryAdd(option.Name, value ?? "true"))
            {
                throw Bad($"--{option.Name} is given twice.");
            }
        }

        return given;
    }

    private static ConnectorException Bad(string message) => new(FailureKind.Input, message);
}
