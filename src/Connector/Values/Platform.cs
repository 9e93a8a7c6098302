// What BannedSymbols.txt keeps for this file: a system is asked for here alone.
#pragma warning disable RS0030
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace CustomerIo.Connector.Values;

/// <summary>What is not the same on Windows, macOS and other systems: paths, modes of files, signals, programs, standard streams, ends of lines.</summary>
/// <param name="isWindows">Whether it is Windows.</param>
/// <param name="isMac">Whether it is macOS.</param>
internal sealed class Platform(bool isWindows, bool isMac)
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int GetFlags = 1,
        CloseOnExec = 1;

    /// <summary>The system that this process runs on.</summary>
    public static Platform Current { get; } = new(OperatingSystem.IsWindows(), OperatingSystem.IsMacOS());

    /// <summary>The system as .NET calls it, such as <c>linux-x64</c>.</summary>
    public static string Name => RuntimeInformation.RuntimeIdentifier;

    /// <summary>Where the user's programs keep what is not to wander to other machines.</summary>
    public static string LocalData => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>What ends a line on a terminal.</summary>
    public string LineEnd => isWindows ? "\r\n" : "\n";

    /// <summary>Where to lead what nobody is to read.</summary>
    public string Nowhere => isWindows ? "NUL" : "/dev/null";

    /// <summary>What the system's own library of SQLite is called.</summary>
    public string SqliteLibrary =>
        isWindows ? "winsqlite3"
        : isMac ? "/usr/lib/libsqlite3.dylib"
        : "libsqlite3.so.0";

    private char Separator => isWindows ? '\\' : '/';

    [UnsupportedOSPlatformGuard("windows")]
    private bool HasModes => !isWindows;

    /// <summary>The names between a whole path's root and its end.</summary>
    public string[] PartsOf(string belowRoot) => belowRoot.Split(Separator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a whole path lies below a folder; capitals count everywhere, so that what is in doubt does not.</summary>
    public bool IsBelow(string path, string folder) => path.StartsWith(folder + Separator, StringComparison.Ordinal);

    /// <summary>What the number of a failed call means, which .NET hands on as the system has it.</summary>
    /// <param name="number"><see cref="Exception.HResult"/> of an <see cref="IOException"/>.</param>
    public IoFailure FailureOf(int number) =>
        isWindows
            ? unchecked((uint)number) switch
            {
                0x80070070 or 0x80070027 or 0x8007050F => IoFailure.DiskFull,
                0x80070020 or 0x80070021 => IoFailure.Held,
                0x8007006D or 0x800700E8 => IoFailure.ReaderGone,
                0x8007003B or 0x80070040 or 0x80070079 or 0x8007045D => IoFailure.Transient,
                _ => IoFailure.Other,
            }
            : (number, isMac) switch
            {
                (28, _) or (69, true) or (122, false) => IoFailure.DiskFull,
                (35, true) or (11, false) => IoFailure.Held,
                (32, _) => IoFailure.ReaderGone,
                (5, _) or (60 or 70, true) or (110 or 116, false) => IoFailure.Transient,
                _ => IoFailure.Other,
            };

    /// <summary>Opens a file; one that is made by it is for this user alone (0600). On Windows the folder's rights decide.</summary>
    public FileStream OpenPrivate(string path, FileStreamOptions options)
    {
        if (HasModes)
        {
            options.UnixCreateMode = Mine;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes a folder and those above it where they are missing, for this user alone (0700).</summary>
    public DirectoryInfo CreatePrivateFolder(string path) =>
        HasModes ? Directory.CreateDirectory(path, Mine | UnixFileMode.UserExecute) : Directory.CreateDirectory(path);

    /// <summary>Takes from a file what others than its owner may do with it, and the right to run it; nothing where only the owner has any.</summary>
    /// <exception cref="UnauthorizedAccessException">It is another user's.</exception>
    /// <exception cref="IOException">It cannot be changed, as on a read-only disk.</exception>
    public void Tighten(string path)
    {
        if (HasModes && File.GetUnixFileMode(path) is var mode && (mode & ~(Mine | UnixFileMode.UserExecute)) != 0)
        {
            File.SetUnixFileMode(path, mode & Mine);
        }
    }

    /// <summary>How to start a program that is on the path. On Windows npm is a script, which is only found by its whole name.</summary>
    public ProcessStartInfo Program(string name, params IEnumerable<string> arguments) => new(isWindows && name == "npm" ? "npm.cmd" : name, arguments);

    /// <summary>Calls when the process is asked to end, by Ctrl-C or by whoever started it; on Windows also by the end of the session.</summary>
    /// <param name="asked">May cancel the signal, which ends the process otherwise.</param>
    /// <returns>What ends that.</returns>
    public static IDisposable OnStop(Action<PosixSignalContext> asked) =>
        new Registrations([PosixSignalRegistration.Create(PosixSignal.SIGTERM, asked), PosixSignalRegistration.Create(PosixSignal.SIGINT, asked)]);

    /// <summary>Whether a standard stream was handed to this process; what Windows hands on cannot be told.</summary>
    /// <param name="descriptor">0 to 2.</param>
    // The number of a closed stream goes to whatever the runtime opens next; that is marked as not to be handed on, and so was not handed to us.
    public bool IsInherited(int descriptor) => isWindows || (Control(descriptor, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0);

    /// <summary>Opens a standard stream that is a pipe by its number; null for a file, and on Windows, where streams have none.</summary>
    public FileStream? OpenPipe(int descriptor)
    {
        if (isWindows)
        {
            return null;
        }

        var pipe = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? null : pipe;
    }

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, int command);

    private sealed class Registrations(PosixSignalRegistration[] all) : IDisposable
    {
        public void Dispose() => Array.ForEach(all, r => r.Dispose());
    }
}

/// <summary>Why a file or a stream could not be read or written.</summary>
internal enum IoFailure
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>The disk is full, or as much of it as this user may have.</summary>
    DiskFull,

    /// <summary>Somebody else holds the file.</summary>
    Held,

    /// <summary>Whoever read a pipe wants no more.</summary>
    ReaderGone,

    /// <summary>A device's error, or a network disk that went away or does not answer.</summary>
    Transient,
}
