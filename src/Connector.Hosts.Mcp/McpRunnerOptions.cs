namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>What a runner may do on the machine that it is on.</summary>
public sealed record McpRunnerOptions
{
    /// <summary>The environment variable of <see cref="Files"/>.</summary>
    public const string FilesVariable = "CUSTOMERIO_MCP_FILES";

    /// <summary>The folder below which tools may write files; <c>*</c> for anywhere. Default null: nowhere.</summary>
    public string? Files { get; init; }
}
