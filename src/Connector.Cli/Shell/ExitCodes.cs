namespace CustomerIo.Connector.Cli.Shell;

/// <summary>What the tool's exit codes mean; scripts are written against them.</summary>
internal static class ExitCodes
{
    public const int Success = 0,
        Defect = 1,
        Input = 2,
        Connection = 3,
        NotWholly = 4,
        Unavailable = 6,
        Cancelled = 130;

    public static int Of(FailureKind kind) =>
        kind switch
        {
            FailureKind.Input => Input,
            FailureKind.Connection => Connection,
            FailureKind.Rejected => NotWholly,
            FailureKind.RateLimited => 5,
            FailureKind.Unavailable => Unavailable,
            FailureKind.Uncertain => 7,
            _ => Cancelled,
        };
}
