using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>A file that only takes up room: given free when the disk is full, so that what is done can still be written down.</summary>
internal sealed class Reserve
{
    private readonly string _path;

    /// <param name="path">The file.</param>
    /// <param name="most">Bytes to take up; a small disk gives a quarter of itself at the most.</param>
    public Reserve(string path, long most)
    {
        _path = path;
        Bytes = Math.Clamp(DiskSize(path) / 4, 256 << 10, most);
    }

    /// <summary>How much room it takes up.</summary>
    public long Bytes { get; }

    /// <summary>Takes up the room, unless it does already.</summary>
    /// <returns>False when the disk has too little.</returns>
    public bool Make()
    {
        try
        {
            var file = new FileInfo(_path);
            if (file.Exists && file.Length == Bytes)
            {
                return true;
            }

            file.Delete();
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                PreallocationSize = Bytes,
                BufferSize = 0,
            };
            using var stream = Platform.Current.OpenPrivate(_path, options);
            // Written and not only asked for: not every file system can set room aside.
            var block = new byte[64 << 10];
            for (var left = Bytes; left > 0; left -= block.Length)
            {
                stream.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Release();
            return false;
        }
    }

    /// <summary>Gives the room free.</summary>
    public void Release()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A read-only disk, whose room nobody can use.
        }
    }

    private static long DiskSize(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).TotalSize;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
