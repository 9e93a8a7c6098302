using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Values;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Where the tool's words go: results to stdout, sentences for people to stderr.</summary>
internal static class Terminal
{
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
                Console.Error.WriteLine(Shown.Lines(text));
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

    /// <summary>A cell of a table, with text that is not our own.</summary>
    public static Text Cell(string text) => new(Shown.Escape(text));

    /// <summary>One JSON document on stdout.</summary>
    /// <param name="value">The document.</param>
    /// <param name="deed">As that of <see cref="Print"/>.</param>
    /// <exception cref="OutputException">Standard output cannot be written.</exception>
    public static void Json(JToken value, string? deed = null) => Print(ConnectorJson.ToText(value), deed);

    /// <summary>Reports a failure to people, and as JSON where asked.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(ConnectorException failure, bool json)
    {
        Say($"{failure.KindName}: {failure.Message}");
        if (!json && failure.Problems.Count > 1)
        {
            foreach (var problem in failure.Problems)
            {
                Say($"  {(problem.Path.Length > 0 ? problem.Path : "input")}: {problem.Message}");
            }
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
