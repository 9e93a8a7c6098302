using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Model;

/// <summary>What went wrong with a file, told to whoever has to act: <c>unavailable</c> when it may go well later, <c>input</c> else.</summary>
internal static partial class FileFailure
{
    /// <summary>Whether an exception is a file's.</summary>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>Whether somebody else holds the file.</summary>
    public static bool IsBusy(Exception e) => e is IOException && Meaning(e) == IoFailure.Held;

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
    public static bool IsFull(Exception e) => Meaning(e) == IoFailure.DiskFull;

    /// <summary>Whether it was a pipe whose reader has gone.</summary>
    public static bool IsReaderGone(Exception e) => e is IOException && Meaning(e) == IoFailure.ReaderGone;

    private static bool IsTransient(Exception e) => e is IOException && Meaning(e) == IoFailure.Transient;

    private static IoFailure Meaning(Exception e) => Platform.Current.FailureOf(e.HResult);
}
