using Microsoft.Win32.SafeHandles;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Standard output for whatever streams: a reader that has gone is an <see cref="IOException"/>.</summary>
internal static class Stdout
{
    private const int Descriptor = 1;

    /// <summary>Takes what is written, where the commands run inside another program; null for the process's own.</summary>
    public static Func<Stream>? Instead { get; set; }

    /// <summary>Standard output for a document that is written at once; that nobody reads it is no failure.</summary>
    public static Stream Whole() => Instead?.Invoke() ?? Console.OpenStandardOutput();

    /// <summary>Opens it, unbuffered; closing it leaves the descriptor open.</summary>
    /// <remarks>
    /// The console's own stream takes a broken pipe for success, so that a run would go on sending for nobody. Into a file it is used all the same:
    /// it keeps the place that this process shares with others.
    /// </remarks>
    public static Stream Open()
    {
        if (Instead is null && !OperatingSystem.IsWindows() && Console.IsOutputRedirected)
        {
            var pipe = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!pipe.CanSeek)
            {
                return pipe;
            }
        }

        return Whole();
    }
}
