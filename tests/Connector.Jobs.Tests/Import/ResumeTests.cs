using System.Globalization;
using CustomerIo.Connector.Cli.Tests;
using CustomerIo.Connector.Jobs.Import;

namespace CustomerIo.Connector.Jobs.Tests.Import;

public class ResumeTests : Bench
{
    [TestCase("events")]
    [TestCase("people")]
    public async Task AJobKilledFiveTimes_EndsAsOneThatWasNot(string kind)
    {
        const int rows = 50_000;
        var file = Write("rows.csv", "id,event,n\n" + string.Concat(Enumerable.Range(0, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"u{i % 100},bought,{i}\n"))));
        string[] args = ["import", kind, "--from", file, "--job", "night", "--data", Folder, "--json"];
        var random = new Random(7);
        for (var i = 0; i < 5; i++)
        {
            using var process = Tool.Start([.. args, .. i == 0 ? [] : (string[])["--resume"]], Sandbox);
            var (before, until) = (Sandbox.RequestCount, DateTime.UtcNow.AddSeconds(30));
            while (Sandbox.RequestCount < before + 1 && !process.HasExited && DateTime.UtcNow < until)
            {
                await Task.Delay(5);
            }

            await Task.Delay(random.Next(30));
            process.Kill();
            await process.WaitForExitAsync();
        }

        var ran = await Tool.RunAsync([.. args, "--resume"], Sandbox);
        Assert.That((ran.Exit, (long)ran.Json["rows"]!, (long)ran.Json["failed"]!), Is.EqualTo((0, (long)rows, 0L)), ran.ToString());
        var people = (await AskAsync("people?limit=1000"))["people"]!;
        Assert.That(people.Count(), Is.EqualTo(100));
        if (kind == "events")
        {
            Assert.That(people.Sum(p => (int)p["eventCount"]!), Is.EqualTo(rows), "each event is counted once");
        }
        else
        {
            Assert.That(people.Select(p => (string)p["attributes"]!["n"]!), Is.EquivalentTo(Enumerable.Range(rows - 100, 100).Select(i => i.ToString(CultureInfo.InvariantCulture))), "the last row of each person wins");
        }

        var again = await Tool.RunAsync([.. args, "--resume"], Sandbox);
        Assert.That((again.Exit, again.Error), Is.EqualTo((2, "input: The job night has finished, so there is nothing to go on with.\n")));
    }

    [Test]
    public async Task TheErrorsFile_HoldsEachBadRowOnce()
    {
        var file = Write("rows.csv", "id,n\n" + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{(i % 10 == 0 ? "" : "u" + i)},{i}\n")));
        var errors = Path.Combine(Folder, "errors.csv");
        string[] args = ["import", "people", "--from", file, "--errors", errors, "--data", Folder, "--json"];
        using (var process = Tool.Start(args, Sandbox))
        {
            var until = DateTime.UtcNow.AddSeconds(30);
            while (Sandbox.RequestCount < 3 && DateTime.UtcNow < until && !process.HasExited)
            {
                await Task.Delay(5);
            }

            process.Kill();
            await process.WaitForExitAsync();
        }

        var ran = await Tool.RunAsync([.. args, "--resume"], Sandbox);
        Assert.That((ran.Exit, (long)ran.Json["failed"]!), Is.EqualTo((4, 4000L)), ran.ToString());
        Assert.That(File.ReadAllLines(errors).Skip(1).Select(l => l.Split(',')[0]), Is.EqualTo(Enumerable.Range(0, 4000).Select(i => ((i * 10) + 2).ToString(CultureInfo.InvariantCulture))));
    }

    [Test]
    public async Task Resume_AChangedFile_IsRefused()
    {
        var file = Write("rows.csv", "id\nu1\n");
        var lost = new Connection { SiteId = "s", ApiKey = "k", BaseUrl = "http://127.0.0.1:9", TotalTimeout = TimeSpan.FromSeconds(1) };
        Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file, connection: lost));
        Write("rows.csv", "id\nu2\n");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file, resume: true))!;
        Assert.That(e.Message, Does.Contain("has changed"));
        await ImportAsync(ImportKind.People, file);
        Assert.That(Sandbox.Person("u2"), Is.Not.Null);
    }

    [Test]
    public async Task AJobThatRuns_KeepsOthersOut()
    {
        await using var journal = Journal.Open(Folder, "import-people-p.csv", "people", "");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, Write("p.csv", "id\nu1\n")))!;
        Assert.That(e.Message, Does.Contain("running already"));
    }
}
