using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;

namespace CustomerIo.Connector.Testing;

/// <summary>Node programs with the packages of <c>node/package-lock.json</c>, installed into the test's output once.</summary>
public static class NodeTools
{
    // The largest of them, n8n, has 2,338 packages.
    private static readonly TimeSpan s_installPatience = TimeSpan.FromMinutes(25);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> s_folders = new(StringComparer.Ordinal);

    /// <summary>Where the packages of a lock file are, in <c>node_modules</c>.</summary>
    /// <param name="name">The folder of the test project with the lock file; default <c>node</c>.</param>
    public static Task<string> FolderAsync(string name = "node") => s_folders.GetOrAdd(name, n => new(() => InstallAsync(n))).Value;

    /// <summary>Runs a program, with what it reads from its standard input, and returns what it wrote.</summary>
    public static async Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string input = "",
        TimeSpan? patience = null
    ) => await StartAsync(program, arguments, await FolderAsync(), environment, input, patience ?? TimeSpan.FromMinutes(5));

    private static async Task<string> InstallAsync(string name)
    {
        var folder = Path.Combine(TestContext.CurrentContext.TestDirectory, name);
        var hash = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"))));
        var marker = Path.Combine(folder, "installed.txt");

        // Held by whoever installs, so that two test runs do not do it at once.
        await using var hold = await HoldAsync(Path.Combine(folder, "install.lock"));
        if (File.Exists(marker) && await File.ReadAllTextAsync(marker) == hash)
        {
            return folder;
        }

        var (exit, stdout, stderr) = await StartAsync(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
            // .ci/audit asks for weaknesses of all lock files.
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
            folder,
            null,
            "",
            s_installPatience
        );
        Assert.That(
            exit,
            Is.Zero,
            $"npm ci failed in {folder}; these tests need Node 20 or newer with npm, and access to a package registry.\n{stdout}{stderr}"
        );
        await File.WriteAllTextAsync(marker, hash);
        return folder;
    }

    private static async Task<FileStream> HoldAsync(string file)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (clock.Elapsed < s_installPatience)
            {
                await Task.Delay(200);
            }
        }
    }

    private static async Task<(int, string, string)> StartAsync(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string>? environment,
        string input,
        TimeSpan patience
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var stdout = process.StandardOutput.ReadToEndAsync();
        var stderr = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(true);
            }
        }

        return (process.ExitCode, await stdout, await stderr);
    }
}
