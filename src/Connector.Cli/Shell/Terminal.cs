using System.Text;
using CustomerIo.Connector.Values;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Where the tool's words go: results to stdout, sentences for people to stderr.</summary>
internal static class Terminal
{
    /// <summary>A Spectre console on stdout that writes no escapes into a pipe or file.</summary>
    public static IAnsiConsole Out => field ??= Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>The same on stderr.</summary>
    public static IAnsiConsole Error => field ??= Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>What the commands wait by; a test has one that does not wait.</summary>
    public static TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>One sentence for people; what it quotes cannot write to the terminal but itself.</summary>
    public static void Say(string text) => Console.Error.WriteLine(Shown.Lines(text));

    /// <summary>A result for people, on stdout; as <see cref="Say"/>.</summary>
    public static void Print(string text) => Console.WriteLine(Shown.Escape(text));

    /// <summary>A cell of a table, with text that is not our own.</summary>
    public static Text Cell(string text) => new(Shown.Escape(text));

    /// <summary>One JSON document on stdout.</summary>
    public static void Json(JToken value)
    {
        using var stream = Stdout.Whole();
        stream.Write(Encoding.UTF8.GetBytes(Shown.Escape(ConnectorJson.ToText(value)) + "\n"));
    }

    /// <summary>Reports a failure to people, and as JSON where asked.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(ConnectorException failure, bool json)
    {
        if (json)
        {
            Json(failure.ToJson());
        }

        Say($"{failure.KindName}: {failure.Message}");
        if (!json && failure.Problems.Count > 1)
        {
            foreach (var problem in failure.Problems)
            {
                Say($"  {(problem.Path.Length > 0 ? problem.Path : "input")}: {problem.Message}");
            }
        }

        return ExitCodes.Of(failure.Kind);
    }

    public static bool IsBrokenPipe(IOException e) => e.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase) || e.HResult == 32;

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
