using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Hears of the requests that Kestrel refuses by itself, before anybody is asked; everything else it logs is passed over.</summary>
/// <param name="refused">Takes the connection's id and the status.</param>
internal sealed class BadRequestLog(Action<string, int> refused) : ILoggerFactory, ILogger
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
            refused(values.FirstOrDefault(v => v.Key == "ConnectionId").Value as string ?? "", e.StatusCode);
        }
    }
}
