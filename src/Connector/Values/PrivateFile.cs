namespace CustomerIo.Connector.Values;

/// <summary>Files and folders that only this user may read (0600, 0700), never reached through a link.</summary>
internal static class PrivateFile
{
    /// <summary>Makes a file that is not there yet.</summary>
    /// <exception cref="IOException">Something has that name already, be it a link to nowhere, or the file cannot be made.</exception>
    public static FileStream Create(string path, FileShare share = FileShare.Read) => Open(path, FileMode.CreateNew, FileAccess.Write, share);

    /// <summary>Opens a file, or makes it; a link is refused. One that was there keeps its mode.</summary>
    /// <exception cref="IOException">The name is a link's, or the file cannot be opened or made.</exception>
    public static FileStream OpenOrCreate(string path, FileAccess access, FileShare share)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException($"{path} is a link, and links are not followed here.");
        }

        return Open(path, FileMode.OpenOrCreate, access, share);
    }

    /// <summary>Makes a folder and those above it, where they are missing; one that was there keeps its mode.</summary>
    public static DirectoryInfo CreateFolder(string path) => Platform.Current.CreatePrivateFolder(path);

    /// <summary>Makes an empty file unless something has its name; whoever opens it next tells why it could not be made.</summary>
    public static void TryCreate(string path)
    {
        try
        {
            // One that is there is not opened: closing it again would end the locks that SQLite holds on it in this process.
            if (!Path.Exists(path) && path is not (":memory:" or "") && !path.StartsWith("file:", StringComparison.Ordinal))
            {
                Create(path).Dispose();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process was faster, or nothing can be made there.
        }
    }

    /// <summary>Takes from a file that is there what others than its owner may do with it; another user's file stays as it is.</summary>
    public static void Tighten(string path)
    {
        if (!File.Exists(path) || (File.GetAttributes(path) & (FileAttributes.Device | FileAttributes.Directory)) != 0)
        {
            return;
        }

        try
        {
            Platform.Current.Tighten(path);
        }
        catch (UnauthorizedAccessException)
        {
            // Whoever owns it shares it on purpose.
        }
        catch (IOException)
        {
            // A read-only disk: nobody can be let in newly there, and reading must still go.
        }
    }

    private static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) =>
        Platform.Current.OpenPrivate(
            path,
            new FileStreamOptions
            {
                Mode = mode,
                Access = access,
                Share = share,
                BufferSize = 64 << 10,
            }
        );
}
