using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Lines for people on stderr. A host that never reads them loses some, but does not stop the runner.</summary>
internal sealed class LogLines : ILogger, IAsyncDisposable
{
    private const int Waiting = 1000;
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly TextWriter _writer;
    private readonly Task _writing;

    public LogLines(TextWriter writer)
    {
        _writer = writer;
        _writing = Task.Run(WriteAsync);
    }

    public void Write(string line) => _lines.Writer.TryWrite(Values.Shown.Lines(line));

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    // Only the message: an exception's text may quote what it failed on.
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Write(formatter(state, null));

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing.WaitAsync(s_farewell).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                // Not WriteLineAsync of the whole backlog: each line must be out before the next is taken.
                await _writer.WriteLineAsync(line).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads stderr any more.
        }
    }
}
