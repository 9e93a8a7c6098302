using System.Security.Cryptography;

namespace CustomerIo.Connector.Values;

/// <summary>A file that takes its name only once it is whole; until then it is a private <c>.part</c> of a random name beside it.</summary>
/// <remarks>A link in the file's place is replaced, never written through.</remarks>
internal sealed class WholeFile : IDisposable
{
    private readonly string _path,
        _part;
    private readonly bool _overwrite;
    private bool _complete;

    private WholeFile(string path, string part, bool overwrite)
    {
        (_path, _part, _overwrite) = (path, part, overwrite);
        Stream = PrivateFile.Create(part);
    }

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Begins the file; without <paramref name="overwrite"/> nothing may have its name, now or at the end.</summary>
    /// <exception cref="IOException">The name is taken, or is a folder's, or nothing can be written beside it.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written there.</exception>
    public static WholeFile Create(string path, bool overwrite)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder.");
        }

        if (!overwrite && Path.Exists(path))
        {
            throw new IOException($"{path} exists already.");
        }

        return new WholeFile(path, $"{path}.{RandomNumberGenerator.GetHexString(12, true)}.part", overwrite);
    }

    /// <summary>Puts everything on the disk and gives the file its name.</summary>
    /// <exception cref="IOException">The disk is full, or the name was taken meanwhile.</exception>
    public void Complete()
    {
        Stream.Flush(true);
        Stream.Dispose();
        File.Move(_part, _path, _overwrite);
        _complete = true;
    }

    /// <summary>Removes what is not whole.</summary>
    public void Dispose()
    {
        if (_complete)
        {
            return;
        }

        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be written is not wanted any more.
        }

        File.Delete(_part);
    }
}
