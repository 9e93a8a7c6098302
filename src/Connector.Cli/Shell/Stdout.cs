using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Standard output: whatever cannot be written to it is an <see cref="OutputException"/>.</summary>
internal static class Stdout
{
    private const int Descriptor = 1;

    /// <summary>Takes what is written, where the commands run inside another program; null for the process's own.</summary>
    public static Func<Stream>? Instead { get; set; }

    /// <summary>A writer that keeps nothing back.</summary>
    public static TextWriter Text =>
        Instead is null && !Console.IsOutputRedirected ? Console.Out : new StreamWriter(Open(), new UTF8Encoding(false)) { AutoFlush = true };

    /// <summary>Opens it, unbuffered, at the first write; closing it leaves the descriptor open.</summary>
    public static Stream Open() => new GuardedStream(Instead ?? Own, e => new OutputException(e));

    // The console's own stream takes a broken pipe for success, so that a run would go on sending for nobody. Into a file it is used all the same:
    // it keeps the place that this process shares with others.
    private static Stream Own()
    {
        if (!Inherited.Output)
        {
            throw new OutputException(null);
        }

        return Console.IsOutputRedirected && Platform.Current.OpenPipe(Descriptor) is { } pipe ? pipe : Console.OpenStandardOutput();
    }
}
