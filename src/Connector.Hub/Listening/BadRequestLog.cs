using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Hears of the requests that Kestrel refuses by itself, before anybody is asked; everything else it logs is passed over.</summary>
/// <param name="refused">Takes the connection's id, the status and the reason.</param>
internal sealed class BadRequestLog(Action<string, int, string> refused) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) =>
        categoryName == "Microsoft.AspNetCore.Server.Kestrel.BadRequests" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose() { }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        Microsoft.Extensions.Logging.EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (exception is BadHttpRequestException e && state is IEnumerable<KeyValuePair<string, object?>> values)
        {
            refused(values.FirstOrDefault(v => v.Key == "ConnectionId").Value as string ?? "", e.StatusCode, Reason(e.Message));
        }
    }

    // Kestrel quotes the request after a colon, and what strangers send stays out of the log.
    private static string Reason(string message)
    {
        var end =
            message.IndexOfAny(['\'', '"']) is var quote and > 1 && message[..quote].EndsWith(": ", StringComparison.Ordinal) ? quote - 2 : message.Length;
        var words = message[..end].TrimEnd('.') + ".";
        return words == "Invalid request line." ? "This is not HTTP." : words;
    }
}
