using System.Diagnostics;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What the README and the pages that it leads to tell people to type works as it stands there.</summary>
public partial class ReadmeTests
{
    private static string Text { get; } = Read("README.md");

    private static string DotNet { get; } = Read("docs/dotnet.md");

    /// <summary>The commands that run until they are stopped have tests of their own.</summary>
    private static readonly string[] s_listening = ["sandbox", "up", "hub", "mcp"];

    private static IEnumerable<string> Commands =>
        ShellBlocks()
            .Matches(Text + Read("docs/command-line.md"))
            .SelectMany(b => b.Groups[1].Value.Split('\n'))
            .Where(l => l.StartsWith("connector ", StringComparison.Ordinal) && !s_listening.Contains(l.Split(' ', 3)[1]))
            .Distinct();

    [Test]
    public void Readme_ShellBlocks_HoldCommands() => Assert.That(Commands.Count(), Is.GreaterThanOrEqualTo(5));

    [Test]
    public void Readme_IsShort_AndCountsTheActionsThereAre()
    {
        Assert.That(Text.Split('\n'), Has.Length.LessThan(130));
        Assert.That(Text, Does.Contain($" manifest of {Manifest.Catalogue.Embedded.Ids.Count} actions"));
    }

    [Test]
    public void Index_OfTheDocs_NamesEveryPage() =>
        Assert.That(
            Pages
                .Skip(1)
                .Select(p => p["docs/".Length..])
                .Except(["README.md"])
                .Where(p => !Read("docs/README.md").Contains($"]({p})", StringComparison.Ordinal)),
            Is.Empty
        );

    [TestCaseSource(nameof(Commands))]
    public async Task Readme_Command_Succeeds(string command)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var folder = Directory.CreateTempSubdirectory("connector-readme-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "people.jsonl"), """{"id":"1","customerData":{"plan":"pro"}}""" + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "operations.jsonl"), """{"type":"person","action":"identify","identifiers":{"id":"1"}}""" + "\n");
        var start = new ProcessStartInfo("bash", ["-c", "connector() { dotnet \"$CONNECTOR_DLL\" \"$@\"; }\n" + command])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["CONNECTOR_DLL"] = Tool.Dll;
        start.Environment["CUSTOMERIO_CONNECTOR_HOME"] = folder;
        start.Environment["CUSTOMERIO_BASE_URL"] = sandbox.Url.ToString();
        start.Environment["CUSTOMERIO_SITE_ID"] = "s";
        start.Environment["CUSTOMERIO_API_KEY"] = "k";
        start.Environment["CUSTOMERIO_APP_API_KEY"] = "a";
        using var process = Process.Start(start)!;
        var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Directory.Delete(folder, true);
        Assert.That(ran.Exit, Is.Zero, $"{command}\n{ran}");
    }

    /// <summary>The examples of C#; the first is a whole program.</summary>
    public static IEnumerable<string> CSharpBlocks() => CSharpBlock().Matches(DotNet).Select(m => m.Groups[1].Value.Trim('\n'));

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    private static IEnumerable<string> Pages =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(f => "docs/" + Path.GetFileName(f))
            .Order(StringComparer.Ordinal)
            .Prepend("README.md");

    [TestCaseSource(nameof(Pages))]
    public void Examples_InJson_AreJson(string page)
    {
        foreach (Match block in JsonBlocks().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))))
        {
            Assert.That(() => Newtonsoft.Json.Linq.JToken.Parse(block.Groups[1].Value), Throws.Nothing, block.Value);
        }
    }

    [TestCaseSource(nameof(Pages))]
    public void Links_LeadSomewhere(string page)
    {
        page = Path.Combine(Repository.Root, page);
        foreach (Match link in Links().Matches(File.ReadAllText(page)))
        {
            var target = link.Groups[1].Value;
            if (target.StartsWith("http", StringComparison.Ordinal))
            {
                continue;
            }

            var parts = target.Split('#');
            var file = parts[0].Length > 0 ? Path.Combine(Path.GetDirectoryName(page)!, parts[0]) : page;
            Assert.That(File.Exists(file) || Directory.Exists(file), $"{target} does not exist");
            if (parts.Length > 1)
            {
                var anchors = File.ReadLines(file)
                    .Where(l => l.StartsWith('#'))
                    .Select(l =>
                        string.Concat(l.TrimStart('#', ' ').ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-')
                    );
                Assert.That(anchors, Does.Contain(parts[1]), $"{target} has no such heading");
            }
        }
    }

    [Test]
    public void Readme_DotNetExamples_AreThoseThatTestsRun()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Connector.Tests", "ReadmeExample.cs"));
        var expected = Snippet().Matches(source).Select(m => Outdented(m.Groups[1].Value));
        Assert.That(CSharpBlocks().Skip(1), Is.Not.Empty.And.EqualTo(expected));

        static string Outdented(string snippet)
        {
            var indent = snippet.Split('\n').Where(l => l.Trim().Length > 0).Min(l => l.Length - l.TrimStart().Length);
            return string.Join('\n', snippet.TrimEnd().Split('\n').Select(l => l.Length >= indent ? l[indent..] : l)).Trim('\n');
        }
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlocks();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlocks();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"// <snippet>\n(.*?)\s*// </snippet>", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();
}
