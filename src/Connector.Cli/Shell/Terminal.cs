using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Where the tool's words go: results to stdout, sentences for people to stderr.</summary>
internal static class Terminal
{
    /// <summary>The columns of a terminal that a test stands for; null for those of the process's own.</summary>
    public static int? Columns { get; set; }

    /// <summary>How wide the terminal is that results go to; 0 where they go into a pipe or a file.</summary>
    public static int OutWidth => Columns ?? (Stdout.Instead is not null || Console.IsOutputRedirected ? 0 : WindowWidth);

    /// <summary>The same for sentences: without a terminal each stays in one line.</summary>
    public static int SayWidth => Columns ?? (Console.IsErrorRedirected ? 0 : WindowWidth);

    /// <summary>A Spectre console on stdout that writes no escapes into a pipe or file.</summary>
    public static IAnsiConsole Out => Create(Stdout.Text, Stdout.Instead is not null || Console.IsOutputRedirected);

    /// <summary>The same on stderr.</summary>
    public static IAnsiConsole Error => field ??= Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>What the commands wait by; a test has one that does not wait.</summary>
    public static TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Where spans and metrics go; null for nowhere.</summary>
    public static OtlpExport? Export { get; set; }

    /// <summary>One sentence for people; what it quotes cannot write to the terminal but itself.</summary>
    /// <remarks>A stderr that cannot be written has nobody to be told of it, and ends nothing.</remarks>
    public static void Say(string text)
    {
        try
        {
            if (Inherited.Error)
            {
                Console.Error.WriteLine(Wrapped(Shown.Lines(text), SayWidth));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Full, closed, or its reader has gone.
        }
    }

    /// <summary>A result for people, on stdout; as <see cref="Say"/>.</summary>
    /// <param name="text">The result.</param>
    /// <param name="deed">What was done, said on stderr when stdout cannot be written; null for what only shows something.</param>
    /// <exception cref="OutputException">Standard output cannot be written.</exception>
    public static void Print(string text, string? deed = null)
    {
        try
        {
            Stdout.Text.Write(Shown.Escape(text) + "\n");
        }
        catch (OutputException) when (deed is not null)
        {
            Say(deed);
            throw;
        }
    }

    /// <summary>A text in lines of at most so many characters, broken between words; a longer word keeps a line to itself.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length > 0 ? " " + word : word;
        }

        yield return line;
    }

    // What is indented stays so in the lines that it is broken into.
    private static string Wrapped(string text, int width) =>
        width < 20
            ? text
            : string.Join(
                Platform.Current.LineEnd,
                text.Split('\n')
                    .SelectMany(line =>
                    {
                        var indent = line[..^line.TrimStart(' ').Length];
                        return line.Length <= width ? [line] : Wrap(line, width - indent.Length).Select(part => indent + part);
                    })
            );

    // A console may tell no width, or none at all.
    private static int WindowWidth
    {
        get
        {
            try
            {
                return Console.WindowWidth;
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }

    /// <summary>A table with a frame on a terminal, and plain columns in a pipe or a file.</summary>
    public static Table Table(params string[] columns) => new Table().Border(OutWidth > 0 ? TableBorder.Rounded : TableBorder.None).AddColumns(columns);

    /// <summary>A cell of a table, with text that is not our own.</summary>
    public static Text Cell(string text) => new(Shown.Escape(text));

    /// <summary>One JSON document on stdout.</summary>
    /// <param name="value">The document.</param>
    /// <param name="deed">As that of <see cref="Print"/>.</param>
    /// <exception cref="OutputException">Standard output cannot be written.</exception>
    public static void Json(JToken value, string? deed = null) => Print(ConnectorJson.ToText(value), deed);

    /// <summary>Reports a failure to people, and as JSON where asked.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="json">Whether stdout gets it, too.</param>
    /// <param name="action">The action whose inputs are wrong, which are then called by their titles; null where there is none.</param>
    /// <returns>The exit code.</returns>
    public static int Fail(ConnectorException failure, bool json, ActionManifest? action = null)
    {
        var told = failure.IsHeadline && !json;
        string[] problems =
        [
            .. failure.Problems.Skip(told || !failure.Message.Contains(First(failure), StringComparison.Ordinal) ? 0 : 1).Select(p => Told(p, action)),
        ];
        Say($"{failure.KindName}: {(!told ? failure.Message : problems is [var one] ? one : $"{problems.Length} problems:")}");
        foreach (var problem in json || (told && problems.Length == 1) ? [] : problems)
        {
            Say("  " + problem);
        }

        try
        {
            if (json)
            {
                Json(failure.ToJson());
            }
        }
        catch (OutputException)
        {
            // The failure itself counts for more, and was said.
        }

        return ExitCodes.Of(failure.Kind);
    }

    private static string First(ConnectorException failure) => failure.Problems is [var first, ..] ? first.Message : "";

    /// <summary>A problem of an input, which is called by its title; where there is none, by its place.</summary>
    public static string Told(Problem problem, ActionManifest? action)
    {
        if (problem.Path.Length == 0)
        {
            return $"The input: {problem.Message}";
        }

        var (name, rest) = problem.Path[1..].Split('/', 2) is [var first, var below] ? (first, below) : (problem.Path[1..], "");
        if (action is null)
        {
            return $"{problem.Path}: {problem.Message}";
        }

        var title = (string?)action.Properties.FirstOrDefault(p => p.Key == name).Value?["title"];
        var called =
            title is null ? Names.Unescape(name)
            : IsSpelling(title, name) ? title
            : $"{title} ({name})";
        return $"{called}{(rest.Length > 0 ? $", {rest}," : "")} {problem.Message}";
    }

    private static bool IsSpelling(string title, string name) =>
        string.Equals(title.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal), name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes what Debug Request logs to stderr.</summary>
    public static ILogger Logger { get; } = new StderrLogger();

    private static IAnsiConsole Create(TextWriter writer, bool redirected) =>
        AnsiConsole.Create(
            redirected
                ? new AnsiConsoleSettings
                {
                    Ansi = AnsiSupport.No,
                    ColorSystem = ColorSystemSupport.NoColors,
                    Interactive = InteractionSupport.No,
                    Out = new AnsiConsoleOutput(writer),
                }
                : new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }
        );

    private sealed class StderrLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Say(formatter(state, exception));
    }
}
