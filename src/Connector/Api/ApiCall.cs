using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Api;

/// <summary>A request on its way: what is to be sent, by which rules, and what has become of it so far.</summary>
internal class ApiCall(ApiRequest request, Uri uri, Workspace workspace, RetryPolicy resilience)
{
    [SetsRequiredMembers]
    protected ApiCall(ApiCall same)
        : this(same.Request, same.Uri, same.Workspace, same.RetryPolicy) =>
        (Repeatable, Notice, BeforeAttempt) = (same.Repeatable, same.Notice, same.BeforeAttempt);

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

    /// <summary>This request, watched where somebody traces or measures.</summary>
    /// <param name="action">The id of the action that makes it; null for none.</param>
    /// <param name="time">The clock.</param>
    public ApiCall Watched(string? action, TimeProvider time) => Telemetry.IsListenedTo ? new WatchedCall(this, action, time) : this;

    /// <summary>An attempt begins, after a wait for its turn.</summary>
    public virtual void Begins(TimeSpan waited) { }

    /// <summary>The attempt has ended; null where it was cancelled.</summary>
    public virtual void Ends(Attempt? attempt) { }

    /// <summary>The end of a call that was cancelled: where it may have arrived, it says so.</summary>
    public OperationCanceledException Cancelled(CancellationToken ct) =>
        HasArrived && request.Method != HttpMethod.Get ? new RequestCancelledException(request, Attempts, ct) : new OperationCanceledException(ct);

    /// <summary>What is left of the connection's budget for one request, retries and waits included.</summary>
    public TimeSpan Remaining(TimeProvider time) => workspace.Connection.TotalTimeout - time.GetElapsedTime(Started);
}
