using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What the handlers of Track v1 share: object bodies, and problems told its way.</summary>
internal static class V1
{
    /// <summary>Refuses with every problem at once, else does the write and answers <c>{}</c>.</summary>
    public static SandboxResponse Apply(SandboxRequest call, IEnumerable<Problem> problems, Action write)
    {
        var texts = problems.Select(p => p.Sentence).ToList();
        if (texts.Count > 0)
        {
            return SandboxResponse.Errors(400, texts);
        }
        call.Workspace.Write(write);
        return SandboxResponse.Empty;
    }

    /// <summary>The body as an object.</summary>
    /// <exception cref="FormatException">It is JSON of another kind.</exception>
    public static JObject Body(SandboxRequest call) => call.Content as JObject ?? throw new FormatException("the body must be a JSON object");
}
