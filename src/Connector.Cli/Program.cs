using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Cli.Commands;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli;

internal static partial class Program
{
    // Of them one run needs one: its options alone are made when it is named.
    internal static readonly Named[] Commands =
    [
        new("actions", ActionsCommand.Create),
        new("run", RunCommand.Create),
        new("events", EventsCommand.Create),
        new("webhooks", WebhooksCommand.Create),
        new("serve", ServeCommand.Create),
        new("consume", ConsumeCommand.Create),
        new("hub", HubCommand.Create),
        new("import", ImportCommand.Create),
        new("export", ExportCommand.Create),
        new("report", ReportCommand.Create),
        new("sync", SyncCommand.Create),
        new("check", CheckCommand.Create),
        new("sandbox", SandboxCommand.Create),
        new("mcp", McpCommand.Create),
        new("up", UpCommand.Create),
        new("completion", CompletionCommand.Create),
        new("docs", DocsCommand.Create),
    ];

    internal sealed record Named(string Name, Func<Command> Create);

    internal static async Task<int> Main(string[] args)
    {
        await using var export = Terminal.Export = OtlpExport.Begin(Environment.GetEnvironmentVariable, Terminal.Say);
        var root = new RootCommand("Runs Customer.io actions: one, many, or for a workflow host; and a local Customer.io to try them against.");
        foreach (var create in args is [var name, ..] && Array.Find(Commands, c => c.Name == name) is { } named ? [named] : Commands)
        {
            root.Add(create.Create());
        }

        Help.Apply(root);

        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        try
        {
            if (Emptiness.Of(parsed.RootCommandResult) is { } empty)
            {
                throw new ConnectorException(FailureKind.Input, empty);
            }

            if (parsed.Action is ParseErrorAction)
            {
                if (IsGroup(parsed) && parsed.UnmatchedTokens.Count == 0)
                {
                    await Help.WriteAsync(root, Path(parsed.CommandResult).Skip(1), Console.Error).ConfigureAwait(false);
                    return ExitCodes.Input;
                }

                return Refuse(parsed, args.Contains("--json"));
            }

            if (parsed.CommandResult.Command is { Action: AsynchronousCommandLineAction action } command)
            {
                command.Action = new Heard(action);
            }

            return await parsed
                .InvokeAsync(
                    new InvocationConfiguration
                    {
                        EnableDefaultExceptionHandler = false,
                        ProcessTerminationTimeout = TimeSpan.FromSeconds(15),
                        Output = Stdout.Text,
                    }
                )
                .ConfigureAwait(false);
        }
        catch (ConnectorException e)
        {
            return Terminal.Fail(e, IsJson(parsed));
        }
        catch (OperationCanceledException)
        {
            Terminal.Say("Cancelled.");
            return ExitCodes.Cancelled;
        }
        catch (OutputException e)
        {
            return e.IsGone ? ExitCodes.Cancelled : Terminal.Fail(e.Failure, json: false);
        }
        catch (DbException e)
        {
            return Terminal.Fail(DatabaseFailure.Of(e), IsJson(parsed));
        }
        catch (Exception e)
        {
            Terminal.Say($"A defect of the connector: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} Please report it.");
            return ExitCodes.Defect;
        }
    }

    /// <summary>Begins once signals are listened to, which is after the first wait: who reads the first line may send one at once.</summary>
    private sealed class Heard(AsynchronousCommandLineAction action) : AsynchronousCommandLineAction
    {
        public override async Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await action.InvokeAsync(parseResult, cancellationToken).ConfigureAwait(false);
        }
    }

    private static int Refuse(ParseResult parsed, bool json)
    {
        string[] errors =
            IsGroup(parsed) && parsed.UnmatchedTokens is [var unknown, ..]
                ? [$"There is no {(unknown.StartsWith('-') ? "option" : "command")} {unknown}.", .. Suggestions(parsed).Take(1)]
                : [.. parsed.Errors.Select(e => Unknown().Replace(Untyped().Replace(e.Message, Typed), Choices)), .. Suggestions(parsed)];
        Terminal.Say(string.Join('\n', errors));
        Terminal.Say($"Try: {string.Join(' ', Path(parsed.CommandResult))} --help");
        if (json)
        {
            Terminal.Json(new ConnectorException(FailureKind.Input, string.Join(' ', errors)).ToJson());
        }

        return ExitCodes.Input;
    }

    /// <summary>Whether the command only holds others, of which none was named.</summary>
    private static bool IsGroup(ParseResult parsed) => parsed.CommandResult.Command is { Action: null, Subcommands.Count: > 0 };

    /// <summary>The commands that were named, from the tool down.</summary>
    private static IEnumerable<string> Path(CommandResult command) =>
        command.Parent is CommandResult parent ? Path(parent).Append(command.Command.Name) : ["connector"];

    /// <summary>What was probably meant by each word that the command does not know.</summary>
    private static IEnumerable<string> Suggestions(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        foreach (var word in parsed.UnmatchedTokens)
        {
            var known = word.StartsWith('-')
                ? command.Options.Select(o => o.Name).Append("--help")
                : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
            if (Names.Nearest(word, known) is { } meant)
            {
                yield return $"Did you mean {meant}?";
            }
        }
    }

    // The parser tells the type of .NET that a value has to have.
    [GeneratedRegex(
        """^Cannot parse argument '(?<value>.*)' for (?:option|command) '(?<name>.*)' as expected type '(?<type>.*)'\.$""",
        RegexOptions.Singleline
    )]
    private static partial Regex Untyped();

    private static string Typed(Match match)
    {
        var type = match.Groups["type"].Value;
        var expected =
            type.Contains("Int", StringComparison.Ordinal) ? "a whole number"
            : type.Contains("Boolean", StringComparison.Ordinal) ? "true or false"
            : "a number";
        return $"{match.Groups["name"].Value} must be {expected}, not \"{match.Groups["value"].Value}\".";
    }

    // The parser lists all choices, each on a line of its own.
    [GeneratedRegex("""^Argument '(?<value>.*)' not recognized\. Must be one of:(?:\r?\n\t'(?<choice>[^'\n]*)')+$""", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    private static string Choices(Match match)
    {
        var value = match.Groups["value"].Value;
        string[] choices = [.. match.Groups["choice"].Captures.Select(c => c.Value).Order(StringComparer.Ordinal)];
        return $"\"{value}\" is not known here. "
            + (Names.Nearest(value, choices) is { } meant ? $"Did you mean {meant}?" : $"It must be one of {string.Join(", ", choices)}.");
    }

    // The command may have no such option, which a look by name would throw at.
    private static bool IsJson(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Name == "--json") is { } json && parsed.GetResult(json) is { Implicit: false };
}
