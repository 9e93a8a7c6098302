using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Track v2: one operation, or a batch of them in which each stands for itself.</summary>
internal static class V2
{
    // The vendor writes "kB" and does not say which; the larger reading refuses nobody it would let in.
    private const int ItemBytes = 32 * 1024;
    private const int BatchBytes = 500 * 1024;

    /// <summary>The errors of a request that was refused whole.</summary>
    public static SandboxResponse Errors(params IEnumerable<Problem> problems) =>
        SandboxResponse.Ok(new JObject { ["errors"] = new JArray(problems.Select(p => p.ToJson())) }, 400);

    public static SandboxResponse Malformed(string text) => Errors(new Problem(Problem.Invalid, "", text));

    public static SandboxResponse Entity(SandboxRequest call)
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
        return SandboxResponse.Empty;
    }

    /// <summary>Reads item by item, and takes the gate for each: half a megabyte of tokens would be slow to hold.</summary>
    public static SandboxResponse Batch(SandboxRequest call)
    {
        if (call.Body.Length > BatchBytes)
        {
            return Errors(TooLarge(BatchBytes));
        }
        if (Json.Items(call.Body, "batch") is not { Count: > 0 } items)
        {
            return Errors(new Problem(Problem.Required, "batch", "must be a list with at least one operation"));
        }
        var errors = new JArray();
        for (var i = 0; i < items.Count; i++)
        {
            var operation = Read(call.Workspace, call.Body.AsSpan(items[i]));
            if (operation.Problems.Count == 0)
            {
                lock (call.Workspace.Gate)
                {
                    call.Workspace.CatchUp();
                    call.Workspace.Write(operation.Apply);
                }
            }
            foreach (var problem in operation.Problems)
            {
                errors.Add(
                    new JObject
                    {
                        ["batch_index"] = i,
                        ["reason"] = problem.Reason,
                        ["field"] = problem.Field,
                        ["message"] = problem.Message,
                    }
                );
            }
        }
        return errors.Count == 0 ? SandboxResponse.Empty : SandboxResponse.Ok(new JObject { ["errors"] = errors }, 207);
    }

    private static Operation Read(Workspace workspace, ReadOnlySpan<byte> item)
    {
        try
        {
            return item.Length > ItemBytes ? Operations.Refused(TooLarge(ItemBytes)) : Operations.Read(workspace, Json.Parse(item));
        }
        catch (FormatException e)
        {
            return Operations.Refused(new(Problem.Invalid, "", e.Message));
        }
    }

    private static Problem TooLarge(int bytes) => new(Problem.Invalid, "", $"cannot be larger than {bytes / 1024} kB");
}
