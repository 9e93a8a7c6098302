namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Files that options name: none at all, the source itself, pipes, and full disks.</summary>
[NonParallelizable]
public class PathsTests
{
    private const string Event = """{"type":"identify","userId":"7","messageId":"m1"}""" + "\n";
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("paths-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [TestCase("--errors", "import", "people", "--from", "p.csv", "--errors", "")]
    [TestCase("--from", "import", "people", "--from", "")]
    [TestCase("--map", "import", "people", "--from", "p.csv", "--map", " ")]
    [TestCase("--each", "run", "identify", "--each", "")]
    [TestCase("--input", "run", "identify", "--input", "")]
    [TestCase("--input @", "run", "identify", "--input", "@")]
    [TestCase("--in", "events", "translate", "--in", "")]
    [TestCase("--out", "events", "translate", "--in", "-", "--out", "")]
    [TestCase("--in", "events", "send", "--in", "")]
    [TestCase("--to", "export", "people", "--to", "")]
    [TestCase("--data", "export", "people", "--to", "p.csv", "--data", "")]
    [TestCase("--file", "sandbox", "--file", "")]
    [TestCase("<file>", "sync", "run", "")]
    [TestCase("<folder>", "sync", "serve", "")]
    [TestCase("<id>", "actions", "")]
    public async Task Value_OfNothing_IsInput(string name, params string[] args)
    {
        using var tool = new InProcess();
        var ran = await tool.RunAsync(args);
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((2, "")), ran.ToString());
        Assert.That(ran.Error, Does.StartWith($"input: {name} is empty. "), ran.ToString());
    }

    [Test]
    public async Task Input_FileWithoutTheSign_IsToldHow()
    {
        await File.WriteAllTextAsync(In("person"), """{"id":"u1"}""");
        using var tool = new InProcess();
        foreach (var file in (string[])[In("person"), In("nosuch.json")])
        {
            var ran = await tool.RunAsync("run", "identify", "--input", file);
            Assert.That(ran.Exit, Is.EqualTo(2));
            Assert.That(ran.Error, Does.Contain("To read that file, write --input @"), ran.ToString());
        }

        Assert.That((await tool.RunAsync("run", "identify", "--input", "{no")).Error, Does.Not.Contain("To read that file"));
    }

    [Test]
    public async Task Translate_IntoItsSource_IsRefused([Values("itself", "link", "hard link")] string how)
    {
        await File.WriteAllTextAsync(In("in.jsonl"), Event);
        var target = how == "itself" ? In("in.jsonl") : In("out.jsonl");
        if (how == "link")
        {
            File.CreateSymbolicLink(target, In("in.jsonl"));
        }
        else if (how == "hard link")
        {
            if (OperatingSystem.IsWindows())
            {
                Assert.Ignore("ln is not there on Windows.");
            }

            using var link = System.Diagnostics.Process.Start("ln", [In("in.jsonl"), target]);
            await link.WaitForExitAsync();
        }

        using var tool = new InProcess();
        var ran = await tool.RunAsync("events", "translate", "--in", In("in.jsonl"), "--out", target);
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((2, $"input: The results file {target} is the source itself. Name another one.\n")));
        Assert.That(await File.ReadAllTextAsync(In("in.jsonl")), Is.EqualTo(Event));
    }

    [Test]
    public async Task Translate_RunThatFails_LeavesWhatWasThere()
    {
        await File.WriteAllTextAsync(In("out.jsonl"), "precious");
        using var tool = new InProcess();
        Assert.That((await tool.RunAsync("events", "translate", "--in", In("nosuch"), "--out", In("out.jsonl"))).Exit, Is.EqualTo(2));
        Assert.That(await File.ReadAllTextAsync(In("out.jsonl")), Is.EqualTo("precious"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));

        await File.WriteAllTextAsync(In("in.jsonl"), Event);
        Assert.That((await tool.RunAsync("events", "translate", "--in", In("in.jsonl"), "--out", In("out.jsonl"))).Exit, Is.Zero);
        Assert.That(await File.ReadAllTextAsync(In("out.jsonl")), Does.StartWith("{\"line\":1,"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(2));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Translate_IntoAPipe_IsRefusedAtOnce()
    {
        using (var make = System.Diagnostics.Process.Start("mkfifo", [In("pipe")]))
        {
            await make.WaitForExitAsync();
        }

        await File.WriteAllTextAsync(In("in.jsonl"), Event);
        using var tool = new InProcess();
        var ran = await tool.RunAsync("events", "translate", "--in", In("in.jsonl"), "--out", In("pipe")).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((2, $"input: The results file {In("pipe")} is a pipe or a device, not a file. Name a file.\n")));
    }

    [Test]
    public async Task Files_FullDisk_AreUnavailable_AndNothingIsLeft()
    {
        using var disk = SmallDisk.Mount(1);
        await File.WriteAllTextAsync(In("in.jsonl"), Event);
        disk.Fill();
        using var tool = new InProcess();
        foreach (
            var args in (string[][])
                [
                    ["events", "translate", "--in", In("in.jsonl"), "--out", Path.Combine(disk.Folder, "x.jsonl")],
                    ["sandbox", "--port", "0", "--file", Path.Combine(disk.Folder, "state.json")],
                ]
        )
        {
            var ran = await tool.RunAsync(args);
            Assert.That(ran.Exit, Is.EqualTo(6), ran.ToString());
            Assert.That(ran.Error, Does.StartWith("unavailable: ").And.Not.Contain("lines:"), ran.ToString());
            Assert.That(Directory.GetFileSystemEntries(disk.Folder).Select(Path.GetFileName), Is.EqualTo(new[] { "filler" }));
        }
    }

    private string In(string name) => Path.Combine(_folder, name);
}
