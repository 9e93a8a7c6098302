using System.Runtime.InteropServices;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>The library of SQLite itself: the one that the package brings for this system, else the one that the system has.</summary>
/// <remarks>The Node-RED package brings three; macOS, Windows and most distributions of Linux have one of their own.</remarks>
internal static class NativeSqlite
{
    // The first with RETURNING, which the stores use.
    private const int Oldest = 3_035_000;

    /// <summary>The name by which code imports it.</summary>
    public const string Name = "e_sqlite3";

    private static readonly Lazy<string?> s_problem = new(Load);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int VersionNumber();

    /// <summary>Makes a connection, which is not open yet.</summary>
    /// <param name="text">Its connection string.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no library for this system, or it is too old.</exception>
    public static SqliteConnection Connection(string text) =>
        s_problem.Value is { } problem ? throw new ConnectorException(FailureKind.Input, problem) : new SqliteConnection(text);

    /// <summary>Why the system's library cannot be used; null when it can.</summary>
    /// <param name="version">Its number, as 3040001 for 3.40.1; null when there is no library.</param>
    /// <param name="system">The system, as .NET calls it.</param>
    public static string? ProblemOf(int? version, string system) =>
        version switch
        {
            null =>
                $"This package brings no SQLite for {system}, and the system has none. Install it: libsqlite3-0 on Debian and Ubuntu, sqlite-libs on Alpine.",
            < Oldest and var old =>
                $"This package brings no SQLite for {system}, and the system's {old / 1_000_000}.{old / 1_000 % 1_000}.{old % 1_000} is too old: "
                    + "3.35 or newer.",
            _ => null,
        };

    private static string? Load()
    {
        var provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        if (NativeLibrary.TryLoad(Name, provider, searchPath: null, out _))
        {
            return null;
        }

        int? version = null;
        if (NativeLibrary.TryLoad(Platform.Current.SqliteLibrary, out var library))
        {
            // The provider's, and our own call of what the provider leaves out.
            foreach (var assembly in new[] { provider, typeof(NativeSqlite).Assembly })
            {
                NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => name == Name ? library : default);
            }

            version = Marshal.GetDelegateForFunctionPointer<VersionNumber>(NativeLibrary.GetExport(library, "sqlite3_libversion_number"))();
        }

        return ProblemOf(version, Platform.Name);
    }
}
