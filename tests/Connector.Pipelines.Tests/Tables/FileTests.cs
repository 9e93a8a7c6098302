using System.Text;
using CustomerIo.Connector.Pipelines.Import;

namespace CustomerIo.Connector.Pipelines.Tests.Tables;

/// <summary>What people hand over as a table: what spreadsheets write, other encodings, pipes, and files that are no tables.</summary>
public class FileTests : Bench
{
    [TestCase("id,email,\nu1,ada@example.com,\nu2,bob@example.com\n", 2, TestName = "ALastColumnWithoutAName_WithNothingInIt_IsPassedOver")]
    [TestCase("id,,email,,\nu1,,ada@example.com,,\n", 1, TestName = "ColumnsWithoutANameAnywhere_WithNothingInThem_ArePassedOver")]
    [TestCase("id;\"a, b, c, d\";email\nu1;1;ada@example.com\n", 1, TestName = "Separators_InQuotesOfTheHeader_DoNotCount")]
    [TestCase("\"a\nb;c\",id,email\n1,u1,ada@example.com\n", 1, TestName = "ALineBreakInQuotesOfTheHeader_DoesNotEndIt")]
    [TestCase("id\temail\tname, all\nu1\tada@example.com\tx\n", 1, TestName = "TheMostFrequentSeparator_Counts")]
    public async Task ACsvFile_IsRead(string text, int rows)
    {
        var result = await ImportAsync(ImportKind.People, Write("p.csv", text));
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo(((long)rows, 0L)), string.Join('\n', result.Examples));
        Assert.That(Sandbox.Requests.Single().Body!.ToString(), Does.Contain("\"ada@example.com\"").And.Contain("\"u1\""));
    }

    [Test]
    public async Task AValueInAColumnWithoutAName_IsItsRowsProblem()
    {
        var result = await ImportAsync(ImportKind.People, Write("p.csv", "id,\nu1,\nu2,lost\nu3,\n"));
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((2L, 1L)));
        Assert.That(result.Examples[0], Does.StartWith("line 3: ").And.Contains("column 2"));
    }

    [TestCase("p.csv", "utf-16", "id,email\nu1,a@example.com\n")]
    [TestCase("p.csv", "utf-16BE", "id,email\nu1,a@example.com\n")]
    [TestCase("p.jsonl", "utf-16", "{\"id\":\"u1\"}\n")]
    [TestCase("p.jsonl", "utf-16BE", "{\"id\":\"u1\"}\n")]
    [TestCase("p.csv", "utf-32", "id\nu1\n")]
    public void AnotherEncoding_IsToldWithWhatToDo(string name, string encoding, string text)
    {
        foreach (var mark in (bool[])[true, false])
        {
            var bytes = Encoding.GetEncoding(encoding).GetBytes(text);
            var e = Assert.ThrowsAsync<ConnectorException>(() =>
                ImportAsync(ImportKind.People, Write(name, mark ? [.. Encoding.GetEncoding(encoding).GetPreamble(), .. bytes] : bytes))
            )!;
            Assert.That((e.Kind, Sandbox.RequestCount), Is.EqualTo((FailureKind.Input, 0L)));
            Assert.That(e.Message, Does.Contain("UTF-16").And.Contains("Save it as UTF-8"));
        }
    }

    [TestCase("PK\u0003\u0004\u0014\0\u0006\0", "an Excel workbook (.xlsx) or another zip archive")]
    [TestCase("%PDF-1.7\n", "a PDF")]
    [TestCase("\uFEFF\r\n<!DOCTYPE html><table>", "HTML or XML")]
    [TestCase("<table><tr><td>id</td></tr></table>", "HTML or XML")]
    [TestCase("<?xml version=\"1.0\"?>", "HTML or XML")]
    public void AnotherKindOfFile_IsNamed(string text, string kind)
    {
        foreach (var name in (string[])["p.csv", "p.jsonl"])
        {
            var file = Write(name, text);
            var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file))!;
            Assert.That((e.Kind, Sandbox.RequestCount), Is.EqualTo((FailureKind.Input, 0L)));
            Assert.That(e.Message, Does.StartWith($"{file} is {kind}, whatever its name says."));
        }
    }

    [Test]
    public async Task ASeparatorThatOnlyAMapCanName_IsToldWithIt()
    {
        var file = Write("p.csv", "id|email\nu1|ada@example.com\n");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file))!;
        Assert.That(e.Message, Does.Contain("{\"delimiter\": \"|\"}").And.Not.Contain("email"));
        Assert.That((await ImportAsync(ImportKind.People, file, """{"delimiter": "|"}""")).Succeeded, Is.EqualTo(1));
    }

    [TestCase("secret.txt", "root:topsecret:0\n")]
    [TestCase("secret.csv", "a,topsecret,b\n1,2,3\n")]
    [TestCase("secret.jsonl", "topsecret\n")]
    [TestCase("secret.jsonl", "{\"topsecret\":1}\n")]
    public async Task TheFirstLineOfAFile_IsNotRepeated(string name, string text)
    {
        var file = Write(name, text);
        foreach (
            var (kind, map) in ((ImportKind, string?)[])
                [(ImportKind.People, null), (ImportKind.Events, null), (ImportKind.People, """{"attributes":{"x":"y"}}""")]
        )
        {
            try
            {
                var result = await ImportAsync(kind, file, map);
                Assert.That(string.Join('\n', result.Examples.Concat(result.Notes)), Does.Not.Contain("topsecret"));
            }
            catch (ConnectorException e)
            {
                Assert.That(e.Message, Does.Not.Contain("topsecret"));
            }
        }
    }

    [Test]
    public void AColumnThatIsNearlyTheOne_IsNamed()
    {
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, Write("p.csv", "Id,name\nu1,x\n")))!;
        Assert.That(e.Message, Does.Contain("It has \"Id\""));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task APipeThatNobodyWritesTo_IsRefused()
    {
        foreach (var name in (string[])["p.csv", "p.jsonl", "p.db"])
        {
            var pipe = Path.Combine(Folder, name);
            using (var process = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            {
                await process.WaitForExitAsync();
            }

            string[] source = name == "p.db" ? ["sqlite:" + pipe, "--query", "SELECT 1 AS id"] : [pipe];
            var ran = await Tool.RunAsync(["import", "people", "--data", Folder, "--from", .. source], Sandbox);
            Assert.That(
                (ran.Exit, ran.Error),
                Is.EqualTo((2, $"input: {pipe} is a pipe or a device, not a file. Write what it gives into a file first.\n")),
                name
            );
        }
    }

    [Test]
    public async Task LinesWithKeysOfTheirOwn_TakeMemoryAndTimeByTheirNumber()
    {
        var few = await AllocatedAsync(500);
        var many = await AllocatedAsync(4000);
        Assert.That((double)many / few, Is.LessThan(16), $"{few} bytes for 500 lines, {many} for 4000");
    }

    private async Task<long> AllocatedAsync(int lines)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines; i++)
        {
            text.Append("{\"id\":\"u").Append(i).Append('"');
            for (var k = 0; k < 50; k++)
            {
                text.Append(",\"k").Append((i * 50) + k).Append("\":1");
            }

            text.Append("}\n");
        }

        var request = new ImportRequest(ImportKind.People, Write("p.jsonl", text.ToString())) { DryRun = _ => { } };
        var before = GC.GetTotalAllocatedBytes();
        var result = await new ImportJob(request, Connection, Folder, TimeProvider.System).RunAsync(default);
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo(((long)lines, 0L)));
        return GC.GetTotalAllocatedBytes() - before;
    }
}
