using System.Diagnostics;

namespace CustomerIo.Connector.Cli.Up;

/// <summary>What of this process's environment the programs that <c>up</c> starts may see: no key of any program.</summary>
internal static class AllowedEnvironment
{
    private static readonly string[] s_names =
    [
        "PATH",
        "PATHEXT",
        "HOME",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "SYSTEMROOT",
        "SYSTEMDRIVE",
        "WINDIR",
        "COMSPEC",
        "TZ",
        "TMPDIR",
        "TEMP",
        "TMP",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "LD_LIBRARY_PATH",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "NODE_EXTRA_CA_CERTS",
    ];

    /// <summary>Takes everything else out of a process that is about to be started.</summary>
    /// <param name="start">The process.</param>
    /// <param name="prefixes">Beginnings of further names that stay.</param>
    public static void Keep(ProcessStartInfo start, params string[] prefixes)
    {
        bool Stays(string name) =>
            s_names.Contains(name, StringComparer.OrdinalIgnoreCase) || prefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
        foreach (var name in start.Environment.Keys.Where(k => !Stays(k)).ToArray())
        {
            start.Environment.Remove(name);
        }
    }
}
