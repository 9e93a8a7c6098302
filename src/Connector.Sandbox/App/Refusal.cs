namespace CustomerIo.Connector.Sandbox;

/// <summary>Ends a handler of the App API early with the answer that refuses the request.</summary>
internal sealed class Refusal(SandboxResponse answer) : Exception
{
    /// <summary>Refuses in the App API's usual envelope, with a pointer to the culprit where there is one.</summary>
    public Refusal(int status, string text, string? pointer = null)
        : this(SandboxResponse.Detail(status, text, pointer)) { }

    public SandboxResponse Answer { get; } = answer;
}
