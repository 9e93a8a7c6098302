using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

[NonParallelizable]
[Category("Slow")]
public class ServeTests
{
    private string _data = "";

    [SetUp]
    public void SetUp() => _data = Directory.CreateTempSubdirectory("connector-serve").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_data, recursive: true);

    [Test]
    public async Task Serve_WithoutWriteKeyOrKeys_DoesNotStart()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var withoutKey = await InProcess.OnceAsync(["serve", "--port", "0", "--data", _data], sandbox);
        var withoutKeys = await InProcess.OnceAsync(["serve", "--port", "0", "--data", _data, "--write-key", "k"], null);
        Assert.Multiple(() =>
        {
            Assert.That((withoutKey.Exit, withoutKey.Out), Is.EqualTo((2, "")), withoutKey.ToString());
            Assert.That(withoutKey.Error, Does.Contain("CUSTOMERIO_WRITE_KEY"));
            Assert.That((withoutKeys.Exit, withoutKeys.Out), Is.EqualTo((3, "")), withoutKeys.ToString());
            Assert.That(withoutKeys.Error, Does.Contain("CUSTOMERIO_SITE_ID"));
        });
    }

    [TestCase("--throttle", "0")]
    [TestCase("--queue", "0")]
    [TestCase("--host", "nowhere")]
    [TestCase("--profile", "other")]
    public async Task Serve_WrongOption_IsAUsageError(string option, string value) =>
        Assert.That((await InProcess.OnceAsync("serve", option, value)).Exit, Is.EqualTo(2));

    [TestCase("--queue-name names a queue in PostgreSQL", "serve", "--write-key", "k", "--queue-name", "shop")]
    [TestCase("--queue-name names a queue in PostgreSQL", "serve", "dead-letters", "list", "--queue-name", "shop")]
    [TestCase("--postgres keeps events, webhooks and syncs", "hub", "--parts", "agents", "--postgres", "postgres://nobody@127.0.0.1:1/x")]
    [TestCase("The PostgreSQL connection cannot be read", "import", "people", "--from", "p.csv", "--postgres", "sqlite:x.db")]
    public async Task Database_ThatNothingWouldUse_IsRefused(string words, params string[] args)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var ran = await InProcess.OnceAsync([.. args, "--data", _data], sandbox);
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((2, "")), ran.ToString());
        Assert.That(ran.Error, Does.Contain(words));
    }

    [Test]
    public async Task DeadLetters_InATableThatSomebodyLocks_AreLaterThere()
    {
        var database = Database.Parse(await Postgres.DatabaseAsync() + ";Options=-c lock_timeout=100", isPostgres: true)!;
        await using var store = EventStore.Open(database, "customerio_events", mustExist: false);
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        connection.Execute("LOCK TABLE customerio_events.dead IN ACCESS EXCLUSIVE MODE");
        foreach (var what in new[] { "list", "replay" })
        {
            var ran = await InProcess.OnceAsync("serve", "dead-letters", what, "--postgres", database.ConnectionString);
            Assert.That(
                (ran.Exit, ran.Error.Trim()),
                Is.EqualTo((6, "unavailable: A database failed: canceling statement due to lock timeout. Try again later.")),
                ran.ToString()
            );
        }
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task Serve_TakesEventsAndEndsOnASignal_AndItsDeadLettersCanBeListedAndReplayed()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var process = Tool.Start(["serve", "--port", "0", "--data", _data, "--throttle", "500"], sandbox, ("CUSTOMERIO_WRITE_KEY", "the-key"));
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            var url = await process.StandardOutput.ReadLineAsync();
            Assert.That(url, Does.StartWith("http://127.0.0.1:"));
            Assert.That(await process.StandardOutput.ReadLineAsync(), Is.EqualTo("CUSTOMERIO_INGEST_URL=" + url));
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("the-key:"u8));
            using var content = new StringContent("""{"batch":[{"type":"track","userId":"7","event":"Bought"},{"type":"track","userId":"7"}]}""");
            using var answer = await http.PostAsync(new Uri(url + "/v1/batch"), content);
            Assert.That((int)answer.StatusCode, Is.EqualTo(200));
            await Eventually.TrueAsync(() => sandbox.Person("7")?["events"]?.Any() == true, () => "the event did not arrive");

            // The dead letter is noted after the delivery of the other one.
            Ran list;
            do
            {
                list = await InProcess.OnceAsync("serve", "dead-letters", "list", "--json", "--data", _data);
            } while (!list.Json["deadLetters"]!.Any());
            Assert.That((string?)list.Json["deadLetters"]![0]!["field"], Is.EqualTo("/event"), list.ToString());
            var table = await InProcess.OnceAsync("serve", "dead-letters", "list", "--data", _data);
            Assert.That(table.Out, Does.Match(@"(?m)^1 +[0-9]").And.Contain("/event: is missing"));
            Assert.That(table.Out.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(80));
            var replay = await InProcess.OnceAsync("serve", "dead-letters", "replay", "1", "--json", "--data", _data);
            Assert.That((int)replay.Json["replayed"]!, Is.EqualTo(1));
        }
        finally
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), error);
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        Assert.That(
            ran.Error,
            Does.Contain("Event refused, kept as dead letter 1. input: /event: is missing")
                .And.EndWith("Stopped. What still waits is delivered after the next start.\n")
        );
        Assert.That(ran.ToString(), Does.Not.Contain("the-key"));
    }
}
