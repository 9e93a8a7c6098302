using CustomerIo.Connector.Values;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Kit;

/// <summary>A connector on a scripted wire with a fake clock and no randomness.</summary>
internal sealed class Bench : IDisposable
{
    public const string SiteId = "site-id-of-the-tests";
    public const string ApiKey = "secret-api-key-00001";
    public const string AppApiKey = "secret-app-key-00001";

    public Bench(params Answer[] answers)
        : this(new Wire(answers)) { }

    public Bench(Wire wire, FakeTime? time = null, double random = 0)
    {
        Wire = wire;
        Time = time ?? FakeTime.Instant();
        Log = new LogRecorder();
        Connector = new CustomerIoConnector(
            new CustomerIoConnectorOptions
            {
                Handler = wire,
                Time = Time,
                Random = () => random,
                Logger = Log,
            }
        );
    }

    public Wire Wire { get; }

    public FakeTime Time { get; }

    public LogRecorder Log { get; }

    public CustomerIoConnector Connector { get; }

    public static Connection Us { get; } =
        new()
        {
            SiteId = SiteId,
            ApiKey = ApiKey,
            AppApiKey = AppApiKey,
            PipelinesApiKey = "secret-pipelines-key-01",
            Region = Region.Us,
        };

    public static Connection Eu { get; } =
        new()
        {
            SiteId = SiteId,
            ApiKey = ApiKey,
            AppApiKey = AppApiKey,
            PipelinesApiKey = "secret-pipelines-key-01",
            Region = Region.Eu,
        };

    /// <summary>A connection that has to find its region; a new object each time.</summary>
    public static Connection Auto => new() { SiteId = SiteId, ApiKey = ApiKey };

    public static JObject Json(string text) => ConnectorJson.ParseObject(text);

    /// <summary>Runs an input that is still text.</summary>
    public Task<RunResult> RunAsync(string action, string input, Connection? connection = null, RunOptions? options = null, CancellationToken ct = default) =>
        Connector
            .RunJsonAsync(action, System.Text.Encoding.UTF8.GetBytes(input), connection ?? Us, options, ct)
            .WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None);

    /// <summary>Runs; a run that hangs fails its test after a minute instead of holding all tests up.</summary>
    public Task<RunResult> RunAsync(string action, JObject input, Connection? connection = null, RunOptions? options = null, CancellationToken ct = default) =>
        Connector.RunAsync(action, input, connection ?? Us, options, ct).WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None);

    /// <summary>Runs and hands back the failure that must come.</summary>
    public async Task<ConnectorException> FailAsync(
        string action,
        string input,
        Connection? connection = null,
        RunOptions? options = null,
        CancellationToken ct = default
    ) => await FailedAsync(() => RunAsync(action, input, connection, options, ct));

    public async Task<ConnectorException> FailAsync(
        string action,
        JObject input,
        Connection? connection = null,
        RunOptions? options = null,
        CancellationToken ct = default
    ) => await FailedAsync(() => RunAsync(action, input, connection, options, ct));

    private static async Task<ConnectorException> FailedAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (ConnectorException e)
        {
            return e;
        }

        throw new AssertionException("The run succeeded, but had to fail.");
    }

    public void Dispose()
    {
        Connector.Dispose();
        Wire.Dispose();
    }
}

/// <summary>Keeps every line that is logged.</summary>
internal sealed class LogRecorder : ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public string Text => string.Join('\n', Lines);

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
        lock (_lock)
        {
            _lines.Add(formatter(state, exception));
        }
    }
}
