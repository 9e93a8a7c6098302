using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Container.Tests;

/// <summary>A file of an image's layer.</summary>
internal sealed record LayerFile(string Name, UnixFileMode Mode, int User, TarEntryType Kind);

/// <summary>The image as <c>dotnet publish</c> makes it, as an archive, and unpacked with the runtime of this machine in place of the base image's.</summary>
internal sealed partial class Image : IDisposable
{
    private const string Repository = "dotnet/aspnet";
    private readonly string _folder;

    private Image(string folder) => _folder = folder;

    /// <summary>What the archive says of itself: name and layers.</summary>
    public JObject Manifest { get; private init; } = [];

    /// <summary>How the image is run.</summary>
    public JObject Settings { get; private init; } = [];

    /// <summary>What lies on top of the base image.</summary>
    public IReadOnlyList<LayerFile> Files { get; private init; } = [];

    /// <summary>The file system of the image.</summary>
    public string Root => Path.Combine(_folder, "root");

    /// <summary>Makes it on a base image without a program, which a registry of a few lines serves.</summary>
    public static async Task<Image> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("connector-image-").FullName;
        var archive = Path.Combine(folder, "image.tar");
        await using var registry = await Registry.StartAsync(Repository, "10.0");
        var publish = new ProcessStartInfo("dotnet", ["publish", "src/Connector.Cli", "-c", "Release", "-r", Runtime, "-t:PublishContainer"])
        {
            WorkingDirectory = Testing.Repository.Root,
        };
        foreach (
            var property in new[] { $"ContainerBaseImage={registry.Host}/{Repository}:10.0", $"ContainerArchiveOutputPath={archive}", "RunAnalyzers=false" }
        )
        {
            publish.ArgumentList.Add("-p:" + property);
        }

        // As a release is made: with no path of the machine in it.
        (publish.Environment["CI"], publish.Environment["DOTNET_CONTAINER_INSECURE_REGISTRIES"]) = ("true", registry.Host);
        await RunAsync(publish);
        var layers = Path.Combine(folder, "archive");
        Directory.CreateDirectory(layers);
        await RunAsync(new ProcessStartInfo("tar", ["-xf", archive, "-C", layers]));
        var manifest = (JObject)ConnectorJson.Parse(await File.ReadAllBytesAsync(Path.Combine(layers, "manifest.json"))).Single();
        var image = new Image(folder)
        {
            Manifest = manifest,
            Settings = (JObject)ConnectorJson.ParseObject(await File.ReadAllTextAsync(Path.Combine(layers, (string)manifest["Config"]!)))["config"]!,
            Files = [.. Entries(Path.Combine(layers, (string)manifest["Layers"]!.Last!))],
        };
        Directory.CreateDirectory(image.Root);
        foreach (var layer in manifest["Layers"]!.Select(l => Path.Combine(layers, (string)l!)))
        {
            await RunAsync(new ProcessStartInfo("tar", ["-xpf", layer, "-C", image.Root]));
        }

        return image;
    }

    /// <summary>Starts the image's program as its user, in its file system, which cannot be written; the test is skipped where that cannot be done.</summary>
    /// <param name="home">What is mounted as the user's home.</param>
    /// <param name="environment">What is set besides the image's own variables.</param>
    /// <param name="args">Its arguments.</param>
    public async Task<Process> StartAsync(string home, IEnumerable<(string Name, string Value)> environment, IEnumerable<string> args)
    {
        if (Environment.UserName != "root")
        {
            Assert.Ignore("Only root may enter an unpacked image, so this test did not run.");
        }

        if ((await ReadAsync("unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt && echo mounted")).Trim() != "mounted")
        {
            Assert.Ignore("This system lets nobody mount anything, so this test did not run.");
        }

        await AddRuntimeAsync();
        var user = (string)Settings["User"]!;
        await RunAsync(new ProcessStartInfo("chown", [user, home]));
        string[] enter = [Path.Combine(AppContext.BaseDirectory, "enter"), user, Root, home];
        var start = new ProcessStartInfo("unshare", ["-m", "sh", .. enter, .. Settings["Entrypoint"]!.Select(w => (string)w!), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        var own = Settings["Env"]!.Select(v => ((string)v!).Split('=', 2)).Select(v => (v[0], v[1]));
        foreach (var (name, value) in own.Append(("HOME", "/home/app")).Concat(environment))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    public async Task<Ran> RunAsync(string home, IEnumerable<(string Name, string Value)> environment, params string[] args)
    {
        using var process = await StartAsync(home, environment, args);
        process.StandardInput.Close();
        return await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>A folder for a home, which goes with the image.</summary>
    public string Home() => Directory.CreateDirectory(Path.Combine(_folder, "homes", Path.GetRandomFileName())).FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private static string Runtime => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    // What the real base image brings: .NET at its usual place, and the libraries that it needs.
    private async Task AddRuntimeAsync()
    {
        var dotnet = Path.Combine(Root, "usr", "share", "dotnet");
        if (Directory.Exists(dotnet))
        {
            return;
        }

        Directory.CreateDirectory(dotnet);
        var here = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        await RunAsync(new ProcessStartInfo("cp", ["-r", Path.Combine(here, "host"), Path.Combine(here, "shared"), dotnet]));
        var code = Directory.GetFiles(dotnet, "*.so", SearchOption.AllDirectories).Concat(Directory.GetFiles(Path.Combine(Root, "app"), "*.so"));

        // .NET looks for that of OpenSSL when it needs it, so that no file of .NET names it.
        var ssl = Library()
            .Matches(await ReadAsync("/sbin/ldconfig", "-p"))
            .Select(m => m.Value)
            .First(l => Path.GetFileName(l).StartsWith("libssl.so.3", StringComparison.Ordinal));
        var needed = new HashSet<string>(StringComparer.Ordinal) { ssl };
        foreach (var file in code.Append(ssl))
        {
            needed.UnionWith(Library().Matches(await ReadAsync("ldd", file)).Select(m => m.Value).Where(l => !l.StartsWith(_folder, StringComparison.Ordinal)));
        }

        foreach (var library in needed)
        {
            await RunAsync(new ProcessStartInfo("install", ["-D", library, Root + library]));
        }
    }

    private static IEnumerable<LayerFile> Entries(string layer)
    {
        using var packed = new GZipStream(File.OpenRead(layer), CompressionMode.Decompress);
        using var reader = new TarReader(packed);
        while (reader.GetNextEntry() is { } entry)
        {
            yield return new LayerFile(entry.Name, entry.Mode, entry.Uid, entry.EntryType);
        }
    }

    private static async Task<string> ReadAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await error;
        return output;
    }

    private static async Task RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{start.FileName} {string.Join(' ', start.ArgumentList)}\n{await output.Item1}{await output.Item2}");
    }

    [GeneratedRegex(@"/\S+\.so\S*", RegexOptions.CultureInvariant)]
    private static partial Regex Library();
}
