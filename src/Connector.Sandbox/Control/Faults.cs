using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A failure to be played to the next requests that match.</summary>
internal sealed record Fault
{
    public int Number { get; init; }

    public string? Method { get; init; }

    public string? Path { get; init; }

    /// <summary>A text that the body must hold, such as a person's id in its quotes; null for any body.</summary>
    public string? BodyText { get; init; }

    /// <summary>The status to answer; null lets the request through (late, when there is a delay).</summary>
    public int? Status { get; init; }

    public int DelayMs { get; init; }

    /// <summary>Closes the connection in place of an answer.</summary>
    public bool Drop { get; init; }

    /// <summary>Fails only after the request was processed, so that the caller cannot know it was.</summary>
    public bool After { get; init; }

    public string? RetryAfter { get; init; }

    public JToken? Body { get; init; }

    /// <summary>How many more requests it hits; 0 means every one until it is deleted.</summary>
    public int Times { get; set; } = 1;

    public int Hits { get; set; }

    public bool Matches(string method, string target, ReadOnlySpan<byte> body) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase))
        && (Path is null || target.StartsWith(Path, StringComparison.Ordinal))
        && (BodyText is null || body.IndexOf(System.Text.Encoding.UTF8.GetBytes(BodyText)) >= 0);

    /// <summary>The failing answer; null when the request is to be answered normally.</summary>
    public SandboxResponse? Failure()
    {
        if (Status is not { } status)
        {
            return null;
        }
        var answer = Body switch
        {
            null => SandboxResponse.Errors(status, $"injected fault {Number}"),
            JValue { Value: string text } => SandboxResponse.Text(status, "text/plain; charset=utf-8", text),
            _ => SandboxResponse.Ok(Body, status),
        };
        return answer with { RetryAfter = RetryAfter };
    }

    public JObject ToJson() =>
        new()
        {
            ["fault"] = Number,
            ["match"] = new JObject
            {
                ["method"] = Method,
                ["path"] = Path,
                ["body"] = BodyText,
            },
            ["status"] = Status,
            ["delayMs"] = DelayMs,
            ["drop"] = Drop,
            ["when"] = After ? "after" : "before",
            ["retryAfter"] = RetryAfter,
            ["body"] = Body?.DeepClone(),
            ["times"] = Times,
            ["hits"] = Hits,
        };
}

/// <summary>The faults that wait for their requests, the oldest first.</summary>
internal sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _waiting = [];
    private int _made;

    public Fault Add(Fault fault)
    {
        lock (_gate)
        {
            var added = fault with { Number = ++_made };
            _waiting.Add(added);
            return added;
        }
    }

    /// <summary>The first fault that matches, used up by one; null when there is none.</summary>
    public Fault? Take(string method, string target, byte[] body)
    {
        lock (_gate)
        {
            var fault = _waiting.Find(f => f.Matches(method, target, body));
            if (fault is not null)
            {
                fault.Hits++;
                if (fault.Times > 0 && --fault.Times == 0)
                {
                    _waiting.Remove(fault);
                }
            }
            return fault;
        }
    }

    public IReadOnlyList<Fault> All()
    {
        lock (_gate)
        {
            return [.. _waiting];
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _waiting.Clear();
        }
    }
}

/// <summary>The control side of faults.</summary>
internal static class FaultRoutes
{
    public static SandboxResponse List(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["faults"] = new JArray(call.Core.Faults.All().Select(f => f.ToJson())) });

    public static SandboxResponse Clear(SandboxRequest call)
    {
        call.Core.Faults.Clear();
        return List(call);
    }

    public static SandboxResponse Add(SandboxRequest call)
    {
        var body = V1.Body(call);
        var problems = new List<string>();
        string[] known = ["match", "status", "delayMs", "drop", "when", "retryAfter", "body", "times"];
        problems.AddRange(body.Properties().Where(p => !known.Contains(p.Name)).Select(p => $"there is no '{p.Name}'; there are {string.Join(", ", known)}"));
        var match = body["match"] as JObject;
        if (body["match"] is not (null or JObject) || match?.Properties().Any(p => p.Name is not ("method" or "path" or "body")) == true)
        {
            problems.Add("match must be an object with method, path and body");
        }
        var fault = new Fault
        {
            Method = Json.Scalar(match?["method"]),
            Path = Json.Scalar(match?["path"]),
            BodyText = Json.Scalar(match?["body"]),
            Status = Number("status", 200, 599),
            DelayMs = Number("delayMs", 0, 600_000) ?? 0,
            Drop = body["drop"] is JValue { Value: true },
            After = Json.Scalar(body["when"]) == "after",
            RetryAfter = Json.Scalar(body["retryAfter"]),
            Body = body["body"],
            Times = Number("times", 0, int.MaxValue) ?? 1,
        };
        if (body["drop"] is not (null or JValue { Value: bool }))
        {
            problems.Add("drop must be true or false");
        }
        if (body["when"] is not (null or JValue { Value: "before" or "after" }))
        {
            problems.Add("when must be 'before' or 'after' (the request is processed)");
        }
        if (fault is { Status: null, DelayMs: 0, Drop: false })
        {
            problems.Add("a fault needs a status, a delayMs or drop");
        }
        return problems.Count > 0 ? SandboxResponse.Errors(400, problems) : SandboxResponse.Ok(call.Core.Faults.Add(fault).ToJson(), 201);

        int? Number(string name, int least, int most)
        {
            if (body[name] is not { Type: not JTokenType.Null } token)
            {
                return null;
            }
            if (token is JValue { Value: long number } && number >= least && number <= most)
            {
                return (int)number;
            }
            problems.Add($"{name} must be a whole number from {least} to {most}");
            return least;
        }
    }
}
