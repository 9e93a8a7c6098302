using System.Globalization;
using CustomerIo.Connector.Cli.Tests;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Tests.Import;

[Category("Slow")]
public class ResumeTests : Bench
{
    [TestCase("events", false)]
    [TestCase("people", false)]
    [TestCase("events", true)]
    public async Task AJobKilledFiveTimes_EndsAsOneThatWasNot(string kind, bool eachOnAnotherMachine)
    {
        const int rows = 20_000;
        var file = Write(
            "rows.csv",
            "id,event,n\n" + string.Concat(Enumerable.Range(0, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"u{i % 100},bought,{i}\n")))
        );
        string[] shared = eachOnAnotherMachine ? ["--postgres", await Postgres.DatabaseAsync()] : [];
        var machine = 0;
        string[] Args() =>
            [
                "import",
                kind,
                "--from",
                file,
                "--job",
                "night",
                "--data",
                eachOnAnotherMachine ? Path.Combine(Folder, $"machine-{machine++}") : Folder,
                "--json",
                .. shared,
            ];
        var random = new Random(7);
        for (var i = 0; i < 5; i++)
        {
            using var process = Tool.Start([.. Args(), .. i == 0 ? [] : (string[])["--resume"]], Sandbox);
            var (before, until) = (Sandbox.RequestCount, DateTime.UtcNow.AddSeconds(30));
            while (Sandbox.RequestCount < before + 1 && !process.HasExited && DateTime.UtcNow < until)
            {
                await Task.Delay(5);
            }

            await Task.Delay(random.Next(30));
            process.Kill();
            await process.WaitForExitAsync();
        }

        var ran = await InProcess.OnceAsync([.. Args(), "--resume"], Sandbox);
        Assert.That((ran.Exit, (long)ran.Json["rows"]!, (long)ran.Json["failed"]!), Is.EqualTo((0, (long)rows, 0L)), ran.ToString());
        var people = (await AskAsync("people?limit=1000"))["people"]!;
        Assert.That(people.Count(), Is.EqualTo(100));
        if (kind == "events")
        {
            Assert.That(people.Sum(p => (int)p["eventCount"]!), Is.EqualTo(rows), "each event is counted once");
        }
        else
        {
            Assert.That(
                people.Select(p => (string)p["attributes"]!["n"]!),
                Is.EquivalentTo(Enumerable.Range(rows - 100, 100).Select(i => i.ToString(CultureInfo.InvariantCulture))),
                "the last row of each person wins"
            );
        }

        var again = await InProcess.OnceAsync([.. Args(), "--resume"], Sandbox);
        Assert.That((again.Exit, again.Error), Is.EqualTo((2, "input: The job night has finished, so there is nothing to resume.\n")));
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

        var ran = await InProcess.OnceAsync([.. args, "--resume"], Sandbox);
        Assert.That((ran.Exit, (long)ran.Json["failed"]!), Is.EqualTo((4, 4000L)), ran.ToString());
        Assert.That(
            File.ReadAllLines(errors).Skip(1).Select(l => l.Split(',')[0]),
            Is.EqualTo(Enumerable.Range(0, 4000).Select(i => ((i * 10) + 2).ToString(CultureInfo.InvariantCulture)))
        );
    }

    [Test]
    public async Task Resume_AChangedFile_IsRefused()
    {
        var file = Write("rows.csv", "id\nu1\n");
        var lost = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = "http://127.0.0.1:9",
            TotalTimeout = TimeSpan.FromSeconds(1),
        };
        Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file, connection: lost));
        Write("rows.csv", "id\nu2\n");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file, resume: true))!;
        Assert.That(e.Message, Does.Contain("has changed"));
        await ImportAsync(ImportKind.People, file);
        Assert.That(Sandbox.Person("u2"), Is.Not.Null);
    }

    [TestCase("postgres", true)]
    [TestCase("postgres", false)]
    [TestCase("sqlite", true)]
    public async Task AQueryWhoseRowsShift_LosesAndDoublesNothing(string kind, bool alike)
    {
        const int rows = 12_000,
            more = 530;
        var database = kind == "postgres" ? "postgres:" + await Postgres.DatabaseAsync() : "sqlite:" + Path.Combine(Folder, "shop.db");
        using var connection = Database.Parse(database)!.Open(create: true);
        connection.Execute("CREATE TABLE orders (n INTEGER PRIMARY KEY)");
        Add(0, rows);

        // Alike: many rows say the very same, and each is an event of its own.
        var query = $"SELECT 'u' || (n % 100) AS id, 'bought' AS event{(alike ? "" : ", n")} FROM orders ORDER BY orders.n DESC";
        string[] args = ["import", "events", "--from", database, "--query", query, "--job", "night", "--data", Folder, "--json"];
        using (var process = Tool.Start([.. args, "--throttle", "3000/s"], Sandbox))
        {
            await KeptAsync(process);
            process.Kill();
            await process.WaitForExitAsync();
        }

        Add(rows, more);
        var ran = await InProcess.OnceAsync([.. args, "--resume"], Sandbox);
        Assert.That((ran.Exit, (long)ran.Json["rows"]!, (long)ran.Json["failed"]!), Is.EqualTo((0, (long)(rows + more), 0L)), ran.ToString());
        Assert.That(ran.Error, Does.Contain("other rows than when the job began"));
        Assert.That((await AskAsync("people?limit=1000"))["people"]!.Sum(p => (int)p["eventCount"]!), Is.EqualTo(rows + more), "each row is one event");

        void Add(int first, int count)
        {
            using var transaction = connection.BeginTransaction();
            for (var n = first; n < first + count; n++)
            {
                connection.Execute("INSERT INTO orders VALUES (@0)", n);
            }

            transaction.Commit();
        }
    }

    [Test]
    public async Task AQueryThatGivesTheSameRows_GoesOnWhereItWas()
    {
        const int rows = 12_000;
        var database = "sqlite:" + Path.Combine(Folder, "shop.db");
        using (var connection = Database.Parse(database)!.Open(create: true))
        {
            connection.Execute("CREATE TABLE orders AS WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < 12000) SELECT n FROM c");
        }

        string[] args =
        [
            "import",
            "events",
            "--from",
            database,
            "--query",
            "SELECT 'u' || (n % 100) AS id, 'bought' AS event FROM orders ORDER BY n",
            "--job",
            "night",
            "--data",
            Folder,
            "--json",
        ];
        long kept;
        using (var process = Tool.Start([.. args, "--throttle", "3000/s"], Sandbox))
        {
            kept = await KeptAsync(process);
            process.Kill();
            await process.WaitForExitAsync();
        }

        var before = Sandbox.Requests.Sum(r => ((Newtonsoft.Json.Linq.JArray)((Newtonsoft.Json.Linq.JToken)r.Body!)["batch"]!).Count);
        var ran = await InProcess.OnceAsync([.. args, "--resume"], Sandbox);
        var sent = Sandbox.Requests.Sum(r => ((Newtonsoft.Json.Linq.JArray)((Newtonsoft.Json.Linq.JToken)r.Body!)["batch"]!).Count) - before;
        Assert.That((ran.Exit, (long)ran.Json["rows"]!), Is.EqualTo((0, (long)rows)), ran.ToString());
        Assert.That(sent, Is.LessThanOrEqualTo(rows - kept), "what was kept as done is not sent again");
        Assert.That((await AskAsync("people?limit=1000"))["people"]!.Sum(p => (int)p["eventCount"]!), Is.EqualTo(rows));
    }

    [Test]
    public async Task Resume_AFileChangedBehindItsBeginning_IsRefused()
    {
        var lines = Enumerable.Range(0, 12_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"u{i:00000},a")).ToArray();
        var file = Write("rows.csv", "id,v\n" + string.Join('\n', lines) + "\n");
        string[] args = ["import", "people", "--from", file, "--job", "night", "--data", Folder, "--json"];
        using (var process = Tool.Start([.. args, "--throttle", "3000/s"], Sandbox))
        {
            await KeptAsync(process, 9500);
            process.Kill();
            await process.WaitForExitAsync();
            lines[9000] = "u09000,b";
        }

        Write("rows.csv", "id,v\n" + string.Join('\n', lines) + "\n");
        var ran = await InProcess.OnceAsync([.. args, "--resume"], Sandbox);
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain("has changed"));
    }

    /// <summary>Waits until the journal calls some rows done.</summary>
    private async Task<long> KeptAsync(System.Diagnostics.Process process, long least = 1)
    {
        var path = Path.Combine(Folder, "jobs.db");
        for (var until = DateTime.UtcNow.AddSeconds(60); DateTime.UtcNow < until && !process.HasExited; await Task.Delay(20))
        {
            if (File.Exists(path))
            {
                using var checkpoints = Database.Parse("sqlite:" + path)!.Open(readOnly: true);
                if (
                    checkpoints.Query(r => r.GetInt64(0), "SELECT 1 FROM sqlite_master WHERE name = 'job'").Count > 0
                    && checkpoints.Query(r => r.GetInt64(0), "SELECT rows FROM job") is [var rows]
                    && rows >= least
                )
                {
                    return rows;
                }
            }
        }

        Assert.Fail("The job ended, or kept nothing in a minute.");
        return 0;
    }

    [Test]
    public async Task AJobThatRuns_KeepsOthersOut()
    {
        await using var checkpoints = await CheckpointStore.OpenAsync(Folder, "import-people-p.csv", "people", "");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, Write("p.csv", "id\nu1\n")))!;
        Assert.That(e.Message, Does.Contain("running already"));
    }
}
