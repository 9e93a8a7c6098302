using System.Diagnostics;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>Runs the vendor's own Node client, installed once into the test's output folder.</summary>
internal static class NodeClient
{
    private static readonly string s_folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "node");
    private static readonly Lazy<Task> s_installed = new(InstallAsync);

    /// <summary>Makes the calls, each a method name and its arguments, and returns one <c>{value}</c> or <c>{error}</c> for each.</summary>
    public static async Task<JObject[]> RunAsync(Uri server, object[][] calls, string apiKey = "key", object? retry = null)
    {
        await s_installed.Value;
        var input = JsonConvert.SerializeObject(
            new
            {
                url = $"{server.AbsoluteUri}api/v1",
                siteId = "site",
                apiKey,
                retry,
                calls,
            }
        );
        var lines = await RunAsync("node", ["client.mjs"], input);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SandboxFixture.Parse)];
    }

    /// <summary>The same with the client of the App API.</summary>
    public static async Task<JObject[]> RunAppAsync(Uri server, object[][] calls, string appKey = "app")
    {
        await s_installed.Value;
        var input = JsonConvert.SerializeObject(
            new
            {
                url = $"{server.AbsoluteUri}v1",
                appKey,
                calls,
            }
        );
        var lines = await RunAsync("node", ["client.mjs"], input);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SandboxFixture.Parse)];
    }

    private static async Task InstallAsync()
    {
        var wanted = await File.ReadAllTextAsync(Path.Combine(s_folder, "package-lock.json"));
        var marker = Path.Combine(s_folder, "node_modules", ".installed-lock.json");
        if (!File.Exists(marker) || await File.ReadAllTextAsync(marker) != wanted)
        {
            await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"], "");
            await File.WriteAllTextAsync(marker, wanted);
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = s_folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{await output}\n{await errors}");
        return await output;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} was not found: these tests need Node 20 or newer.", e);
        }
    }
}
