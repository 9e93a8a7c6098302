using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Looks at a path before anything is read from it or written to it: only files that can be read again are tables.</summary>
internal static partial class PlainFile
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Refuses addresses, and pipes and devices, which would be waited for or read for ever.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is one.</exception>
    public static void Check(string path, CancellationToken ct = default)
    {
        if (!Is(path, ct))
        {
            throw new ConnectorException(FailureKind.Input, $"{path} is a pipe or a device, not a file. Write what it gives into a file first.");
        }
    }

    /// <summary>Refuses a file to write that is a pipe, a device or the source itself, by whatever name or link; nothing is written.</summary>
    /// <param name="what">What the file is for, as in "the errors file".</param>
    /// <param name="path">The file to write.</param>
    /// <param name="source">What is read; a pipe is no file that could be lost.</param>
    /// <param name="ct">Ends the wait for a pipe.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is one.</exception>
    public static void RefuseSource(string what, string path, string source, CancellationToken ct)
    {
        if (!Is(path, ct))
        {
            throw new ConnectorException(FailureKind.Input, $"The {what} file {path} is a pipe or a device, not a file. Name a file.");
        }

        if (File.Exists(source) && File.Exists(path) && Is(source, ct) && AreSame(source, path))
        {
            throw new ConnectorException(FailureKind.Input, $"The {what} file {path} is the source itself. Name another one.");
        }
    }

    /// <summary>Refuses no name at all, and what names something on the web where a file is meant.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it does.</exception>
    public static void RefuseAddress(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ConnectorException(FailureKind.Input, "The name of a file is empty, or holds a NUL character. Name a file.");
        }

        if (Scheme().IsMatch(path))
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{Shown.Address(path)} is an address, and only files of this machine are taken here. Download it first, and name the file."
            );
        }
    }

    /// <summary>Whether two paths lead to one file, by whatever links; both exist and neither is a pipe.</summary>
    /// <exception cref="ConnectorException">The second one cannot be opened for writing.</exception>
    private static bool AreSame(string first, string second)
    {
        if (string.Equals(Path.GetFullPath(first), Path.GetFullPath(second), StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            // The system's lock is on the file, not on its name: who holds the one is in the way of the other.
            using var held = new FileStream(second, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0);
            try
            {
                using var probe = new FileStream(first, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
                return false;
            }
            catch (IOException e) when (FileFailure.IsBusy(e))
            {
                return true;
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw FileFailure.Of(e, second, "written");
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]+://", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    private static bool Is(string path, CancellationToken ct)
    {
        RefuseAddress(path);
        var file = new FileInfo(path);
        file = file.LinkTarget is null ? file : file.ResolveLinkTarget(true) as FileInfo ?? file;
        if (!file.Exists || file.Length > 0)
        {
            return true;
        }

        // Opening a pipe waits for its other end, and nothing ends that wait: so somebody else does it.
        var opening = Task.Run(() => IsPlain(file.FullName), CancellationToken.None);
        return opening.Wait((int)s_patience.TotalMilliseconds, ct) && opening.Result;
    }

    private static bool IsPlain(string path)
    {
        try
        {
            using var file = Open(path);
            return file.CanSeek && (file.Length > 0 || file.ReadByte() < 0);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            // What else is wrong with it is told by whoever opens it.
            return true;
        }
    }

    // A pipe that is opened for both directions does not wait; that needs the right to write, which a reader may not have.
    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        }
    }
}
