using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The Pipelines API: it answers 200 to everything, also to what it drops, unless a request asks it to be strict.</summary>
internal static class PipelinesRoutes
{
    private const int CallBytes = 32 * 1024;
    private const int BatchBytes = 500 * 1024;

    /// <summary>Whether a request asks for real answers.</summary>
    public static bool IsStrict(Microsoft.AspNetCore.Http.HttpRequest request) => request.Headers["X-Strict-Mode"] == "1";

    /// <summary>One call, of the type that its path names.</summary>
    public static Func<SandboxRequest, SandboxResponse> Of(string type) =>
        call => Answer(call, call.Body.Length > CallBytes ? [TooLarge(CallBytes)] : PipelinesCalls.Read(call.Workspace, call.Content, type));

    /// <summary>A list of calls, each with its type.</summary>
    public static SandboxResponse Batch(SandboxRequest call)
    {
        if (call.Body.Length > BatchBytes)
        {
            return Answer(call, [TooLarge(BatchBytes)]);
        }
        if (call.Content is not JObject whole || whole["batch"] is not JArray { Count: > 0 } batch)
        {
            return Answer(call, [Operations.Refused(new(Problem.Required, "batch", "must be a list with at least one call"))]);
        }
        return Answer(call, [.. batch.SelectMany(item => Item(call.Workspace, whole, item))]);
    }

    /// <summary>The answer to what is no JSON.</summary>
    public static SandboxResponse Malformed(string text) => SandboxResponse.Errors(400, text);

    private static IReadOnlyList<Operation> Item(Workspace workspace, JObject whole, JToken item)
    {
        if (Json.Bytes(item) > CallBytes)
        {
            return [TooLarge(CallBytes)];
        }
        // What the batch says of all holds for each.
        if (item is JObject own && whole["context"] is JObject context)
        {
            var merged = (JObject)context.DeepClone();
            merged.Merge(own["context"] as JObject ?? []);
            own["context"] = merged;
        }
        return PipelinesCalls.Read(workspace, item, null);
    }

    private static SandboxResponse Answer(SandboxRequest call, IReadOnlyList<Operation> operations)
    {
        var problems = operations.SelectMany(o => o.Problems).ToList();
        if (problems.Count > 0 && IsStrict(call.Context.Request))
        {
            return SandboxResponse.Errors(400, problems.Select(p => p.Sentence.Trim()));
        }
        foreach (var operation in operations)
        {
            if (operation.Problems is [var first, ..])
            {
                call.Workspace.Activities.Drop("failed_event", new(IdKind.Id, ""), first.Sentence.Trim());
            }
            else
            {
                call.Workspace.Write(operation.Apply);
            }
        }
        return SandboxResponse.Empty;
    }

    private static Operation TooLarge(int bytes) => Operations.Refused(new(Problem.Invalid, "", $"cannot be larger than {bytes / 1024} kB"));
}
