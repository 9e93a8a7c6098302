using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Up;

/// <summary>Node-RED under the data folder, installed once for each lock file.</summary>
internal sealed class NodeRedInstall
{
    private const int OldestNode = 20;
    private const string Marker = ".complete";

    private NodeRedInstall(string folder)
    {
        Folder = folder;
    }

    public string Folder { get; }

    public string RedJs => Path.Combine(Folder, "node_modules", "node-red", "red.js");

    /// <summary>Finds the installation, or makes it.</summary>
    /// <exception cref="ConnectorException">Node.js or npm is missing or too old, or npm failed.</exception>
    public static async Task<NodeRedInstall> EnsureAsync(string data, CancellationToken ct)
    {
        await CheckNodeAsync(ct).ConfigureAwait(false);
        var hash = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(EmbeddedFolder.Text(EmbeddedFolder.Install + "package-lock.json"))).AsSpan(0, 4)
        );
        var install = new NodeRedInstall(Path.Combine(data, "node-red-" + hash));
        if (File.Exists(Path.Combine(install.Folder, Marker)))
        {
            return install;
        }

        await CheckNpmAsync(ct).ConfigureAwait(false);
        Directory.CreateDirectory(install.Folder);
        await using var only = await ProcessLock.TakeAsync(Path.Combine(data, "install.lock"), TimeProvider.System, ct).ConfigureAwait(false);
        if (!File.Exists(Path.Combine(install.Folder, Marker)))
        {
            EmbeddedFolder.CopyTo(EmbeddedFolder.Install, install.Folder);
            await NpmAsync(install.Folder, ct).ConfigureAwait(false);
            await File.WriteAllTextAsync(Path.Combine(install.Folder, Marker), "", ct).ConfigureAwait(false);
        }

        return install;
    }

    private static async Task CheckNodeAsync(CancellationToken ct)
    {
        if (await TryAsync("node", ["--version"], ct).ConfigureAwait(false) is not { Exit: 0 } node)
        {
            throw new ConnectorException(FailureKind.Input, $"Node.js was not found. Install Node.js {OldestNode} or newer (nodejs.org), then run this again.");
        }

        var version = node.Output.Trim().TrimStart('v');
        if (!int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) || major < OldestNode)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"Node.js {version} is too old. Install Node.js {OldestNode} or newer (nodejs.org), then run this again."
            );
        }
    }

    private static async Task CheckNpmAsync(CancellationToken ct)
    {
        if (await TryAsync("npm", ["--version"], ct).ConfigureAwait(false) is not { Exit: 0 })
        {
            throw new ConnectorException(
                FailureKind.Input,
                "npm was not found. It comes with Node.js (nodejs.org); on Debian it is the package npm. Install it, then run this again."
            );
        }
    }

    private static async Task NpmAsync(string folder, CancellationToken ct)
    {
        const string what = "Installing Node-RED, once (about 120 MB)";
        var started = Stopwatch.GetTimestamp();
        var npm = TryAsync(
            "npm",
            // The lock file is ours, and .ci/audit asks for its weaknesses: nobody who starts it could mend them.
            ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error", "--fetch-retries=1"],
            ct,
            folder
        );
        if (Console.IsErrorRedirected)
        {
            Terminal.Say(what + "…");
            while (
                await Task.WhenAny(npm, Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, ct)).ConfigureAwait(false) != npm
                && !ct.IsCancellationRequested
            )
            {
                Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"… npm has been at work for {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
            }
        }
        else
        {
            await Terminal
                .Error.Status()
                .StartAsync(
                    what,
                    async status =>
                    {
                        while (
                            await Task.WhenAny(npm, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct)).ConfigureAwait(false) != npm
                            && !ct.IsCancellationRequested
                        )
                        {
                            status.Status(string.Create(CultureInfo.InvariantCulture, $"{what}, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
                        }
                    }
                )
                .ConfigureAwait(false);
        }

        var ended = await npm.ConfigureAwait(false);
        if (ended is { Exit: 0 })
        {
            Terminal.Say(
                string.Create(CultureInfo.InvariantCulture, $"Node-RED is installed in {folder} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s).")
            );
            return;
        }

        var error = ended?.Error ?? "";
        string[] offline = ["ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ECONNREFUSED", "ECONNRESET", "ENETUNREACH", "network"];
        throw offline.Any(o => error.Contains(o, StringComparison.Ordinal))
            ? new ConnectorException(
                FailureKind.Unavailable,
                "npm could not reach its registry to install Node-RED. Check the network and npm's proxy settings, then run this again."
            )
            : new ConnectorException(
                FailureKind.Unavailable,
                $"npm could not install Node-RED: {LastLine(error)} Run this again; what is complete is not installed twice."
            );
    }

    private static string LastLine(string text) =>
        text.Split('\n')
            .Select(l => l.Trim())
            .LastOrDefault(l => l.Length > 0 && !l.Contains("complete log", StringComparison.Ordinal) && !l.Contains(".log", StringComparison.Ordinal))
        ?? "no reason given.";

    private static async Task<(int Exit, string Output, string Error)?> TryAsync(string program, string[] args, CancellationToken ct, string? folder = null)
    {
        var start = Platform.Current.Program(program, args);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = folder ?? Path.GetTempPath();
        AllowedEnvironment.Keep(start, "npm_config_");
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            try
            {
                await process.WaitForExitAsync(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(true);
                throw;
            }

            return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
