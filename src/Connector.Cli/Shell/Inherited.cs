using System.Runtime.InteropServices;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Whether a standard stream was handed to this process, or was closed before it began.</summary>
internal static class Inherited
{
    private const int GetFlags = 1,
        CloseOnExec = 1;

    public static bool Input { get; } = Is(0);

    public static bool Output { get; } = Is(1);

    public static bool Error { get; } = Is(2);

    // The number of a closed stream goes to whatever the runtime opens next; that is marked as not to be handed on, and so was not handed to us.
    private static bool Is(int descriptor) =>
        OperatingSystem.IsWindows() || (Control(descriptor, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, int command);
}
