using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Container.Tests;

/// <summary>What is in the image, and that it runs as its user in a file system that it cannot write.</summary>
public class ImageTests
{
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetUser | UnixFileMode.SetGroup;

    private static readonly JObject s_connector = ConnectorJson.ParseObject(File.ReadAllText(Path.Combine(Repository.Root, "connector.json")));

    private static Image Image => Stage.Image;

    [Test]
    public void Config_SaysHowItIsRun() =>
        Assert.Multiple(() =>
        {
            Assert.That(Image.Manifest["RepoTags"]!.Select(t => (string?)t), Is.EqualTo(new[] { $"customerio-connector:{s_connector["version"]}" }));
            Assert.That((string?)Image.Settings["User"], Is.EqualTo("1654:1654"), "a number, which is not root's");
            Assert.That(((JObject)Image.Settings["ExposedPorts"]!).Properties().Select(p => p.Name), Is.EqualTo(new[] { "8028/tcp" }));
            Assert.That(Image.Settings["Entrypoint"]!.Select(w => (string?)w), Is.EqualTo(new[] { "/app/connector" }));
            Assert.That(Image.Settings["Cmd"]!.Select(w => (string?)w), Is.EqualTo(new[] { "hub", "--host", "0.0.0.0" }));
            Assert.That(Image.Settings["Env"]!.Select(w => (string?)w), Does.Contain("CUSTOMERIO_CONNECTOR_HOME=/home/app/data"));
            Assert.That(Image.Settings["Env"]!.Select(w => ((string)w!).Split('=')[0]), Has.None.Matches("KEY|SECRET|PASSWORD|TOKEN"));
        });

    [Test]
    public void Labels_AreThoseOfTheConnector()
    {
        string? Label(string name) => (string?)Image.Settings["Labels"]!["org.opencontainers.image." + name];
        Assert.Multiple(() =>
        {
            Assert.That(Label("title"), Is.EqualTo($"{s_connector["name"]} Connector"));
            Assert.That(Label("description"), Is.EqualTo((string?)s_connector["description"]));
            Assert.That(Label("version"), Is.EqualTo((string?)s_connector["version"]));
            Assert.That(Label("licenses"), Is.EqualTo("MIT"));
            Assert.That(Label("url"), Is.EqualTo((string?)s_connector["repository"]));
        });
    }

    [Test]
    public async Task BaseImage_IsTheRuntimeOfAspNetCore()
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", "src/Connector.Cli", "-getProperty:ContainerBaseImage"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.That(ran.Out.Trim(), Is.EqualTo("mcr.microsoft.com/dotnet/aspnet:10.0"), ran.ToString());
    }

    [Test]
    public void Files_AreRootsAndOfTheProgramAlone() =>
        Assert.Multiple(() =>
        {
            var names = Image.Files.Where(f => f.Kind != TarEntryType.Directory).Select(f => f.Name.TrimStart('.', '/')).ToArray();
            Assert.That(names, Has.All.StartsWith("app/"));
            Assert.That(names, Does.Contain("app/connector").And.Contain("app/LICENSE").And.Contain("app/THIRD-PARTY-NOTICES.txt"));
            Assert.That(Image.Files.Where(f => f.User != 0 || (f.Mode & WritableByOthers) != 0), Is.Empty, "the program could change itself");
            Assert.That(names.Count(n => n.Contains("libe_sqlite3", StringComparison.Ordinal)), Is.EqualTo(1), "one system's");
            Assert.That(names.Select(n => Path.GetExtension(n)).Distinct(), Is.SubsetOf(new[] { ".dll", ".so", ".pdb", ".json", ".txt", "" }));
            Assert.That(names.Select(Path.GetFileName), Has.None.Matches("Tests|Testing|Microsoft.NET.Sdk|Microsoft.Build|NuGet|^customerio-mcp$"));
        });

    [Test]
    public void Files_TellNothingOfThisMachine()
    {
        var words = new[] { Repository.Root, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/.nuget" }
            .SelectMany(w => new[] { Encoding.UTF8.GetBytes(w), Encoding.Unicode.GetBytes(w) })
            .ToArray();
        foreach (var file in Directory.GetFiles(Path.Combine(Image.Root, "app")))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.That(words.Where(w => bytes.AsSpan().IndexOf(w) >= 0).Select(Encoding.UTF8.GetString), Is.Empty, file);
        }
    }

    [Test]
    public async Task Notices_NameTheAuthorOfEveryFileThatIsNotOurs()
    {
        var notices = await File.ReadAllTextAsync(Path.Combine(Image.Root, "app", "THIRD-PARTY-NOTICES.txt"));
        var others = ThirdParty.Of("src/Connector.Cli/packages.lock.json");
        var foreign = Directory
            .GetFiles(Path.Combine(Image.Root, "app"))
            .Select(f => Path.GetFileName(f))
            .Where(f => Path.GetExtension(f) is ".dll" or ".so")
            .Where(f => !f.StartsWith("CustomerIo.", StringComparison.Ordinal) && f is not ("connector.dll" or "customerio-mcp.dll"))
            .ToArray();
        Assert.That(foreign, Has.Length.GreaterThan(15));
        foreach (var file in foreign)
        {
            var of = others.FirstOrDefault(p => p.Files.Contains(file));
            Assert.That(of, Is.Not.Null, $"{file} is of no package of the lock file");
            Assert.That(notices, Does.Contain($"\n{of!.Id} {of.Version}\n    {of.Licence}; "), file);
        }
    }

    [Test]
    public async Task WithoutAKey_ItDoesNotStartAndSaysHowOneIsMade()
    {
        var ran = await Image.RunAsync(Image.Home(), [], [.. Image.Settings["Cmd"]!.Select(w => (string)w!)]);
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((2, "")), ran.ToString());
        Assert.That(ran.Error, Does.Contain("connector hub keys add NAME"));
    }

    [Test]
    public async Task WithAKey_ItServesAsItsUserTellsItsHealthAndEndsOnASignal()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var home = Image.Home();
        var made = await Image.RunAsync(home, [], "hub", "keys", "add", "n8n", "--json");
        Assert.That(made.Exit, Is.Zero, made.ToString());

        // As the image says, but that nobody else may reach it here.
        var words = Image.Settings["Cmd"]!.Select(w => (string)w! == "0.0.0.0" ? "127.0.0.1" : (string)w!);
        using var process = await Image.StartAsync(home, Tool.KeysOf(sandbox), [.. words, "--port", "0"]);
        var error = process.StandardError.ReadToEndAsync();
        var url = await process.StandardOutput.ReadLineAsync();
        Assert.That(url, Does.StartWith("http://127.0.0.1:"), url is null ? await error : "");
        var status = (await File.ReadAllLinesAsync($"/proc/{process.Id}/status")).Select(l => l.Split('\t')).ToLookup(l => l[0], l => l.Skip(1).ToArray());
        Assert.Multiple(() =>
        {
            Assert.That(status["Uid:"].Single(), Has.All.EqualTo("1654"));
            Assert.That(status["Gid:"].Single(), Has.All.EqualTo("1654"));
            Assert.That(status["CapEff:"].Single(), Has.All.Matches("^0+$"), "it may do nothing that only root may");
        });

        var health = await Image.RunAsync(home, [], "hub", "health", url!);
        Assert.That((health.Exit, (string?)health.Json["status"]), Is.EqualTo((0, "ok")), health.ToString());
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)made.Json["key"]!);
        using var content = new StringContent("""{"id":"7"}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(url + "/actions/identify"), content);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(sandbox.Person("7"), Is.Not.Null);

        var ran = await EndAsync(process, error);
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        Assert.That(ran.Error, Does.EndWith("Stopped.\n"));
        var gone = await Image.RunAsync(home, [], "hub", "health", url!);
        Assert.That((gone.Exit, gone.Out), Is.EqualTo((6, "")), gone.ToString());
        Assert.That(gone.Error, Does.Contain("Nothing answers at " + url));
    }

    /// <summary>Ends it as a container is ended.</summary>
    internal static async Task<Ran> EndAsync(Process process, Task<string> error, TimeSpan? patience = null)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), error, patience);
    }
}
