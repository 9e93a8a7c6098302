using System.Diagnostics;
using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

/// <summary>A process that stands still while another one takes its sync over.</summary>
[Category("Slow")]
public class FenceTests : Bench
{
    [TestCase("postgres")]
    [TestCase("sqlite")]
    public async Task AProcessThatWasStoppedAndContinued_WritesNoOldValue(string kind)
    {
        var database = kind == "postgres" ? "postgres:" + await Postgres.DatabaseAsync() : "sqlite:" + Path.Combine(Folder, "crm.db");
        Execute(database, "CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, updated BIGINT)");
        Execute(database, "INSERT INTO people VALUES ('u1', 'old', 1)");
        var file = Write("crm.json", $$"""{"database":"{{database}}","table":"people","attributes":{"plan":"plan"},"updated":"updated"}""");
        string[] run = ["sync", "run", file, "--data", Folder, .. kind == "postgres" ? (string[])["--state", database] : []];

        // The first process has read the row and asks who the person is: there it stands still.
        await TellAsync(HttpMethod.Post, "faults", """{"match":{"path":"/v1/customers/attributes"},"delayMs":2000,"times":0}""");
        using var stopped = Tool.Start(run, Sandbox);
        var (output, error) = (stopped.StandardOutput.ReadToEndAsync(), stopped.StandardError.ReadToEndAsync());
        try
        {
            await Eventually.TrueAsync(
                async () => (await AskAsync("faults"))["faults"]!.Any(f => (int)f["hits"]! > 0) || stopped.HasExited,
                "the first process looks the person up"
            );
            await SignalAsync(stopped, "STOP");
            await TellAsync(HttpMethod.Delete, "faults", "{}");
            Execute(database, "UPDATE people SET plan = 'new', updated = 2");
            if (kind == "sqlite")
            {
                Assert.That((await Tool.RunAsync(run, Sandbox)).Error, Does.Contain("running already"), "a file's lock is held by a process that stands still");
                File.Delete(Path.Combine(Folder, "sync-crm.lock"));
            }

            Ran second;
            var until = DateTime.UtcNow.AddSeconds(60);
            do
            {
                second = await Tool.RunAsync(run, Sandbox);
                Assert.That(DateTime.UtcNow, Is.LessThan(until), second.ToString());
            } while (second.Exit == 2);

            Assert.That((second.Exit, (string?)Attributes("u1")["plan"]), Is.EqualTo((0, "new")), second.ToString());
            await SignalAsync(stopped, "CONT");
            var first = await Tool.EndAsync(stopped, output, error);
            Assert.That(
                (first.Exit, first.Error.Contains("another process has taken it over", StringComparison.Ordinal)),
                Is.EqualTo((6, true)),
                first.ToString()
            );
            Assert.That((string?)Attributes("u1")["plan"], Is.EqualTo("new"));
            Assert.That((await Tool.RunAsync(run, Sandbox)).Exit, Is.Zero);
            Assert.That(((string?)Attributes("u1")["plan"], Query(database, "SELECT plan FROM people")), Is.EqualTo(("new", "new")));
        }
        finally
        {
            stopped.Kill();
        }
    }

    [Test]
    public async Task Tables_OfANewerVersion_AreRefusedInPostgreSqlToo()
    {
        var database = Database.Parse("postgres:" + await Postgres.DatabaseAsync())!;
        await using (SyncLock.TryTake(database, Folder, "crm")!)
        {
            using var connection = database.Open();
            Assert.That(connection.Execute("UPDATE customerio_format SET format = format + 1 WHERE part = 'sync'"), Is.EqualTo(1));
        }

        Assert.That(
            () => SyncLock.TryTake(database, Folder, "crm"),
            Throws
                .TypeOf<ConnectorException>()
                .With.Property("Kind")
                .EqualTo(FailureKind.Input)
                .And.Message.Contains("was written by a newer version of the connector. Update the connector, or name another database.")
        );
    }

    [Test]
    public async Task ALock_IsFreeAtOnceWhenItsSessionIsGone_AndProvesNothingAnyMore()
    {
        var database = Database.Parse("postgres:" + await Postgres.DatabaseAsync())!;
        await using var first = SyncLock.TryTake(database, Folder, "crm")!;
        first.Prove();
        Assert.That(SyncLock.TryTake(database, Folder, "crm"), Is.Null);
        await using (SyncLock.TryTake(database, Folder, "other"))
        {
            using var connection = database.Open();
            connection.Execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid IN (SELECT pid FROM pg_locks WHERE locktype = "
                    + "'advisory' AND pid <> pg_backend_pid())"
            );
        }

        SyncLock? second = null;
        await Eventually.TrueAsync(() => Task.FromResult((second = SyncLock.TryTake(database, Folder, "crm")) is not null), "the lock is free");
        Assert.That(Assert.Throws<ConnectorException>(first.Prove)!.Kind, Is.EqualTo(FailureKind.Unavailable));
        second!.Prove();
        await second.DisposeAsync();
        await using var third = SyncLock.TryTake(database, Folder, "crm");
        Assert.That(third, Is.Not.Null, "whoever ends lets go");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task ALock_WhoseSessionDoesNotAnswer_IsLostAfterFiveSeconds()
    {
        var database = Database.Parse("postgres:" + await Postgres.DatabaseAsync())!;
        await using var held = SyncLock.TryTake(database, Folder, "crm")!;
        using var connection = database.Open();
        var session = (int)connection.Value("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()")!;
        await SignalAsync(session, "STOP");
        try
        {
            await Eventually.TrueAsync(() => Task.FromResult(held.Lost.IsCancellationRequested), "it does not notice", 25);
        }
        finally
        {
            await SignalAsync(session, "CONT");
        }
    }

    private static Task SignalAsync(Process process, string signal) => SignalAsync(process.Id, signal);

    private static async Task SignalAsync(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static void Execute(string database, string sql)
    {
        using var connection = Database.Parse(database)!.Open(create: true);
        connection.Execute(sql);
    }

    private static string Query(string database, string sql)
    {
        using var connection = Database.Parse(database)!.Open();
        return connection.Query(r => r.GetString(0), sql).Single();
    }
}
