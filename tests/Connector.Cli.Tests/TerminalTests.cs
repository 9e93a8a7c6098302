using System.CommandLine;
using CustomerIo.Connector.Cli.Commands;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>The commonest screens on a terminal of 80 columns, compared with the files in <c>Golden/</c>; <c>UPDATE_GOLDEN=1</c> writes them anew.</summary>
[NonParallelizable]
public class TerminalTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("terminal-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [TestCase("nothing", 2)]
    [TestCase("help", 0, "--help")]
    [TestCase("events", 2, "events")]
    [TestCase("run-help", 0, "run", "--help")]
    [TestCase("import-help", 0, "import", "--help")]
    [TestCase("sandbox-help", 0, "sandbox", "--help")]
    [TestCase("actions", 0, "actions")]
    [TestCase("actions-search", 0, "actions", "segment")]
    [TestCase("actions-one", 0, "actions", "add-to-segment")]
    [TestCase("actions-slip", 2, "actions", "identfy")]
    [TestCase("unknown-command", 2, "runn", "identify")]
    [TestCase("unknown-action", 2, "run", "nope")]
    [TestCase("one-problem", 2, "run", "identify")]
    [TestCase("problems", 2, "run", "send-email", "--set", "to=x", "--set", "idd=1")]
    [TestCase("json", 2, "run", "identify", "--input", "{b")]
    [TestCase("check", 0, "check")]
    [TestCase("run", 0, "run", "identify", "--set", "id=7", "--dry-run")]
    [TestCase("each", 4, "run", "identify", "--each", "FOLDER/people.jsonl")]
    [TestCase("import", 4, "import", "people", "--from", "FOLDER/people.csv")]
    [TestCase("import-dry", 4, "import", "people", "--from", "FOLDER/people.csv", "--dry-run")]
    [TestCase("import-map", 0, "import", "people", "--from", "FOLDER/people.csv", "--suggest-map")]
    public async Task AScreen(string name, int exit, params string[] args)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "people.csv"),
            "id,email,age,joined,vip,zip\n1,a@example.com,20,2024-01-02,true,01234\n,,3,,,\n2,b,,,no,1\n"
        );
        await File.WriteAllTextAsync(Path.Combine(_folder, "people.jsonl"), "{\"id\":\"1\"}\n{b\n{}\n");
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        Ran ran;
        Terminal.Columns = 80;
        try
        {
            ran = await InProcess.OnceAsync(
                [.. args.Select(a => a.Replace("FOLDER", _folder, StringComparison.Ordinal))],
                sandbox,
                null,
                ("CUSTOMERIO_CONNECTOR_HOME", _folder)
            );
        }
        finally
        {
            Terminal.Columns = null;
        }

        // Results of lines have times and addresses in them, and are another test's.
        var output = args.Contains("--each") ? "" : ran.Out;
        var text = $"$ connector {string.Join(' ', args)}\n{output}{ran.Error}"
            .Replace(RootCommand.ExecutableName, "connector", StringComparison.Ordinal)
            .Replace(_folder, "FOLDER", StringComparison.Ordinal)
            .Replace(sandbox.Url.ToString().TrimEnd('/'), "http://127.0.0.1:8025", StringComparison.Ordinal);
        Assert.That(ran.Exit, Is.EqualTo(exit), ran.ToString());

        // Of lists the beginning, which does not change with every further action.
        Golden(name, name is "actions" or "actions-search" ? string.Join('\n', text.Split('\n').Take(4)) + "\n" : text);
    }

    [TestCase("import: 0, 0 failed, 0/s", 0, 0, null, 0)]
    [TestCase("import 40 %: 2,000, 10 failed, 402/s, 0:07 left", 1990, 10, 0.4, 4.975)]
    [TestCase("import 100 %: 5,000, 0 failed, 1,000/s", 5000, 0, 1.0, 5)]
    [TestCase("import 1 %: 100, 0 failed, 1/s, 2:45:00 left", 100, 0, 0.01, 100)]
    [TestCase("export: 12,340, 0 failed, 1,234/s", 12340, 0, null, 10)]
    public void AProgress_SaysHowFarHowFastAndHowLong(string line, long succeeded, long failed, double? done, double seconds) =>
        Assert.That(EachProgress.Line(line.Split(' ', ':')[0], (succeeded, failed), done, TimeSpan.FromSeconds(seconds)), Is.EqualTo(line));

    [Test]
    public void AProgress_OfAJobThatWentOn_CountsItsOwnPartAlone() =>
        Assert.That(
            EachProgress.Line("import", (1100, 0), 0.6, TimeSpan.FromSeconds(10), (1000, 0), 0.5),
            Is.EqualTo("import 60 %: 1,100, 0 failed, 10/s, 0:40 left")
        );

    [TestCase("one two three", 7, "one two|three")]
    [TestCase("one  two", 40, "one two")]
    [TestCase("averylongword and", 5, "averylongword|and")]
    [TestCase("", 5, "")]
    public void AText_BreaksBetweenWords(string text, int width, string lines) => Assert.That(string.Join('|', Terminal.Wrap(text, width)), Is.EqualTo(lines));

    [TestCase("/usr/bin/bash", "a", "export A=a")]
    [TestCase("/bin/zsh", "it's", "export A='it'\\''s'")]
    [TestCase("/usr/bin/fish", "http://127.0.0.1:8025", "set -gx A http://127.0.0.1:8025")]
    [TestCase("", "it's", "$env:A = 'it''s'")]
    [TestCase(null, "a", "$env:A = 'a'")]
    public void AVariable_IsSetAsTheShellDoes(string? shell, string value, string line) =>
        Assert.That(SandboxCommand.Assignment(shell, "A", value), Is.EqualTo(line));

    private static void Golden(string name, string text)
    {
        var file = Path.Combine(Repository.Root, "tests", "Connector.Cli.Tests", "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            Assert.Fail($"{file} was written anew. Look at the difference, then run the tests without UPDATE_GOLDEN.");
        }

        Assert.That(File.Exists(file), Is.True, $"{file} does not exist; run the tests once with UPDATE_GOLDEN=1 and look at what they write.");
        Assert.That(text, Is.EqualTo(File.ReadAllText(file).ReplaceLineEndings("\n")), "Run the tests with UPDATE_GOLDEN=1 if the new screen is meant.");
    }
}
