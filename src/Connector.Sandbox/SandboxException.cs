namespace CustomerIo.Connector.Sandbox;

/// <summary>The sandbox cannot start; the message says why and what to do.</summary>
public sealed class SandboxException : Exception
{
    /// <summary>Makes an exception without a reason.</summary>
    public SandboxException() { }

    /// <summary>Makes an exception with a sentence for the person at the keyboard.</summary>
    public SandboxException(string message)
        : base(message) { }

    /// <summary>Makes an exception with a sentence and the failure behind it.</summary>
    public SandboxException(string message, Exception? inner)
        : base(message, inner) { }
}
