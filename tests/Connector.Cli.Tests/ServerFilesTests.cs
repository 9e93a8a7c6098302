using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Sandbox;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>The files of <c>serve</c> and <c>webhooks serve</c> fail in every way that files do: what is answered, said and returned.</summary>
[Platform(Exclude = "Win", Reason = "FIFOs, signals and mounts")]
[NonParallelizable]
[Category("Slow")]
public class ServerFilesTests
{
    private const string Serve = "ingest.db",
        Hooks = "received-events.db";
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(40) };
    private SandboxServer _sandbox = null!;
    private string _data = "";

    [OneTimeSetUp]
    public async Task StartAsync() => _sandbox = await SandboxServer.StartAsync(new SandboxOptions());

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _http.Dispose();
        await _sandbox.DisposeAsync();
    }

    [SetUp]
    public void SetUp() => _data = Directory.CreateTempSubdirectory("server-files-").FullName;

    [TearDown]
    public void TearDown()
    {
        SqliteConnection.ClearAllPools();
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    [Test]
    public Task Start_FileDamaged_Is2([Values(Serve, Hooks)] string file) =>
        DoesNotStartAsync(file, _data, 2, "is damaged", path => File.WriteAllText(path, new string('x', 9_000)));

    [Test]
    public Task Start_FifoInPlaceOfTheFile_Is2([Values(Serve, Hooks)] string file) =>
        DoesNotStartAsync(file, _data, 2, "cannot be used", path => Process.Start("mkfifo", [path]).WaitForExit());

    [Test]
    public Task Start_FolderInPlaceOfTheFile_Is2([Values(Serve, Hooks)] string file) =>
        DoesNotStartAsync(file, _data, 2, "must be a file", path => Directory.CreateDirectory(path));

    [Test]
    public async Task Start_FileLocked_Is6([Values(Serve, Hooks)] string file)
    {
        await using var other = new SqliteConnection($"Data Source={Path.Combine(_data, file)};Pooling=False");
        await DoesNotStartAsync(file, _data, 6, "locked by another process", _ => Execute(other, "BEGIN EXCLUSIVE"));
    }

    [Test]
    public async Task Start_DiskReadOnly_Is2([Values(Serve, Hooks)] string file)
    {
        using var disk = SmallDisk.Mount(4);
        await DoesNotStartAsync(file, disk.Folder, 2, "cannot be", _ => disk.MakeReadOnly());
    }

    [Test]
    public async Task Start_DiskFull_Is6([Values(Serve, Hooks)] string file)
    {
        using var disk = SmallDisk.Mount(4);
        await DoesNotStartAsync(file, disk.Folder, 6, "disk is full", _ => disk.Fill());
    }

    [Test]
    public Task Start_FileInPlaceOfTheFolder_Is2([Values(Serve, Hooks)] string file)
    {
        var folder = Path.Combine(_data, "a file");
        File.WriteAllText(folder, "");
        return DoesNotStartAsync(file, folder, 2, "cannot be made", _ => { });
    }

    [Test]
    public async Task Running_FolderRemoved_Is503AndEndsOnASignal([Values(Serve, Hooks)] string file)
    {
        using var server = await StartAsync(file, _data);
        Assert.That(await PostAsync(file, server.Url, "e1"), Is.EqualTo(200));
        Directory.Delete(_data, recursive: true);
        Assert.That(await PostAsync(file, server.Url, "e2"), Is.EqualTo(503));
        Assert.That((await server.StopAsync()).Error, Does.Contain("was removed or replaced"));
    }

    [Test]
    public async Task Running_FileLocked_Is503AndLater200([Values(Serve, Hooks)] string file)
    {
        using var server = await StartAsync(file, _data);
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(_data, file)};Pooling=False"))
        {
            Execute(other, "BEGIN IMMEDIATE");
            Assert.That(await PostAsync(file, server.Url, "e1"), Is.EqualTo(503));
        }

        Assert.That(await PostAsync(file, server.Url, "e1"), Is.EqualTo(200));
        await server.StopAsync();
    }

    [Test]
    public async Task Running_DiskFull_Is503AndLater200([Values(Serve, Hooks)] string file)
    {
        using var disk = SmallDisk.Mount(4);
        using var server = await StartAsync(file, disk.Folder);
        disk.Fill();
        var status = 200;
        for (var n = 0; n < 500 && status == 200; n++)
        {
            status = await PostAsync(file, server.Url, $"e{n}", new string('x', 20_000));
        }

        Assert.That(status, Is.EqualTo(503));
        File.Delete(Path.Combine(disk.Folder, "filler"));
        Assert.That(await PostAsync(file, server.Url, "last"), Is.EqualTo(200));
        await server.StopAsync();
    }

    [Test]
    public async Task Hooks_ReaderGone_EndsAndPrintsTheRestAtTheNextStart()
    {
        var taken = new List<string>();
        using (var server = await StartAsync(Hooks, _data))
        {
            // Everything that it says at its start: who closes before that ends it there.
            Assert.That(await server.Process.StandardOutput.ReadLineAsync(), Does.StartWith("CUSTOMERIO_WEBHOOK_URL="));
            server.Process.StandardOutput.Close();
            for (var n = 0; n < 6; n++)
            {
                try
                {
                    if (await PostAsync(Hooks, server.Url, $"e{n}") == 200)
                    {
                        taken.Add($"e{n}");
                    }
                }
                catch (HttpRequestException)
                {
                    // It has ended; Customer.io would come again.
                }
            }

            var ran = await server.EndAsync();
            Assert.That((ran.Exit, ran.Error), Is.EqualTo((130, ran.Error)));
            Assert.That(ran.Error, Does.Contain("Nobody reads standard output any longer").And.Not.Contain("defect"));
        }

        Assert.That(taken, Is.Not.Empty);
        await using var next = await ServeProcess.StartAsync(_data);
        Assert.That((await next.WaitForEventsAsync(taken.Count)).Select(e => (string?)e["event_id"]), Is.EqualTo(taken));
    }

    [Test]
    public async Task Hooks_ReaderStuck_EndsSoonOnASignalAndPrintsTheRestAtTheNextStart()
    {
        var ids = Enumerable.Range(0, 40).Select(n => $"e{n}").ToArray();
        string printed;
        using (var server = await StartAsync(Hooks, _data))
        {
            foreach (var id in ids)
            {
                Assert.That(await PostAsync(Hooks, server.Url, id, new string('x', 20_000)), Is.EqualTo(200));
            }

            var clock = Stopwatch.StartNew();
            await SignalAsync(server.Process);
            var error = server.Process.StandardError.ReadToEndAsync();
            await server.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(12)), "the system's own end would come after 15 s");
            Assert.That((server.Process.ExitCode, await error), Is.EqualTo((0, await error)));
            Assert.That(await error, Does.Contain("comes at the next start").And.EndWith("Stopped.\n"));
            printed = await server.Process.StandardOutput.ReadToEndAsync();
        }

        var whole = ids.Where(id => printed.Split('\n').Any(l => l.StartsWith($$"""{"event_id":"{{id}}",""", StringComparison.Ordinal) && l.EndsWith('}')))
            .ToArray();
        Assert.That(whole, Has.Length.LessThan(ids.Length), "the pipe took all, so nothing was stuck");
        await using var next = await ServeProcess.StartAsync(_data);
        await next.WaitForEventsAsync(ids.Length - whole.Length);
        Assert.That(whole.Union(next.Events.Select(e => (string)e["event_id"]!)), Is.EquivalentTo(ids));
    }

    [TestCase("deep", "[", "]", 100)]
    [TestCase("number", "1e999", "", 1)]
    [TestCase("surrogate", "\"half \\ud83d\"", "", 1)]
    public async Task Hooks_WhatNoProgramCanHold_IsTakenWithAWarning(string id, string open, string close, int times)
    {
        var value = string.Concat(Enumerable.Repeat(open, times)) + string.Concat(Enumerable.Repeat(close, times));
        await using var serve = await ServeProcess.StartAsync(_data, more: ["--as", "events"]);
        var body =
            $$"""{"event_id":"{{id}}","object_type":"email","metric":"bounced","timestamp":"""
            + $$"""1700000000,"data":{"recipient":"ada@example.com","odd":{{value}}} }""";
        Assert.That(await Webhooks.PostAsync(_http, serve.Url, Encoding.UTF8.GetBytes(body)), Is.EqualTo(200));
        var printed = (await serve.WaitForEventsAsync(1)).Single();
        await serve.StopAsync();
        Assert.That((string?)printed["messageId"], Is.EqualTo(id));
        Assert.That(serve.Errors, Does.Contain("was taken as text").And.Not.Contain("ada@example.com"));
        var received = await InProcess.OnceAsync("webhooks", "received", "--data", _data);
        Assert.That(received.Lines.Single()["event"]!["data"]!["odd"], Is.Not.Null, received.ToString());
    }

    private async Task DoesNotStartAsync(string file, string folder, int exit, string words, Action<string> spoil)
    {
        spoil(Path.Combine(folder, file));
        var ran = await InProcess.OnceAsync([.. Command(file), "--data", folder], _sandbox, null, ("CUSTOMERIO_WRITE_KEY", "key"));
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((exit, "")), ran.ToString());
        Assert.That(ran.Error, Does.Contain(words).And.Contain(folder).And.Not.Contain("defect"));
        Assert.That(ran.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
    }

    private static string[] Command(string file) => [.. file == Serve ? ["serve"] : (string[])["webhooks", "serve"], "--port", "0"];

    private async Task<Running> StartAsync(string file, string folder)
    {
        var process = Tool.Start(
            [.. Command(file), "--data", folder],
            _sandbox,
            ("CUSTOMERIO_WRITE_KEY", "key"),
            ("CUSTOMERIO_WEBHOOK_SIGNING_KEY", Webhooks.Key)
        );
        return new Running(process, await process.StandardOutput.ReadLineAsync() ?? await process.StandardError.ReadToEndAsync());
    }

    private async Task<int> PostAsync(string file, string url, string id, string filling = "")
    {
        if (file == Hooks)
        {
            var body = $$"""{"event_id":"{{id}}","object_type":"email","metric":"bounced","data":{"filling":"{{filling}}"} }""";
            return await Webhooks.PostAsync(_http, url, Encoding.UTF8.GetBytes(body));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, url + "/v1/track");
        request.Content = new StringContent($$"""{"userId":"7","event":"{{id}}","messageId":"{{id}}","properties":{"filling":"{{filling}}"} }""");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("key:"u8));
        using var response = await _http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static async Task SignalAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private sealed record Running(Process Process, string Url) : IDisposable
    {
        public Task<Ran> EndAsync() => Tool.EndAsync(Process, Task.FromResult(""), Process.StandardError.ReadToEndAsync());

        public async Task<Ran> StopAsync()
        {
            var (output, error) = (Process.StandardOutput.ReadToEndAsync(), Process.StandardError.ReadToEndAsync());
            await SignalAsync(Process);
            var ran = await Tool.EndAsync(Process, output, error);
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
            Assert.That(ran.Error, Does.Not.Contain("defect"));
            return ran;
        }

        public void Dispose()
        {
            if (!Process.HasExited)
            {
                Process.Kill();
            }

            Process.Dispose();
        }
    }
}
