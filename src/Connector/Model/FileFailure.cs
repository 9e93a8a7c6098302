using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Model;

/// <summary>What went wrong with a file, told to whoever has to act: <c>unavailable</c> when it may go well later, <c>input</c> else.</summary>
internal static partial class FileFailure
{
    /// <summary>Whether an exception is a file's.</summary>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>Whether somebody else holds the file.</summary>
    public static bool IsBusy(Exception e) => e is IOException && e.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);

    /// <summary>The failure to tell.</summary>
    /// <param name="e">What the system said.</param>
    /// <param name="path">The file, as people may see it.</param>
    /// <param name="what">What was tried with it: <c>read</c> or <c>written</c>.</param>
    public static ConnectorException Of(Exception e, string path, string what) =>
        IsFull(e) ? new(FailureKind.Unavailable, $"{path} cannot be {what}: the disk is full. Free some space, then start again.", inner: e)
        : IsBusy(e) ? new(FailureKind.Unavailable, $"{path} cannot be {what}: another program holds it. Wait for that one, then start again.", inner: e)
        : IsTransient(e) ? new(FailureKind.Unavailable, $"{path} cannot be {what}: {Line(e)} Try again later.", inner: e)
        : new(FailureKind.Input, $"{path} cannot be {what}: {Line(e)}", inner: e);

    // The name that a file has until it is whole is nobody's business.
    private static string Line(Exception e) => Part().Replace(Reason(e), "");

    /// <summary>What the system said, in a sentence that does not name the file once more.</summary>
    public static string Reason(Exception e) =>
        e switch
        {
            FileNotFoundException => "there is no such file.",
            DirectoryNotFoundException => "there is no such folder.",
            UnauthorizedAccessException => "permission is denied.",
            _ => e.Message.ReplaceLineEndings(" "),
        };

    [GeneratedRegex(@"\.[0-9a-f]{12}\.part\b", RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    /// <summary>Whether the disk is full, or as much of it as this user may have.</summary>
    // Numbers of Linux (space, quota), macOS (quota) and Windows (disk full, handle's disk full).
    public static bool IsFull(Exception e) => e.HResult is 28 or 122 or 69 or unchecked((int)0x80070070) or unchecked((int)0x80070027);

    // A device's error, a network disk that went away or does not answer.
    private static bool IsTransient(Exception e) => e is IOException && e.HResult is 5 or 110 or 116;
}
