using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>An action's only road out.</summary>
internal interface IApi : IRunContext
{
    /// <summary>Sends a request with region, credentials, limiter, retries and timeouts; the answer is a success.</summary>
    /// <exception cref="ConnectorException">Everything that is not a success.</exception>
    Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken ct);

    /// <summary>The ULID of one of many events that this run sends.</summary>
    string EventIdFor(int index);

    /// <summary>The other actions, for the one that runs them by the dozen.</summary>
    Catalogue Catalogue { get; }

    /// <summary>Whether an API may be asked: its key is set, and this run sends at all.</summary>
    bool CanAsk(ApiName api);

    /// <summary>Whether nothing is really sent, so that no answer tells anything.</summary>
    bool IsDryRun { get; }

    /// <summary>Waits; a dry run does not.</summary>
    Task DelayAsync(TimeSpan delay, CancellationToken ct);

    /// <summary>How often a request that failed is repeated.</summary>
    int MaxRetries { get; }

    /// <summary>Waits before a repetition, by the run's own settings; a long wait is told to the log.</summary>
    /// <param name="n">How many there were before.</param>
    /// <param name="retryAfter">What Customer.io asked for; null for nothing.</param>
    /// <param name="ct">Ends the wait.</param>
    Task BackOffAsync(int n, TimeSpan? retryAfter, CancellationToken ct);

    /// <summary>Fetches a file from an address that Customer.io gave: into memory, or into a new file.</summary>
    /// <exception cref="ConnectorException">It cannot be fetched or written, or is too large for memory.</exception>
    Task<Download> DownloadAsync(string address, DownloadTarget to, CancellationToken ct);

    /// <summary>Takes a list's items one by one, as its pages arrive; null when the result is to hold them.</summary>
    Action<JToken>? Emit { get; }
}
