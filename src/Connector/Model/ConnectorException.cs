using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Model;

/// <summary>Who has to act on a failure.</summary>
public enum FailureKind
{
    /// <summary>The workflow's author: the input is wrong; <see cref="ConnectorException.Problems"/> says where.</summary>
    Input,

    /// <summary>The owner of the keys or the region: refused credentials, redirects, TLS, a bad base URL.</summary>
    Connection,

    /// <summary>Customer.io understood the request and refused it.</summary>
    Rejected,

    /// <summary>Wait <see cref="ConnectorException.RetryAfter"/>, then try again.</summary>
    RateLimited,

    /// <summary>Try later: network failures, server errors and timeouts after all retries.</summary>
    Unavailable,

    /// <summary>The request may or may not have arrived, and sending it again could do it twice.</summary>
    Uncertain,

    /// <summary>The caller cancelled the run.</summary>
    Cancelled,
}

/// <summary>One thing wrong with an input.</summary>
/// <param name="Path">JSON Pointer to the value, such as <c>/customerData/plan</c>; empty for the whole input.</param>
/// <param name="Message">What is wrong and what is expected.</param>
public sealed record Problem(string Path, string Message);

/// <summary>The one failure of a run: what happened, who acts, and what to do.</summary>
public sealed class ConnectorException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="kind">Who has to act.</param>
    /// <param name="message">What happened, then what to do; control characters are escaped, and user names and passwords of addresses left out.</param>
    /// <param name="problems">For <see cref="FailureKind.Input"/>: each thing that is wrong.</param>
    /// <param name="inner">The cause, if another exception led here.</param>
    public ConnectorException(FailureKind kind, string message, IReadOnlyList<Problem>? problems = null, Exception? inner = null)
        : base(Shown.Line(message), inner)
    {
        Kind = kind;
        Problems = problems is null ? [] : [.. problems.Select(p => new Problem(Shown.Line(p.Path), Shown.Line(p.Message)))];
    }

    /// <summary>Who has to act.</summary>
    public FailureKind Kind { get; }

    /// <summary>The HTTP status of the last answer; null when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>What is wrong with the input, or what Customer.io found wrong; empty when not known.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>How long Customer.io asks to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How many requests were made for the one that failed; 0 when nothing was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether the request may have arrived at Customer.io.</summary>
    internal bool HasArrived { get; init; }

    /// <summary>Whether a guard of the connection refused the request, which then was not sent.</summary>
    internal bool IsOfGuard { get; private init; }

    /// <summary>The kind as hosts write it: <c>input</c>, <c>rateLimited</c> and so on.</summary>
    public string KindName => Names.Camel(Kind.ToString());

    /// <summary>The failure as every host reports it: <c>{"error":{kind, message, status, problems, retryAfter, attempts}}</c>.</summary>
    /// <returns>A new object; <c>retryAfter</c> is in seconds.</returns>
    public JObject ToJson() =>
        new()
        {
            ["error"] = new JObject
            {
                ["kind"] = KindName,
                ["message"] = Message,
                ["status"] = Status,
                ["problems"] = new JArray(Problems.Select(p => new JObject { ["path"] = p.Path, ["message"] = p.Message })),
                ["retryAfter"] = RetryAfter is { } wait
                    ? Math.Ceiling(wait.TotalSeconds) is var s && s < long.MaxValue
                        ? (long)s
                        : null
                    : null,
                ["attempts"] = Attempts,
            },
        };

    internal static ConnectorException Input(params IReadOnlyList<Problem> problems) => new(FailureKind.Input, Headline(problems), problems);

    internal static ConnectorException Input(string path, string message) => Input([new Problem(path, message)]);

    /// <summary>The same failure for another run.</summary>
    internal ConnectorException Again() =>
        new(Kind, Message, Problems, InnerException)
        {
            Status = Status,
            RetryAfter = RetryAfter,
            Attempts = Attempts,
            HasArrived = HasArrived,
            IsOfGuard = IsOfGuard,
        };

    /// <summary>The same failure, marked as the refusal of a guard.</summary>
    internal ConnectorException OfGuard() => new(Kind, Message, Problems, InnerException) { IsOfGuard = true };

    /// <summary>Whether the message says of the problems only the first, and how many more there are.</summary>
    internal bool IsHeadline => Problems.Count > 0 && Message == Headline(Problems);

    private static string Headline(IReadOnlyList<Problem> problems)
    {
        var first = problems[0];
        var place = first.Path.Length == 0 ? "The input" : first.Path;
        var more = problems.Count > 1 ? $" ({problems.Count - 1} more {(problems.Count == 2 ? "problem" : "problems")})" : "";
        return $"{place}: {first.Message}{more}";
    }
}
