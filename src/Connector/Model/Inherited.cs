using System.Runtime.InteropServices;

namespace CustomerIo.Connector.Model;

/// <summary>Whether a standard stream was handed to this process, or was closed before it began.</summary>
internal static class Inherited
{
    private const int GetFlags = 1,
        CloseOnExec = 1;

    private static readonly bool s_input = Is(0);

    public static bool Output { get; } = Is(1);

    public static bool Error { get; } = Is(2);

    /// <summary>Standard input.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is closed, and reading it would wait for ever.</exception>
    public static Stream OpenInput() =>
        s_input
            ? Console.OpenStandardInput()
            : throw new ConnectorException(FailureKind.Input, "stdin cannot be read: it is closed. Lead a file or a pipe into it.");

    // The number of a closed stream goes to whatever the runtime opens next; that is marked as not to be handed on, and so was not handed to us.
    private static bool Is(int descriptor) =>
        OperatingSystem.IsWindows() || (Control(descriptor, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, int command);
}
