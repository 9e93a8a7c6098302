using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>What <c>--help</c> says: the parser's own words, wrapped, then examples, environment variables and exit codes.</summary>
internal static class Help
{
    /// <summary>Into a pipe or a file, and at the most: longer lines are hard to read.</summary>
    private const int Usual = 80,
        Most = 120;

    private static readonly ConditionalWeakTable<Command, string[]> s_examples = [];
    private static readonly ConditionalWeakTable<Command, (int Code, string Means)[]> s_exitCodes = [];

    /// <summary>Gives a command examples, each a line to copy.</summary>
    public static T WithExamples<T>(this T command, params string[] lines)
        where T : Command
    {
        s_examples.Add(command, lines);
        return command;
    }

    /// <summary>Gives a command exit codes that mean something of their own there.</summary>
    public static T WithExitCodes<T>(this T command, params (int Code, string Means)[] codes)
        where T : Command
    {
        s_exitCodes.Add(command, codes);
        return command;
    }

    /// <summary>Takes over the help of a tool.</summary>
    public static void Apply(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new Whole((HelpAction)option.Action!);
        option.Description = "Shows this help.";
        if (root.Options.OfType<VersionOption>().SingleOrDefault() is { } version)
        {
            version.Description = "Shows the version.";
        }
    }

    /// <summary>Writes the help of a command that was named without what it needs.</summary>
    public static Task<int> WriteAsync(RootCommand root, IEnumerable<string> path, TextWriter output)
    {
        ((Whole)root.Options.OfType<HelpOption>().Single().Action!).IsShort = true;
        return root.Parse([.. path, "--help"]).InvokeAsync(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
    }

    private static IEnumerable<string> Epilog(Command command, int width, bool isShort)
    {
        if (s_examples.TryGetValue(command, out var examples))
        {
            yield return "Examples:";
            foreach (var example in examples)
            {
                yield return "  " + example;
            }

            yield return "";
        }

        if (s_exitCodes.TryGetValue(command, out var codes))
        {
            foreach (var line in OfExitCodes(codes, width).Append(""))
            {
                yield return line;
            }
        }

        if (isShort || command is not RootCommand)
        {
            yield return "connector --help lists environment variables and exit codes.";
            yield break;
        }

        yield return "Environment variables:";
        foreach (var line in Columns(Variables(), width))
        {
            yield return line;
        }

        yield return "";
        foreach (var line in OfExitCodes(ExitCodes.All, width))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> OfExitCodes((int Code, string Means)[] codes, int width) =>
        Columns(codes.Select(c => (c.Code.ToString(CultureInfo.InvariantCulture), c.Means)), width).Prepend("Exit codes:");

    private static IEnumerable<(string Name, string Text)> Variables() =>
        Catalogue.Embedded.Connection["fields"]!
            .Select(f => ((string)f["environment"]!, (string)f["description"]!))
            .Append(("CUSTOMERIO_CONNECTOR_HOME", "Folder for checkpoints, queues and syncs; --data of a command wins over it."))
            .Append(("NO_COLOR", "Set to anything, it switches colors off."));

    /// <summary>Two columns, the second one wrapped by word.</summary>
    public static IEnumerable<string> Columns(IEnumerable<(string Name, string Text)> rows, int width)
    {
        (string Name, string Text)[] all = [.. rows];
        var left = all.Max(r => r.Name.Length) + 4;
        return all.SelectMany(r => Terminal.Wrap(r.Text, Math.Max(20, width - left)).Select((line, i) => (i == 0 ? $"  {r.Name}" : "").PadRight(left) + line));
    }

    /// <summary>The defaults that options tell in words, in the style of their other words, are not told by the parser once more.</summary>
    private static void KeepDefaultsToThemselves(Command command)
    {
        foreach (var option in command.Options)
        {
            switch (option)
            {
                case Option<int> number:
                    number.DefaultValueFactory = null;
                    break;
                case Option<string> text:
                    text.DefaultValueFactory = null;
                    break;
                case Option<string[]> list:
                    list.DefaultValueFactory = null;
                    break;
                case Option<IPAddress> address:
                    address.DefaultValueFactory = null;
                    break;
            }
        }
    }

    private sealed class Whole(HelpAction own) : SynchronousCommandLineAction
    {
        /// <summary>Whether nobody has asked for help, so that the commands are not to be scrolled away.</summary>
        public bool IsShort { get; set; }

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var command = parseResult.CommandResult.Command;
            KeepDefaultsToThemselves(command);
            var width = own.MaxWidth = Terminal.OutWidth is > 0 and var wide ? Math.Min(wide, Most) : Usual;
            var output = parseResult.InvocationConfiguration.Output;
            using var written = parseResult.InvocationConfiguration.Output = new StringWriter { NewLine = "\n" };
            var exit = own.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output = output;

            // The parser ends its sections with one blank line or two, and broken lines with a blank.
            var lines = written
                .ToString()!
                .ReplaceLineEndings("\n")
                .TrimEnd()
                .Split('\n')
                .Select(l => l.TrimEnd())
                .Append("")
                .Concat(Epilog(command, width, IsShort));
            output.Write(string.Join('\n', lines) + "\n");
            return exit;
        }
    }
}
