using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Model;

/// <summary>What a host may say about one run.</summary>
public sealed class RunOptions
{
    /// <summary>The host's name for this invocation; the same name gives the same event id. Default null: a fresh event id.</summary>
    public string? InvocationId { get; init; }

    /// <summary>The item's place in the invocation, 0 for the first. Default 0.</summary>
    public int ItemIndex { get; init; }

    /// <summary>Region for this run when the input has none. Default null: the connection's.</summary>
    public Region? Region { get; init; }

    /// <summary>Receives done and total of long work. Default null.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>Takes a list's items one by one, as its pages arrive; the result then has their <c>count</c> in place of the list. Default null.</summary>
    public Action<JToken>? Item { get; init; }

    /// <summary>Receives the requests of runs with Debug Request on, masked. Default null: the connector's own logger.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Called right before each attempt of each request; what it throws ends the run. Default null.</summary>
    internal Action? BeforeAttempt { get; init; }

    /// <summary>Tells of waits, for all runs of a job together. Default null: those of this run.</summary>
    internal WaitNotice? Notice { get; init; }

    /// <summary>How often a failed request is repeated, in place of what the action's input says. Default null.</summary>
    internal int? MaxRetries { get; init; }
}
