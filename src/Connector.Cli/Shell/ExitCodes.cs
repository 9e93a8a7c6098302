namespace CustomerIo.Connector.Cli.Shell;

/// <summary>What the tool's exit codes mean; scripts are written against them.</summary>
internal static class ExitCodes
{
    public const int Success = 0,
        Defect = 1,
        Input = 2,
        Connection = 3,
        NotWholly = 4,
        RateLimited = 5,
        Unavailable = 6,
        Uncertain = 7,
        Cancelled = 130;

    /// <summary>Each with what it means, as the help says it.</summary>
    public static readonly (int Code, string Means)[] All =
    [
        (Success, "Done."),
        (Defect, "A defect of the connector."),
        (Input, "The input or the command line is wrong."),
        (Connection, "Keys, region, TLS or base URL are wrong."),
        (NotWholly, "Customer.io rejected it, or some lines or rows failed."),
        (RateLimited, "Customer.io asks to wait."),
        (Unavailable, "Customer.io, the network or a disk is not available: try later."),
        (Uncertain, "It may or may not have arrived, and was not sent again."),
        (Cancelled, "Cancelled."),
    ];

    public static int Of(FailureKind kind) =>
        kind switch
        {
            FailureKind.Input => Input,
            FailureKind.Connection => Connection,
            FailureKind.Rejected => NotWholly,
            FailureKind.RateLimited => RateLimited,
            FailureKind.Unavailable => Unavailable,
            FailureKind.Uncertain => Uncertain,
            _ => Cancelled,
        };
}
