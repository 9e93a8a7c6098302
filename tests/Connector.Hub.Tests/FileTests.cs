using System.Diagnostics;
using System.Runtime.Versioning;
using CustomerIo.Connector.Hub.Ingest;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>What becomes of events when the file that keeps them cannot.</summary>
public class FileTests
{
    private const string Track = """{"userId":"7","event":"Bought","messageId":"m"}""",
        Down = """{"status":503,"times":0}""";
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("connector-file-").FullName;

    [TearDown]
    public void TearDown()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, true);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such mode")]
    [UnsupportedOSPlatform("windows")]
    public async Task Open_FolderAndFiles_AreForThisUserAloneFromTheStart()
    {
        var folder = Path.Combine(_folder, "new");
        await using (var store = EventStore.Open(Path.Combine(folder, "x.db")))
        {
            await store.AddAsync([new("{}", null)], DateTimeOffset.UnixEpoch, 10, 1 << 20);
            Assert.That(File.GetUnixFileMode(folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
            AssertPrivate(folder, 4);
        }

        var wide = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        File.SetUnixFileMode(Path.Combine(folder, "x.db"), wide);
        await using var again = EventStore.Open(Path.Combine(folder, "x.db"));
        await again.AddAsync([new("{}", null)], DateTimeOffset.UnixEpoch, 10, 1 << 20);
        AssertPrivate(folder, 4);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "An open file cannot be removed there")]
    public async Task Serve_FolderRemoved_Is503ThenAndWhatWasTakenBeforeIsDelivered()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        await using var running = await Running.StartAsync(change: o => o with { File = Path.Combine(folder, "ingest.db") });
        await running.TakeAsync("/v1/track", Track);
        Directory.Delete(folder, true);
        Assert.That((await running.PostAsync("/v1/track", Track)).Status, Is.EqualTo(503));
        Assert.That(running.Said, Has.One.Matches("events are answered 503: .* was removed or replaced"), "told once, beside what delivery tells of itself");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "ingest.db"), "");
        Assert.That((await running.PostAsync("/v1/track", Track)).Status, Is.EqualTo(503), "another file in its place");
        await running.UntilAsync(() => running.Events("7").Length == 1, () => "it was not delivered");
    }

    [Test]
    public async Task Serve_FileLocked_Is503SoonAnd200Again()
    {
        await using var running = await Running.StartAsync();
        await using (var other = new SqliteConnection($"Data Source={running.File};Pooling=False"))
        {
            await other.OpenAsync();
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync();
            var clock = Stopwatch.StartNew();
            Assert.That((await running.PostAsync("/v1/track", Track)).Status, Is.EqualTo(503));
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(25)), "not the patience of a job");
        }

        await running.TakeAsync("/v1/track", Track);
        await running.SettleAsync();
        Assert.That(running.Events("7"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Serve_FileDamagedMeanwhile_Is503AndTold()
    {
        await using var running = await Running.StartAsync();
        await running.FaultAsync(Down);
        await FillAsync(running, 12);
        await running.RestartAsync();
        await using (var file = new FileStream(running.File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = 64 << 10;
            await file.WriteAsync(Enumerable.Repeat((byte)0xAA, (int)(file.Length - file.Position)).ToArray());
        }

        await running.UntilAsync(() => running.PostAsync("/v1/track", Track).GetAwaiter().GetResult().Status == 503, () => "it still takes events");
        Assert.That(running.Said, Has.Some.Contains("malformed").Or.Contains("damaged"));
    }

    [Test]
    public async Task Open_DamagedFile_SaysSo()
    {
        var path = Path.Combine(_folder, "x.db");
        await using (var store = EventStore.Open(path))
        {
            await store.AddAsync(
                [.. Enumerable.Range(0, 100).Select(i => new IncomingEvent($$"""{"n":{{i}},"text":"{{new string('x', 2_000)}}"}""", null))],
                DateTimeOffset.UnixEpoch,
                1000,
                1 << 30
            );
        }

        SqliteConnection.ClearAllPools();
        var bytes = await File.ReadAllBytesAsync(path);
        Array.Fill(bytes, (byte)0xAA, 40_960, 40_960);
        await File.WriteAllBytesAsync(path, bytes);
        Refused(path, FailureKind.Input, "is damaged");
        await File.WriteAllTextAsync(path, new string('x', 10_000));
        Refused(path, FailureKind.Input, "is damaged, or no file of the connector's");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no FIFO in the file system")]
    public void Open_SomethingElseInPlaceOfTheFile_SaysSo()
    {
        var path = Path.Combine(_folder, "x.db");
        using (var make = Process.Start("mkfifo", [path]))
        {
            make.WaitForExit();
        }

        Refused(path, FailureKind.Input, path);
        Refused(Directory.CreateDirectory(Path.Combine(_folder, "y.db")).FullName, FailureKind.Input, "must be a file");
    }

    [Test]
    public void Open_ReadOnlyDisk_SaysSo()
    {
        using var disk = SmallDisk.Mount(8);
        disk.MakeReadOnly();
        Refused(Path.Combine(disk.Folder, "x.db"), FailureKind.Input, "cannot be");
    }

    [Test]
    public void Open_FullDisk_IsUnavailable()
    {
        using var disk = SmallDisk.Mount(8);
        disk.Fill();
        Refused(Path.Combine(disk.Folder, "x.db"), FailureKind.Unavailable, "disk is full");
    }

    [Test]
    public async Task Serve_DiskFullWhileCustomerIoIsAway_DeliversAllOnceItIsBackAndTakesEventsAgain()
    {
        using var disk = SmallDisk.Mount(24);
        await using var running = await Running.StartAsync(change: o => o with { File = Path.Combine(disk.Folder, "ingest.db") });
        await running.FaultAsync(Down);
        var taken = await FillAsync(running, 1_000);
        Assert.That(taken, Is.GreaterThan(10));
        disk.Fill();
        // Delivery gives its reserve free for a moment when it notes what it met; what was filled just then took that, too.
        while (new FileInfo(Path.Combine(disk.Folder, "ingest.db.reserve")) is not { Exists: true, Length: 24 << 18 })
        {
            disk.Free();
            taken += await FillAsync(running, 1_000);
            disk.Fill();
        }

        Assert.That(await FillAsync(running, 1), Is.Zero, "it is full");
        Assert.That(running.Ingest.Counts.Queued, Is.EqualTo(taken * 15));

        using var clear = await running.Http.DeleteAsync(new Uri(running.Sandbox.Url, "_sandbox/faults"));
        await running.SettleAsync();
        Assert.That(Enumerable.Range(0, 15).Sum(p => running.Events($"p{p}").Length), Is.EqualTo(taken * 15));
        Assert.That(running.Events("p0"), Is.Unique, "nothing was delivered twice");
        disk.Free();
        await running.TakeAsync("/v1/track", Track);
    }

    /// <summary>Sends batches of 15 events of 30 kB until one is not taken; how many were.</summary>
    private static async Task<int> FillAsync(Running running, int most)
    {
        for (var n = 0; n < most; n++)
        {
            var events = Enumerable
                .Range(0, 15)
                .Select(p =>
                    $$"""{"type":"track","userId":"p{{p}}","event":"e{{n}}","messageId":"m-{{n}}-{{p}}","prop"""
                    + $$"""erties":{"t":"{{new string('x', 30_000)}}"} }"""
                );
            if (await running.PostAsync("/v1/batch", $$"""{"batch":[{{string.Join(',', events)}}]}""") is { Status: not 200 } answer)
            {
                Assert.That(answer.Status, Is.EqualTo(503));
                return n;
            }
        }

        return most;
    }

    private static void Refused(string path, FailureKind kind, string words)
    {
        var opening = Task.Run(() => EventStore.Open(path));
        var failure = Assert.ThrowsAsync<ConnectorException>(() => opening.WaitAsync(TimeSpan.FromSeconds(60)))!;
        Assert.That((failure.Kind, failure.Message), Is.EqualTo((kind, failure.Message)));
        Assert.That(failure.Message, Does.Contain(words).And.Contain(path));
    }

    [UnsupportedOSPlatform("windows")]
    private static void AssertPrivate(string folder, int atLeast) =>
        Assert.That(
            Directory.GetFiles(folder).Select(f => (f, File.GetUnixFileMode(f))).ToArray(),
            Has.Length.AtLeast(atLeast).And.All.Matches<(string, UnixFileMode Mode)>(f => f.Mode == (UnixFileMode.UserRead | UnixFileMode.UserWrite))
        );
}
