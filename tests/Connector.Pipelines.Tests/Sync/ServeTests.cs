using System.Diagnostics;
using System.Globalization;
using System.Text;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Sync;
using Newtonsoft.Json.Linq;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

[Category("Slow")]
public class ServeTests : Bench
{
    private sealed record Run(string Sync, string Instance, long Started, long? Ended, string Outcome);

    [Test]
    public async Task ThreeMachines_OneKilledInTheMiddleOfARun_EveryRunHappensAndNoneTwiceAtATime()
    {
        var database = await Postgres.DatabaseAsync();
        string[] syncs = ["a", "b", "c", "d"];
        await PrepareAsync(database, syncs, "2s");

        // Slow answers, so that there is a middle of a run.
        await TellAsync(HttpMethod.Post, "faults", """{"match":{"path":"/v1/segments"},"delayMs":400,"times":0}""");
        var machines = Enumerable
            .Range(0, 3)
            .Select(i => Serve("--postgres", database, "--data", Directory.CreateDirectory(Path.Combine(Folder, "m" + i)).FullName))
            .ToList();
        try
        {
            await Eventually.TrueAsync(
                async () =>
                    (await RunsAsync(database)).Where(r => r.Ended is not null).Select(r => r.Instance).Distinct().Count() >= 2
                    && machines.TrueForAll(m => !m.HasExited),
                "two machines have run something"
            );
            Run victim = null!;
            await Eventually.TrueAsync(
                async () =>
                {
                    victim = (await RunsAsync(database)).Find(r => r.Ended is null && Now - r.Started < 300)!;
                    return victim is not null;
                },
                "a run is on its way"
            );
            var killed = machines.Single(m => victim.Instance.Contains($"-{m.Id}-", StringComparison.Ordinal));
            killed.Kill();
            var killedAt = Now;
            machines.Remove(killed);
            await Eventually.TrueAsync(
                async () => (await RunsAsync(database)).Exists(r => r.Sync == victim.Sync && r.Started >= killedAt && r.Ended is not null),
                "another machine has taken the run over"
            );
            foreach (var sync in syncs)
            {
                await ExecuteAsync(database, $"INSERT INTO vip_{sync} VALUES ('u99')");
            }

            foreach (var sync in syncs)
            {
                await Eventually.TrueAsync(async () => (await MembersAsync(sync)) == 51, $"segment {sync} has the new member");
            }

            var runs = await RunsAsync(database);
            foreach (var sync in runs.GroupBy(r => r.Sync))
            {
                var ordered = sync.OrderBy(r => r.Started).ToArray();
                Assert.That(ordered.Zip(ordered.Skip(1)).All(p => (p.First.Ended ?? killedAt) <= p.Second.Started), $"{sync.Key} ran twice at a time");
                Assert.That(
                    ordered.Where(r => r.Ended is null && r.Started < killedAt).Select(r => r.Instance).Distinct(),
                    Is.SubsetOf(new[] { victim.Instance }),
                    "only the killed machine left a run without an end"
                );
                Assert.That(ordered.Where(r => r.Ended is not null).Select(r => r.Outcome), Is.All.Contains("\"failed\":0"));
            }

            Assert.That(runs.Select(r => r.Sync).Distinct(), Is.EquivalentTo(syncs));
        }
        finally
        {
            machines.ForEach(m => m.Kill());
        }
    }

    [Test]
    public async Task TheRate_IsOneForAllMachines()
    {
        var database = await Postgres.DatabaseAsync();
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            BaseUrl = Connection.BaseUrl,
            RateLimit = 20,
        };
        var sources = Enumerable.Range(0, 3).Select(_ => NpgsqlDataSource.Create(database)).ToList();
        var rates = sources.ConvertAll(s => SharedRate.Of(Database.Parse("postgres:" + database)!, s, connection, TimeProvider.System)(ApiName.App)!);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            rates.Select(rate =>
                Task.Run(async () =>
                {
                    for (var i = 0; i < 10; i++)
                    {
                        await rate.WaitAsync(TimeSpan.FromMinutes(1), default);
                    }
                })
            )
        );
        Assert.That(Stopwatch.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromSeconds(1.2)), "20 a second, for all three together, after a few at once");
        rates[0].OnThrottled();
        Assert.That(await rates[1].WaitAsync(TimeSpan.FromMilliseconds(500), default), Is.Null, "one that is told to slow down speaks for all");
        Assert.That(await rates[2].WaitAsync(TimeSpan.FromSeconds(5), default), Is.GreaterThan(TimeSpan.FromMilliseconds(500)));
        sources.ForEach(s => s.Dispose());
    }

    [Test]
    public async Task Alone_ARestartMakesUpForWhatIsDue_AndOnlyForThat()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "syncs"));
        var path = Path.Combine(Folder, "crm.db");
        using (var db = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=" + path))
        {
            db.Open();
            using var command = db.CreateCommand();
            command.CommandText = "CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT); INSERT INTO people VALUES ('u1', 'pro')";
            command.ExecuteNonQuery();
        }

        await File.WriteAllTextAsync(
            Path.Combine(Folder, "syncs", "crm.json"),
            $$"""{"database":"sqlite:{{path}}","table":"people","attributes":{"plan":"plan"},"schedule":"1h"}"""
        );
        for (var i = 0; i < 2; i++)
        {
            using var process = Serve("--data", Folder);
            if (i == 0)
            {
                await Eventually.TrueAsync(() => Task.FromResult(Sandbox.Person("u1") is not null), "the sync has run");
            }

            // What is due runs as soon as it has said that it runs.
            var first = await process.StandardError.ReadLineAsync();
            await Task.Delay(2500);
            using (Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await process.WaitForExitAsync();
            }

            var error = first + await process.StandardError.ReadToEndAsync();
            Assert.That(process.ExitCode, Is.Zero, error);
            Assert.That(error.Contains("crm: 1 read", StringComparison.Ordinal), Is.EqualTo(i == 0), error);
        }
    }

    [TestCase("""{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"}}""", "/schedule")]
    [TestCase("""{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"},"schedule":"soon"}""", "/schedule")]
    [TestCase("""{"database":"sqlite:x.db"}""", "/table")]
    public async Task AWrongFile_IsToldBeforeAnythingRuns(string json, string says)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "syncs"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "syncs", "x.json"), json);
        var ran = await Tool.RunAsync(["sync", "serve", Path.Combine(Folder, "syncs"), "--data", Folder], Sandbox);
        Assert.That((ran.Exit, ran.Error.Contains(says, StringComparison.Ordinal)), Is.EqualTo((2, true)), ran.ToString());
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private Process Serve(params string[] options) => Tool.Start(["sync", "serve", Path.Combine(Folder, "syncs"), .. options], Sandbox);

    private async Task PrepareAsync(string database, string[] syncs, string schedule)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "syncs"));
        using var connector = new CustomerIoConnector();
        await connector.RunAsync(
            "batch",
            new JObject
            {
                ["operations"] = new JArray(
                    Enumerable
                        .Range(0, 100)
                        .Select(i => new JObject
                        {
                            ["action"] = "identify",
                            ["input"] = new JObject { ["id"] = "u" + i },
                        })
                ),
            },
            Connection
        );
        foreach (var sync in syncs)
        {
            await connector.RunAsync("create-segment", new JObject { ["name"] = sync }, Connection);
            await ExecuteAsync(database, $"CREATE TABLE vip_{sync} (id TEXT); INSERT INTO vip_{sync} SELECT 'u' || i FROM generate_series(0, 49) AS i");
            await File.WriteAllTextAsync(
                Path.Combine(Folder, "syncs", sync + ".json"),
                $$"""{"database":"postgres:{{database}}","segment":"{{sync}}","query":"SELECT id FROM vip_{{sync}}","schedule":"{{schedule}}"}""",
                Encoding.UTF8
            );
        }
    }

    private async Task<int> MembersAsync(string segment) =>
        (int)(await AskAsync("segments"))["segments"]!.Single(s => (string?)s["name"] == segment)["members"]!;

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<Run>> RunsAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT sync, instance, started, ended, coalesce(outcome, '') FROM customerio_sync_run ORDER BY id",
            connection
        );
        var runs = new List<Run>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                runs.Add(
                    new Run(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.GetString(4))
                );
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The machines are still starting.
        }

        return runs;
    }
}
