using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Track v2: one operation, or a batch of them in which each stands for itself.</summary>
internal static class V2
{
    // The vendor writes "kB" and does not say which; the larger reading refuses nobody it would let in.
    private const int ItemBytes = 32 * 1024;
    private const int BatchBytes = 500 * 1024;

    /// <summary>The errors of a request that was refused whole.</summary>
    public static Answer Errors(params IEnumerable<Problem> problems) =>
        Answer.Ok(new JObject { ["errors"] = new JArray(problems.Select(p => p.ToJson())) }, 400);

    public static Answer Malformed(string text) => Errors(new Problem(Problem.Invalid, "", text));

    public static Answer Entity(Call call)
    {
        if (call.Body.Length > ItemBytes)
        {
            return Errors(TooLarge(ItemBytes));
        }
        var operation = Operations.Read(call.Workspace, call.Content);
        if (operation.Problems.Count > 0)
        {
            return Errors(operation.Problems);
        }
        call.Workspace.Write(operation.Apply);
        return Answer.Empty;
    }

    public static Answer Batch(Call call)
    {
        if (call.Body.Length > BatchBytes)
        {
            return Errors(TooLarge(BatchBytes));
        }
        if ((call.Content as JObject)?["batch"] is not JArray { Count: > 0 } batch)
        {
            return Errors(new Problem(Problem.Required, "batch", "must be a list with at least one operation"));
        }
        var errors = new JArray();
        var sizes = call.Body.Length > ItemBytes ? Json.ItemSizes(call.Body, "batch") : [];
        for (var i = 0; i < batch.Count; i++)
        {
            var tooLarge = i < sizes.Count && sizes[i] > ItemBytes;
            var operation = tooLarge ? Operations.Refused(TooLarge(ItemBytes)) : Operations.Read(call.Workspace, batch[i]);
            if (operation.Problems.Count == 0)
            {
                call.Workspace.Write(operation.Apply);
                continue;
            }
            foreach (var problem in operation.Problems)
            {
                errors.Add(new JObject { ["batch_index"] = i, ["reason"] = problem.Reason, ["field"] = problem.Field, ["message"] = problem.Message });
            }
        }
        return errors.Count == 0 ? Answer.Empty : Answer.Ok(new JObject { ["errors"] = errors }, 207);
    }

    private static Problem TooLarge(int bytes) => new(Problem.Invalid, "", $"cannot be larger than {bytes / 1024} kB");
}
