using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Standard output cannot be written: whoever reads it has gone, its disk is full, or it is closed.</summary>
internal sealed class OutputException(Exception? inner)
    : IOException(
        inner is null or UnauthorizedAccessException
                ? $"Standard output cannot be written: it is closed. Lead it into a file, a pipe or {Platform.Current.Nowhere}."
            : FileFailure.IsFull(inner) ? "Standard output cannot be written: the disk is full. Free some space, or lead it elsewhere."
            : $"Standard output cannot be written: {inner.Message.ReplaceLineEndings(" ")} Lead it elsewhere.",
        inner
    )
{
    /// <summary>Whether it was a pipe whose reader wants no more, as <c>head</c> does: no failure to speak of.</summary>
    public bool IsGone =>
        (InnerException is { } cause && FileFailure.IsReaderGone(cause))
        || InnerException?.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase) == true;

    public ConnectorException Failure => new(FailureKind.Unavailable, Message, inner: this);
}
