using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Track;

/// <summary>An item of many that was not accepted; its kind is the failure's own and is never read back from a text.</summary>
/// <param name="Index">Its place, 0 for the first.</param>
/// <param name="Cause">The failure.</param>
internal sealed record ItemFailure(int Index, ConnectorException Cause)
{
    /// <summary>Customer.io's own word for the reason; null when it gave none.</summary>
    public string? Word { get; init; }

    /// <summary>Whether it shares the fate of its chunk or run, in place of failing by itself.</summary>
    public bool IsShared { get; init; }

    /// <summary>Whether it was sent alone when it failed, or so often in ever smaller parts that nothing else can be the cause, unless there is an
    /// outage.</summary>
    public bool IsAlone { get; init; }

    public FailureKind Kind => Cause.Kind;

    /// <summary>Which part of the item is wrong, empty for the whole, and what is wrong.</summary>
    public Problem Problem =>
        Cause.Problems switch
        {
            [var only] when Kind is FailureKind.Input or FailureKind.Rejected => only,
            _ => new(
                "",
                Kind == FailureKind.Input && Cause.Problems.Count > 0 ? string.Join("; ", Cause.Problems.Select(p => $"{p.Path}: {p.Message}")) : Cause.Message
            ),
        };

    /// <summary>Whether the same item may be accepted later.</summary>
    public bool IsRetryable => Kind is FailureKind.RateLimited or FailureKind.Unavailable;

    /// <summary>Whether later items of the same people must not overtake it: it may still be sent, and has not been.</summary>
    public bool Holds => Kind is not (FailureKind.Input or FailureKind.Rejected or FailureKind.Uncertain) && !Cause.IsOfGuard;

    /// <summary>The operations that a 207 names; one that is named several times is one failure.</summary>
    /// <remarks>Where it refuses one more that it does not name, each of the others may be that one: none of them counts as accepted.</remarks>
    public static IEnumerable<ItemFailure> Of(JToken answer, int count)
    {
        var errors = (answer as JObject)?["errors"] as JArray ?? [];
        var usable = errors.OfType<JObject>().Where(e => e["batch_index"] is JValue { Value: long index } && index >= 0 && index < count).ToArray();
        var named = Named(usable).ToArray();
        return named.Length == 0 || usable.Length == errors.Count
            ? named
            : named.Concat(Enumerable.Range(0, count).Except(named.Select(n => n.Index)).Select(Unknown)).OrderBy(f => f.Index);
    }

    private static ItemFailure Unknown(int index)
    {
        const string Words =
            "Customer.io refused an operation of this request (207) without saying which, and it may be this one. Look in Customer.io "
            + "before you repeat it.";
        return new(index, new ConnectorException(FailureKind.Uncertain, Words) { Status = 207 });
    }

    private static IEnumerable<ItemFailure> Named(IEnumerable<JObject> errors) =>
        errors
            .GroupBy(e => (long)e["batch_index"]!)
            .Select(g => new ItemFailure(
                (int)g.Key,
                Refused(
                    Text(g.First(), "field"),
                    string.Join(
                        "; ",
                        g.Select((e, i) => i == 0 || Text(e, "field").Length == 0 ? Text(e, "message") : $"{Text(e, "field")}: {Text(e, "message")}")
                    )
                )
            )
            {
                Word = Text(g.First(), "reason"),
            });

    public JObject ToJson() =>
        new()
        {
            ["index"] = Index,
            ["reason"] = Word ?? Cause.KindName,
            ["field"] = Problem.Path,
            ["message"] = Problem.Message,
            ["retryable"] = IsRetryable,
        };

    /// <summary>The item's problem within the whole list, such as <c>/operations/3/attributes.plan</c>.</summary>
    public Problem In(string list) => new($"/{list}/{Index}{(Problem.Path.Length == 0 || Problem.Path[0] == '/' ? "" : "/")}{Problem.Path}", Problem.Message);

    /// <summary>The failure of a run in which nothing was accepted, or that a refused credential has ended.</summary>
    /// <param name="failed">What was not accepted, at least one.</param>
    /// <param name="total">How many items there were.</param>
    /// <param name="list">The input that holds them, such as <c>operations</c>.</param>
    /// <returns>The failure; null for a run of which a part was accepted.</returns>
    public static ConnectorException? Whole(IReadOnlyList<ItemFailure> failed, int total, string list)
    {
        var accepted = total - failed.Count;
        if (failed.FirstOrDefault(f => f.IsShared && (accepted == 0 || f.Kind == FailureKind.Connection))?.Cause is { } shared)
        {
            // Whoever mends the keys has to know what need not be sent again.
            return accepted == 0
                ? shared.Again()
                : new ConnectorException(
                    shared.Kind,
                    $"{shared.Message} {accepted} of the {total} {list} had been accepted by then; the problems name the others.",
                    [.. failed.Select(f => f.In(list))]
                )
                {
                    Status = shared.Status,
                    RetryAfter = shared.RetryAfter,
                    Attempts = shared.Attempts,
                };
        }

        if (accepted > 0)
        {
            return null;
        }

        Problem[] problems = [.. failed.Select(f => f.In(list))];
        if (failed.FirstOrDefault(f => f.Kind is not (FailureKind.Input or FailureKind.Rejected))?.Cause is { } other)
        {
            return new ConnectorException(other.Kind, other.Message, problems)
            {
                Status = other.Status,
                RetryAfter = other.RetryAfter,
                Attempts = other.Attempts,
            };
        }

        return failed.All(f => f.Kind == FailureKind.Input)
            ? ConnectorException.Input(problems)
            : new ConnectorException(
                FailureKind.Rejected,
                $"Customer.io accepted none of the {failed.Count} {list}. The first: {problems[0].Path}: {problems[0].Message}",
                problems
            );
    }

    private static ConnectorException Refused(string field, string message) =>
        new(FailureKind.Rejected, message, [new Problem(field, message)]) { Status = 207 };

    private static string Text(JObject error, string key) => error[key] is JValue value ? ConnectorJson.ScalarText(value) : "";
}
