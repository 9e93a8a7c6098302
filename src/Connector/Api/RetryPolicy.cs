using System.Runtime.CompilerServices;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>The resilience block of one run.</summary>
internal sealed record RetryPolicy(
    TimeSpan Timeout,
    int MaxRetryCount,
    bool RetryCountGiven,
    TimeSpan RetryDelay,
    bool Exponential,
    bool RetryOnAllErrors,
    bool Debug
)
{
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(30);

    /// <summary>What most actions do by default: three retries from 200 ms on, each after twice the wait.</summary>
    public static RetryPolicy Default { get; } =
        new(
            Timeout: TimeSpan.FromSeconds(10),
            MaxRetryCount: 3,
            RetryCountGiven: false,
            RetryDelay: TimeSpan.FromMilliseconds(200),
            Exponential: true,
            RetryOnAllErrors: false,
            Debug: false
        );

    /// <param name="values">The run's input.</param>
    /// <param name="maxRetries">What stands in for the input's retry count; null for the input's own.</param>
    public static RetryPolicy From(InputValues values, int? maxRetries = null) =>
        maxRetries is null ? ResilienceBlock.Of(values.Schema).Read(values) : Read(values, maxRetries);

    internal static RetryPolicy Read(InputValues values, int? maxRetries) =>
        new(
            TimeSpan.FromMilliseconds(values["timeout"] is { } timeout ? (double)timeout : 10_000),
            maxRetries ?? (int?)values["maxRetryCount"] ?? 0,
            values.Given("maxRetryCount") && (int?)values["maxRetryCount"] > 0,
            TimeSpan.FromMilliseconds(values["retryDelayMs"] is { } delay ? (double)delay : 0),
            (bool?)values["useExponentialBackoff"] ?? false,
            (bool?)values["retryOnAllErrors"] ?? false,
            (bool?)values["debugRequest"] ?? false
        );

    /// <summary>How long to wait before retry <paramref name="n"/> (0 for the first); <paramref name="random"/> is in [0, 1).</summary>
    public TimeSpan Delay(int n, TimeSpan? retryAfter, double random)
    {
        if (retryAfter is { } wait)
        {
            return wait;
        }

        if (!Exponential)
        {
            return RetryDelay;
        }

        var first = RetryDelay > TimeSpan.Zero ? RetryDelay.TotalMilliseconds : 200;
        var delay = first * Math.Pow(2, n) * (1 + random);
        return delay < s_longestDelay.TotalMilliseconds ? TimeSpan.FromMilliseconds(delay) : s_longestDelay;
    }
}

/// <summary>The resilience block of one schema; what it says when nobody fills it in is read once.</summary>
internal sealed class ResilienceBlock(InputSchema schema)
{
    private static readonly ConditionalWeakTable<InputSchema, ResilienceBlock> s_known = [];

    private readonly int[] _places =
    [
        .. new[] { "timeout", "maxRetryCount", "retryDelayMs", "useExponentialBackoff", "retryOnAllErrors", "debugRequest" }
            .Select(schema.IndexOf)
            .Where(i => i >= 0),
    ];
    private readonly RetryPolicy _unfilled = RetryPolicy.Read(new InputValues(schema, new JToken?[schema.Count]), null);

    /// <summary>The block of a schema.</summary>
    public static ResilienceBlock Of(InputSchema schema) =>
        s_known.TryGetValue(schema, out var known) ? known : s_known.GetValue(schema, s => new ResilienceBlock(s));

    public RetryPolicy Read(InputValues values) => values.GivenAny(_places) ? RetryPolicy.Read(values, null) : _unfilled;
}
