using CustomerIo.Connector.Pipelines.Import;

namespace CustomerIo.Connector.Pipelines.Tests.Import;

/// <summary>Where an errors file may be written: never over the source, never over anything that no import wrote.</summary>
public class ErrorsFileTests : Bench
{
    private const string Rows = "id,email\nu1,ada@example.com\n,\n";

    [TestCase("itself")]
    [TestCase("another spelling")]
    [TestCase("symbolic link")]
    [TestCase("link to a folder above it")]
    [TestCase("hard link")]
    [Platform(Exclude = "Win")]
    public void TheSourceAsErrorsFile_ByWhateverName_IsRefusedAndUntouched(string how)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "in"));
        var source = Write(Path.Combine("in", "p.csv"), Rows);
        var errors = Path.Combine(Folder, "errors.csv");
        switch (how)
        {
            case "itself":
                errors = source;
                break;
            case "another spelling":
                errors = Path.Combine(Folder, "in", "..", "in", ".", "p.csv");
                break;
            case "symbolic link":
                File.CreateSymbolicLink(errors, source);
                break;
            case "link to a folder above it":
                Directory.CreateSymbolicLink(Path.Combine(Folder, "out"), Path.Combine(Folder, "in"));
                errors = Path.Combine(Folder, "out", "p.csv");
                break;
            default:
                using (var process = System.Diagnostics.Process.Start("ln", [source, errors]))
                {
                    process.WaitForExit();
                }

                break;
        }

        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, source, errors: errors))!;
        Assert.That((e.Kind, File.ReadAllText(source), Sandbox.RequestCount), Is.EqualTo((FailureKind.Input, Rows, 0L)));
        Assert.That(e.Message, Does.Contain("is the source itself"));
        Assert.That(Directory.GetFiles(Folder, "*.part", SearchOption.AllDirectories), Is.Empty);
    }

    [TestCase("notes.csv", "name,phone\nAda,1\n")]
    [TestCase("short.csv", "_row")]
    [TestCase("data.jsonl", "{\"id\":1}\n")]
    public void AFileThatIsNoErrorsFile_IsRefusedAndUntouched(string name, string text)
    {
        var path = Write(name, text);
        var source = name.EndsWith(".csv", StringComparison.Ordinal) ? Write("p.csv", Rows) : Write("p.jsonl", "{\"id\":\"u1\"}\n{}\n");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, source, errors: path))!;
        Assert.That((e.Kind, File.ReadAllText(path), Sandbox.RequestCount), Is.EqualTo((FailureKind.Input, text, 0L)));
        Assert.That(e.Message, Does.Contain("no errors file"));
    }

    [Test]
    public async Task ARowOfJson_StandsInItAsItWasWritten_AlsoTheSecondTime()
    {
        const string Members = """ "id":1.0, "price" : 1.50,"t":"\u0041\/","big":0.12345678901234567890""";
        var (first, second) = (Path.Combine(Folder, "first.jsonl"), Path.Combine(Folder, "second.jsonl"));
        await ImportAsync(ImportKind.People, Write("p.jsonl", $"{{{Members} }}\n"), errors: first);
        Assert.That(File.ReadAllText(first), Does.StartWith("""{"_row":1,"_reason":""").And.EndWith(Members.Replace(", \"", ",\"").TrimStart() + "}\n"));
        await ImportAsync(ImportKind.People, first, errors: second);
        Assert.That(File.ReadAllText(second), Is.EqualTo(File.ReadAllText(first)));
    }

    [Test]
    public void ADryRun_WritesNoErrorsFile()
    {
        var path = Path.Combine(Folder, "errors.csv");
        var request = new ImportRequest(ImportKind.People, Write("p.csv", Rows)) { Errors = path, DryRun = _ => { } };
        var e = Assert.ThrowsAsync<ConnectorException>(() => new ImportJob(request, Connection, Folder, TimeProvider.System).RunAsync(default))!;
        Assert.That((e.Kind, File.Exists(path)), Is.EqualTo((FailureKind.Input, false)));
    }

    [Test]
    public async Task AnErrorsFile_IsPrivate_AndWrittenOverByTheNextRun()
    {
        var path = Path.Combine(Folder, "errors.csv");
        await ImportAsync(ImportKind.People, Write("p.csv", "id,email\n,\n,\n"), errors: path);
        Assert.That(File.ReadAllLines(path), Has.Length.EqualTo(3));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        await ImportAsync(ImportKind.People, Write("p.csv", Rows), errors: path);
        Assert.That(File.ReadAllLines(path), Has.Length.EqualTo(2));
        Assert.That(Directory.GetFiles(Folder, "*.part"), Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task ALinkToAnErrorsFile_IsReplaced_AndItsTargetLeftAlone()
    {
        var old = Path.Combine(Folder, "old.csv");
        await ImportAsync(ImportKind.People, Write("p.csv", Rows), errors: old);
        var before = File.ReadAllText(old);
        var link = Path.Combine(Folder, "errors.csv");
        File.CreateSymbolicLink(link, old);
        await ImportAsync(ImportKind.People, Write("p.csv", "id,email\n,\n,\n"), errors: link);
        Assert.That((File.ReadAllText(old), new FileInfo(link).LinkTarget), Is.EqualTo((before, (string?)null)));
        Assert.That(File.ReadAllLines(link), Has.Length.EqualTo(3));
    }
}
