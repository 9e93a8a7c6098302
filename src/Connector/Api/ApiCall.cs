using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Api;

/// <summary>A request on its way: what is to be sent, by which rules, and what has become of it so far.</summary>
internal sealed class ApiCall(ApiRequest request, Uri uri, Workspace workspace, RetryPolicy resilience)
{
    public ApiRequest Request => request;

    public Uri Uri => uri;

    public Workspace Workspace => workspace;

    public RetryPolicy RetryPolicy => resilience;

    /// <summary>Whether it may be sent again when nobody knows whether it arrived.</summary>
    public required bool Repeatable { get; init; }

    /// <summary>Is told of long waits; null where nobody is.</summary>
    public WaitNotice? Notice { get; init; }

    public Action? BeforeAttempt { get; init; }

    /// <summary>Takes requests and answers of a debug run.</summary>
    public ILogger? Log => resilience.Debug ? Notice?.Log : null;

    /// <summary>The clock's timestamp of its beginning.</summary>
    public long Started { get; set; }

    public int Attempts { get; set; }

    public TimeSpan Waited { get; set; }

    /// <summary>Whether one of its attempts may have arrived.</summary>
    public bool HasArrived { get; set; }

    /// <summary>The end of a call that was cancelled: where it may have arrived, it says so.</summary>
    public OperationCanceledException Cancelled(CancellationToken ct) =>
        HasArrived && request.Method != HttpMethod.Get ? new RequestCancelledException(request, Attempts, ct) : new OperationCanceledException(ct);

    /// <summary>What is left of the connection's budget for one request, retries and waits included.</summary>
    public TimeSpan Remaining(TimeProvider time) => workspace.Connection.TotalTimeout - time.GetElapsedTime(Started);
}
