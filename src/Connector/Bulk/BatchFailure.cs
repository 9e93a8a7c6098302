using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Bulk;

/// <summary>An operation that was not accepted.</summary>
/// <param name="Index">Its place, 0 for the first.</param>
/// <param name="Reason">Customer.io's word, or the kind of our failure.</param>
/// <param name="Field">Which part of it; empty for the whole.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Passing">Whether the same operation may be accepted later.</param>
internal sealed record BatchFailure(int Index, string Reason, string Field, string Message, bool Passing)
{
    /// <summary>The failure of a whole request, or of our own checks, as that of one operation.</summary>
    public static BatchFailure Of(int index, ConnectorException e) => e.Problems switch
    {
        [var only] => new(index, e.KindName, only.Path, only.Message, Passes(e)),
        _ => new(index, e.KindName, "", e.Kind == FailureKind.Input && e.Problems.Count > 0 ? string.Join("; ", e.Problems.Select(p => $"{p.Path}: {p.Message}")) : e.Message, Passes(e)),
    };

    /// <summary>The operations that a 207 names; one that is named several times is one failure.</summary>
    /// <remarks>Where it refuses one more that it does not name, each of the others may be that one: none of them counts as accepted.</remarks>
    public static IEnumerable<BatchFailure> Of(JToken answer, int count)
    {
        var errors = (answer as JObject)?["errors"] as JArray ?? [];
        var usable = errors.OfType<JObject>().Where(e => e["batch_index"] is JValue { Value: long index } && index >= 0 && index < count).ToArray();
        var named = Named(usable).ToArray();
        return named.Length == 0 || usable.Length == errors.Count ? named : named.Concat(Enumerable.Range(0, count).Except(named.Select(n => n.Index)).Select(Unknown));
    }

    private static BatchFailure Unknown(int index) =>
        new(index, "uncertain", "", "Customer.io refused an operation of this request (207) without saying which, and it may be this one. Look in Customer.io before you repeat it.", false);

    private static IEnumerable<BatchFailure> Named(IEnumerable<JObject> errors) => errors
        .GroupBy(e => (long)e["batch_index"]!)
        .Select(g => new BatchFailure(
            (int)g.Key,
            Text(g.First(), "reason"),
            Text(g.First(), "field"),
            string.Join("; ", g.Select((e, i) => i == 0 || Text(e, "field").Length == 0 ? Text(e, "message") : $"{Text(e, "field")}: {Text(e, "message")}")),
            false));

    public JObject ToJson() => new() { ["index"] = Index, ["reason"] = Reason, ["field"] = Field, ["message"] = Message, ["passing"] = Passing };

    /// <summary>The failure of a run in which nothing else happened.</summary>
    public Problem ToProblem() => new($"/operations/{Index}{(Field.Length == 0 || Field[0] == '/' ? "" : "/")}{Field}", Message);

    private static bool Passes(ConnectorException e) => e.Kind is FailureKind.RateLimited or FailureKind.Unavailable;

    private static string Text(JObject error, string key) => error[key] is JValue value ? ConnectorJson.ScalarText(value) : "";
}
