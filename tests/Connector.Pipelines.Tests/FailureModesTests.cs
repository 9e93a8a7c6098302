using System.Diagnostics;
using CustomerIo.Connector.Cli.Tests;
using CustomerIo.Connector.Pipelines.Stores;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Tests;

/// <summary>Files and databases fail in every way they can, under every command that works on tables: each failure says who must act, and nothing is
/// left over.</summary>
[Platform(Exclude = "Win")]
[Category("Slow")]
public class FailureModesTests : Bench
{
    private const string People = "id,email\nu1,ada@example.com\n,\n";
    private InProcess _tool = null!;

    [SetUp]
    public void OpenTool() => _tool = InProcess.WithKeysTo(Sandbox);

    [TearDown]
    public void CloseTool() => _tool.Dispose();

    [TestCase("gone", "input", "there is no such file")]
    [TestCase("folder", "input", "is a folder")]
    [TestCase("pipe", "input", "is a pipe or a device")]
    [TestCase("held", "unavailable", "another program holds it")]
    [TestCase("utf-16", "input", "Save it as UTF-8")]
    [TestCase("unreadable", "input", "denied")]
    public async Task AFileToImport(string how, string kind, string says)
    {
        var file = Path.Combine(Folder, "p.csv");
        using var held = Make(how, file);
        await FailsAsync(kind, says, "import", "people", "--from", file);
    }

    [TestCase("itself", "input", "is the source itself")]
    [TestCase("link", "input", "is the source itself")]
    [TestCase("folder", "input", "is a folder")]
    [TestCase("pipe", "input", "is a pipe or a device")]
    [TestCase("held", "unavailable", "another program holds it")]
    [TestCase("other", "input", "no errors file")]
    [TestCase("nowhere", "input", "there is no such folder")]
    [TestCase("dangling", "input", "there is no such")]
    [TestCase("readOnly", "input", "Read-only")]
    [TestCase("full", "unavailable", "the disk is full")]
    public async Task AnErrorsFile(string how, string kind, string says)
    {
        var source = Write("p.csv", "id,email\n" + string.Concat(Enumerable.Repeat($",{new string('x', 100)}\n", 3000)));
        var errors = how == "itself" ? source : Path.Combine(Folder, how is "nowhere" or "dangling" ? how + "/e.csv" : "e.csv");
        if (how == "dangling")
        {
            Directory.CreateSymbolicLink(Path.Combine(Folder, how), Path.Combine(Folder, "nowhere"));
        }

        if (how == "link")
        {
            File.CreateSymbolicLink(errors, source);
        }

        await using var disk = how is "full" or "readOnly" ? Disk.Mount(how == "full" ? "64k" : "1m", how == "readOnly") : null;
        errors = disk is null ? errors : Path.Combine(disk.Folder, "e.csv");
        using var held = Make(how, errors);
        var before = File.ReadAllText(source);
        await FailsAsync(kind, says, "import", "people", "--from", source, "--errors", errors);
        Assert.That(File.ReadAllText(source), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(errors) is { } folder && Directory.Exists(folder) ? folder : Folder, "*.part"), Is.Empty);
    }

    [TestCase("folder", "input", "is a folder")]
    [TestCase("pipe", "input", "is a pipe or a device")]
    [TestCase("nowhere", "input", "nowhere/x.")]
    [TestCase("readOnly", "input", "Read-only")]
    [TestCase("full", "unavailable", "the disk is full")]
    public async Task AFileToExportTo(string how, string kind, string says)
    {
        await FillAsync(2000);
        await using var disk = how is "full" or "readOnly" ? Disk.Mount(how == "full" ? "64k" : "1m", how == "readOnly") : null;
        foreach (var extension in (string[])[".csv", ".jsonl"])
        {
            var file = Path.Combine(disk?.Folder ?? Folder, (how == "nowhere" ? "nowhere/x" : "x") + extension);
            using var held = Make(how, file);
            await FailsAsync(kind, says, "export", "people", "--to", file);
            Assert.That(Directory.GetFiles(disk?.Folder ?? Folder, "*.part"), Is.Empty);
        }
    }

    [TestCase("gone", "input", "unable to open database file")]
    [TestCase("folder", "input", "is a folder")]
    [TestCase("other", "input", "cannot be opened: SQLite Error 26: 'file is not a database'. Name a file of SQLite")]
    [TestCase("held", "unavailable", "database is locked")]
    public async Task ASqliteFile(string how, string kind, string says)
    {
        var file = Path.Combine(Folder, "x.db");
        var name = "sqlite:" + file;
        if (how == "held")
        {
            using var create = Database.Parse(name)!.Open(create: true);
            create.Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT)");
            create.Execute("CREATE TABLE customerio_people (id TEXT, email TEXT, cio_id TEXT PRIMARY KEY, unsubscribed INTEGER, attributes TEXT)");
            SqliteConnection.ClearAllPools();
        }

        using IDisposable? held = how == "held" ? Holding(file) : Make(how, file);
        await FillAsync(1);
        var import = FailsAsync(kind, says, "import", "people", "--from", name, "--query", "SELECT id FROM people");
        var sync = FailsAsync(kind, says, "sync", "run", Sync(name));
        await Task.WhenAll(import, sync, how == "gone" ? Task.CompletedTask : FailsAsync(kind, says, "export", "people", "--to", name));
    }

    [TestCase("away", "unavailable", "cannot be opened")]
    [TestCase("no database", "input", "does not exist")]
    [TestCase("no rights", "connection", "permission denied")]
    [TestCase("wrong password", "connection", "password authentication failed")]
    [TestCase("no password", "connection", "cannot be opened")]
    [TestCase("held", "unavailable", "lock")]
    public async Task APostgresDatabase(string how, string kind, string says)
    {
        var builder = new NpgsqlConnectionStringBuilder(await Postgres.DatabaseAsync());
        await using var owner = new NpgsqlConnection(builder.ToString());
        await owner.OpenAsync();
        owner.Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT)");
        owner.Execute("CREATE TABLE customerio_people (id TEXT, email TEXT, cio_id TEXT PRIMARY KEY, unsubscribed BOOLEAN, attributes JSONB)");
        owner.Execute($"DO $$ BEGIN CREATE ROLE {Postgres.Stranger} LOGIN PASSWORD 'right'; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        owner.Execute("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        await using var locking = how == "held" ? await owner.BeginTransactionAsync() : null;
        switch (how)
        {
            case "away":
                builder.Port = 9;
                break;
            case "no database":
                builder.Database = "nowhere";
                break;
            case "no rights":
                builder.Username = "guest";
                break;
            case "wrong password":
                (builder.Username, builder.Password) = (Postgres.Stranger, "s3cret");
                break;
            case "no password":
                builder.Username = Postgres.Stranger;
                break;
            default:
                owner.Execute("LOCK TABLE people, customerio_people IN ACCESS EXCLUSIVE MODE");
                builder.Options = "-c lock_timeout=500";
                break;
        }

        var name = "postgres:" + builder;
        await FillAsync(1);
        await Task.WhenAll(
            FailsAsync(kind, says, "import", "people", "--from", name, "--query", "SELECT id FROM people ORDER BY id"),
            FailsAsync(kind, says, "export", "people", "--to", name),
            FailsAsync(kind, says, "sync", "run", Sync(name))
        );
    }

    [TestCase("import")]
    [TestCase("export")]
    [TestCase("sync")]
    public async Task APostgresServerThatRestartsInTheMiddle_IsUnavailable_AndTheJobGoesOn(string job)
    {
        var database = await Postgres.DatabaseAsync();
        const int rows = 6000;
        string[] args = job switch
        {
            "import" =>
            [
                "import",
                "people",
                "--from",
                "postgres:" + database,
                "--query",
                $"SELECT 'u' || n AS id, repeat('x', 900) AS v FROM generate_series(1, {rows}) n ORDER BY n",
            ],
            "export" => ["export", "people", "--to", "postgres:" + database],
            _ => ["sync", "run", Sync("postgres:" + database)],
        };
        await using var there = new NpgsqlConnection(database);
        if (job == "export")
        {
            await FillAsync(rows);
        }
        else if (job == "sync")
        {
            await there.OpenAsync();
            there.Execute($"CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT); INSERT INTO people SELECT 'u' || n, 'pro' FROM generate_series(1, {rows}) n");
            await there.CloseAsync();
        }

        // Each request takes its time, so that the job is in the middle for as long as a restart takes.
        await TellAsync(HttpMethod.Post, "faults", """{"delayMs":1000,"times":0}""");
        var before = Sandbox.RequestCount;
        using (var process = Tool.Start([.. args, "--data", Folder, "--json"], Sandbox))
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            for (var until = DateTime.UtcNow.AddSeconds(60); Sandbox.RequestCount < before + 5 && DateTime.UtcNow < until && !process.HasExited; )
            {
                await Task.Delay(20);
            }

            await Postgres.RestartAsync();

            NpgsqlConnection.ClearAllPools();
            await TellAsync(HttpMethod.Delete, "faults", "");
            Check(await Tool.EndAsync(process, output, error, TimeSpan.FromMinutes(2)), "unavailable", "", job);
        }

        var again = await _tool.RunAsync([.. args, "--data", Folder, "--json", .. job == "import" ? (string[])["--resume"] : []]);
        Assert.That(again.Exit, Is.Zero, again.ToString());
        if (job == "export")
        {
            await there.OpenAsync();
            Assert.That(there.Query(r => r.GetInt64(0), "SELECT count(*) FROM customerio_people"), Is.EqualTo(new[] { (long)rows }));
        }
        else
        {
            Assert.That((await AskAsync("people?limit=1"))["total"]!.Value<int>(), Is.EqualTo(rows));
        }
    }

    [Test]
    public async Task ASyncsStateOnAFullDisk_IsUnavailable_AndTheNextRunGoesOn()
    {
        await using var disk = Disk.Mount("256k", false);
        var sync = Sync("sqlite:" + FilledTable(2000));
        var ballast = Path.Combine(disk.Folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[128 << 10]);
        Check(await _tool.RunAsync(["sync", "run", sync, "--data", disk.Folder, "--json"]), "unavailable", "full");
        File.Delete(ballast);
        await using var larger = Disk.Mount("8m", false);
        foreach (var file in Directory.GetFiles(disk.Folder))
        {
            File.Copy(file, Path.Combine(larger.Folder, Path.GetFileName(file)));
        }

        var again = await _tool.RunAsync(["sync", "run", sync, "--data", larger.Folder, "--json"]);
        Assert.That((again.Exit, (await AskAsync("people?limit=1"))["total"]!.Value<int>()), Is.EqualTo((0, 2000)), again.ToString());
    }

    [Test]
    public async Task ASyncsTableOnAFullDisk_IsUnavailable_AndNothingIsAgreedOn()
    {
        await FillAsync(2000);
        await using var disk = Disk.Mount("64k", false);
        var file = Path.Combine(disk.Folder, "crm.db");
        using (var create = Database.Parse("sqlite:" + file)!.Open(create: true))
        {
            create.Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, v TEXT)");
        }

        SqliteConnection.ClearAllPools();
        var sync = Write(
            "full.json",
            new JObject
            {
                ["database"] = "sqlite:" + file,
                ["table"] = "people",
                ["attributes"] = new JObject { ["v"] = "v" },
                ["direction"] = "pull",
                ["insertRows"] = true,
            }.ToString()
        );
        await FailsAsync("unavailable", "full", "sync", "run", sync);
    }

    [TestCase(false, "permission denied")]
    [TestCase(true, null)]
    public async Task ARoleWithoutTheRightToCreate_SyncsWhereItsTablesAre(bool areThere, string? says)
    {
        var builder = new NpgsqlConnectionStringBuilder(await Postgres.DatabaseAsync());
        await using var owner = new NpgsqlConnection(builder.ToString());
        await owner.OpenAsync();
        owner.Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT); INSERT INTO people VALUES ('u1', 'pro')");
        owner.Execute("DO $$ BEGIN CREATE ROLE writer LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        var sync = Sync("postgres:" + builder);
        if (areThere)
        {
            Assert.That((await _tool.RunAsync(["sync", "run", sync, "--data", Folder, "--state", "postgres:" + builder])).Exit, Is.Zero);
        }

        owner.Execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO writer");
        builder.Username = "writer";
        sync = Sync("postgres:" + builder);
        string[] args = ["sync", "run", sync, "--data", Folder, "--state", "postgres:" + builder, "--json"];
        if (says is not null)
        {
            Check(await _tool.RunAsync(args), "connection", says);
            return;
        }

        owner.Execute("UPDATE people SET plan = 'ultra'");
        var ran = await _tool.RunAsync(args);
        Assert.That((ran.Exit, (string?)Attributes("u1")["plan"]), Is.EqualTo((0, "ultra")), ran.ToString());
    }

    [Test]
    public async Task ANulInAText_IsTakenOutOnTheWayToPostgres_AndTold()
    {
        using (var connector = new CustomerIoConnector())
        {
            await connector.RunAsync(
                "identify",
                new JObject
                {
                    ["id"] = "u1",
                    ["customerData"] = new JObject { ["v"] = "a\0b", ["w"] = "\0" },
                },
                Connection
            );
        }

        var database = await Postgres.DatabaseAsync();
        var ran = await _tool.RunAsync(["export", "people", "--to", "postgres:" + database, "--data", Folder]);
        Assert.That(
            (ran.Exit, ran.Error),
            Is.EqualTo((0, "1 value lost the character U+0000, which PostgreSQL cannot hold.\n1 people exported.\n")),
            ran.ToString()
        );
        await using var there = new NpgsqlConnection(database);
        await there.OpenAsync();
        var attributes = JObject.Parse(there.Query(r => r.GetString(0), "SELECT attributes::text FROM customerio_people").Single());
        Assert.That(((string?)attributes["v"], (string?)attributes["w"]), Is.EqualTo(("ab", "")));
    }

    [Test]
    public async Task ACsvFile_GetsItsMarkAndHarmlessFormulasWhenAsked()
    {
        using (var connector = new CustomerIoConnector())
        {
            await connector.RunAsync("identify", new JObject { ["id"] = "=1+1", ["customerData"] = new JObject() }, Connection);
        }

        var (plain, asked) = (Path.Combine(Folder, "plain.csv"), Path.Combine(Folder, "asked.csv"));
        Assert.That((await _tool.RunAsync(["export", "people", "--to", plain, "--data", Folder])).Exit, Is.Zero);
        Assert.That((await _tool.RunAsync(["export", "people", "--to", asked, "--bom", "--escape-formulas", "--data", Folder])).Exit, Is.Zero);
        Assert.That(File.ReadAllLines(plain)[1], Does.StartWith("=1+1,"));
        Assert.That(File.ReadAllLines(asked)[1], Does.StartWith("'=1+1,"));
        Assert.That((File.ReadAllBytes(plain)[0], File.ReadAllBytes(asked)[..3]), Is.EqualTo(((byte)'i', new byte[] { 0xEF, 0xBB, 0xBF })));
        await FailsAsync("input", "are for .csv files", "export", "people", "--to", Path.Combine(Folder, "x.jsonl"), "--bom");
    }

    [TestCase("import", "people", "--from")]
    [TestCase("export", "segments", "--to")]
    [TestCase("sync", "run")]
    [TestCase("import", "people", "--from", "p.csv", "--errors")]
    [TestCase("import", "people", "--from", "p.csv", "--map")]
    [TestCase("run", "identify", "--each")]
    [TestCase("events", "send", "--in")]
    public async Task AnAddressInPlaceOfAFile_IsToldToBeDownloaded(params string[] args)
    {
        var file = Write("p.csv", "id\n");
        string[] all =
        [
            .. args.Select(a => a == "p.csv" ? file : a),
            "https://ada:s3cret@files.example.com/people.csv?sig=s3cret",
            .. args[0] is "run" or "events" ? (string[])[] : ["--data", Folder],
        ];
        var ran = await _tool.RunAsync(all);
        Assert.That(
            (ran.Exit, ran.Error),
            Is.EqualTo(
                (
                    2,
                    "input: https://files.example.com/people.csv?… is an address, and only files of this machine "
                        + "are taken here. Download it first, and name the file.\n"
                )
            )
        );
    }

    [Test]
    public async Task ARoleWithoutTheRightToCreate_ExportsIntoATableThatIsThere()
    {
        var builder = new NpgsqlConnectionStringBuilder(await Postgres.DatabaseAsync());
        await FillAsync(3);
        Assert.That((await _tool.RunAsync(["export", "people", "--to", "postgres:" + builder, "--data", Folder])).Exit, Is.Zero);
        await using var owner = new NpgsqlConnection(builder.ToString());
        await owner.OpenAsync();
        owner.Execute("DO $$ BEGIN CREATE ROLE writer LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        owner.Execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC; DELETE FROM customerio_people; GRANT SELECT, INSERT, UPDATE ON customerio_people TO writer");
        builder.Username = "writer";
        var ran = await _tool.RunAsync(["export", "people", "--to", "postgres:" + builder, "--data", Folder]);
        Assert.That((ran.Exit, owner.Query(r => r.GetInt64(0), "SELECT count(*) FROM customerio_people")[0]), Is.EqualTo((0, 3L)), ran.ToString());
        await FailsAsync("connection", "permission denied", "export", "segments", "--to", "postgres:" + builder);
    }

    [Test]
    public async Task TwoExportsToOneFile_BothEndWell()
    {
        await FillAsync(2000);
        var file = Path.Combine(Folder, "x.csv");
        var ran = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _tool.RunAsync(["export", "people", "--to", file, "--data", Folder])));
        Assert.That(ran.Select(r => r.Exit), Is.All.Zero, string.Join('\n', ran.AsEnumerable()));
        Assert.That(File.ReadAllLines(file), Has.Length.EqualTo(2001));
        Assert.That(Directory.GetFiles(Folder, "*.part"), Is.Empty);
    }

    [Test]
    public async Task AFullDiskUnderTheJournal_IsUnavailable()
    {
        await using var disk = Disk.Mount("128k", false);
        await File.WriteAllBytesAsync(Path.Combine(disk.Folder, "ballast"), new byte[96 << 10]);
        var ran = await _tool.RunAsync(["import", "people", "--from", Write("p.csv", People), "--data", disk.Folder, "--json"]);
        Check(ran, "unavailable", "jobs.db");
    }

    private static readonly Dictionary<string, int> s_exits = new()
    {
        ["input"] = 2,
        ["connection"] = 3,
        ["unavailable"] = 6,
    };

    private async Task FailsAsync(string kind, string says, params string[] args) =>
        Check(await _tool.RunAsync([.. args, "--data", Folder, "--json"]), kind, says, string.Join(' ', args));

    private static void Check(Ran ran, string kind, string says, string what = "")
    {
        Assert.That(ran.Error, Does.Not.Contain("defect").And.Not.Contains("   at ").And.Not.Contains("s3cret").And.Not.Contains(".part"), what);
        Assert.That((ran.Exit, (string?)ran.Json["error"]?["kind"]), Is.EqualTo((s_exits[kind], kind)), $"{what}\n{ran}");
        Assert.That((string?)ran.Json["error"]!["message"], Does.Contain(says).IgnoreCase, what);
    }

    private async Task FillAsync(int people)
    {
        using var connector = new CustomerIoConnector();
        foreach (var some in Enumerable.Range(0, people).Chunk(1000))
        {
            await connector.RunAsync(
                "batch",
                new JObject
                {
                    ["operations"] = new JArray(
                        some.Select(i => new JObject
                        {
                            ["action"] = "identify",
                            ["input"] = new JObject
                            {
                                ["id"] = $"p{i}",
                                ["customerData"] = new JObject { ["v"] = new string('x', 100) },
                            },
                        })
                    ),
                },
                Connection
            );
        }
    }

    private string FilledTable(int rows)
    {
        var file = Path.Combine(Folder, "crm.db");
        using var create = Database.Parse("sqlite:" + file)!.Open(create: true);
        create.Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT)");
        create.Execute($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) INSERT INTO people SELECT 'u' || i, 'pro' FROM n");
        return file;
    }

    private string Sync(string database) =>
        Write(
            $"{Guid.NewGuid():n}.json",
            new JObject
            {
                ["name"] = "s",
                ["database"] = database,
                ["table"] = "people",
                ["attributes"] = new JObject { ["plan"] = "plan" },
            }.ToString()
        );

    /// <summary>Makes what stands at a path; what it answers holds it.</summary>
    private static FileStream? Make(string how, string path)
    {
        switch (how)
        {
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "pipe":
                using (var process = Process.Start("mkfifo", [path]))
                {
                    process.WaitForExit();
                }

                break;
            case "held":
                File.WriteAllText(path, path.EndsWith("e.csv", StringComparison.Ordinal) ? "_row,_reason,_field,_message,id\n" : People);
                return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            case "other":
                File.WriteAllText(path, "name\nAda, who is no row and is longer than what a database begins with, so that it is not taken for an empty one.\n");
                break;
            case "utf-16":
                File.WriteAllText(path, People, System.Text.Encoding.Unicode);
                break;
            case "unreadable":
                if (Environment.UserName == "root")
                {
                    Assert.Ignore("root may read everything, so this test did not run.");
                }

                File.WriteAllText(path, People);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(path, UnixFileMode.None);
                }

                break;
        }

        return null;
    }

    private static SqliteConnection Holding(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        connection.Execute("BEGIN EXCLUSIVE");
        return connection;
    }

    /// <summary>A small disk, which only root can make.</summary>
    private sealed class Disk : IAsyncDisposable
    {
        private Disk(string folder) => Folder = folder;

        public string Folder { get; }

        public static Disk Mount(string size, bool readOnly)
        {
            if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            {
                Assert.Ignore("A small disk can be mounted by root only, so this test did not run.");
            }

            var folder = Directory.CreateTempSubdirectory("disk-").FullName;
            if (Run("mount", "-t", "tmpfs", "-o", $"size={size}{(readOnly ? ",ro" : "")}", "tmpfs", folder) != 0)
            {
                Directory.Delete(folder);
                Assert.Ignore("This system lets nobody mount a disk, so this test did not run.");
            }

            return new Disk(folder);
        }

        public ValueTask DisposeAsync()
        {
            // The commands run in this process, whose pool holds their databases.
            SqliteConnection.ClearAllPools();
            Run("umount", Folder);
            Directory.Delete(Folder);
            return ValueTask.CompletedTask;
        }

        private static int Run(string program, params string[] args)
        {
            using var process = Process.Start(program, args);
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
