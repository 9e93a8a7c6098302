using CustomerIo.Connector.Pipelines.Import;

namespace CustomerIo.Connector.Pipelines.Tests.Import;

/// <summary>What follows a lost chunk, a refused key and a row that Customer.io fails at for ever.</summary>
[Category("Slow")]
public class PoisonTests : Bench
{
    private string Errors => Path.Combine(Folder, "errors.csv");

    [Test]
    public async Task TenPoisonedRows_AreSetAsideWithWhatComesBehind_AndResumeSendsThem()
    {
        const int count = 5000;
        var poisoned = Enumerable.Range(0, 10).Select(i => (i * 487) + 3).ToArray();
        var file = Write("p.csv", "id,n\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"u{i},1\n")) + "u3,2\n");
        foreach (var i in poisoned)
        {
            await TellAsync(HttpMethod.Post, "faults", $$"""{"match":{"body":"\"u{{i}}\""},"status":500,"times":0}""");
        }

        var first = await ImportAsync(ImportKind.People, file, errors: Errors);
        var requests = Sandbox.RequestCount;
        var told = await File.ReadAllLinesAsync(Errors);
        Assert.Multiple(() =>
        {
            Assert.That((first.Succeeded, first.Failed), Is.EqualTo((count - 10L, 11L)));
            Assert.That(told.Skip(1).Select(l => l.Split(',')[1]), Is.All.EqualTo("unavailable"));
            Assert.That(told.Skip(1).Select(l => l.Split(',')[^2]), Is.EqualTo(poisoned.Select(i => "u" + i).Append("u3")));
            Assert.That(first.Notes, Has.Some.Contains("set aside").And.Some.Contains("--resume"));
            Assert.That(requests, Is.LessThan(320));
        });

        // As before, nothing changes; then the fault ends.
        var again = await ImportAsync(ImportKind.People, file, errors: Errors, resume: true);
        Assert.That((again.Succeeded, again.Failed), Is.EqualTo((count - 10L, 11L)));
        Assert.That(await File.ReadAllLinesAsync(Errors), Has.Length.EqualTo(12));
        await TellAsync(HttpMethod.Delete, "faults", "");
        var last = await ImportAsync(ImportKind.People, file, errors: Errors, resume: true);
        Assert.That((last.Succeeded, last.Failed), Is.EqualTo((count + 1L, 0L)));
        Assert.That(await File.ReadAllLinesAsync(Errors), Has.Length.EqualTo(1), "the header alone");
        Assert.That((string?)Attributes("u3")["n"], Is.EqualTo("2"), "in the order of the file");
        var over = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file, errors: Errors, resume: true))!;
        Assert.That(over.Message, Does.Contain("finished"));
    }

    [Test]
    public async Task RefusedWholeThenAPartIsAnswered401_EndsAsConnectionAndResumeSendsTheRest()
    {
        var file = Write("p.csv", "id\n" + string.Concat(Enumerable.Range(0, 8).Select(i => $"u{i}\n")));
        await TellAsync(HttpMethod.Post, "faults", """{"status":400,"times":1}""");
        await TellAsync(HttpMethod.Post, "faults", """{"match":{"body":"\"u5\""},"status":401,"times":0}""");
        var failure = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file, errors: Errors))!;
        Assert.That((failure.Kind, failure.Status), Is.EqualTo((FailureKind.Connection, 401)));
        Assert.That(await File.ReadAllTextAsync(Errors), Does.Not.Contain("rejected"));
        await TellAsync(HttpMethod.Delete, "faults", "");
        var resumed = await ImportAsync(ImportKind.People, file, errors: Errors, resume: true);
        Assert.That((resumed.Succeeded, resumed.Failed), Is.EqualTo((8L, 0L)));
        Assert.That(Enumerable.Range(0, 8).Select(i => Sandbox.Person("u" + i)), Has.None.Null);
    }

    [Test]
    public async Task AChunkLostForGood_StopsTheJobAndResumeGoesOn()
    {
        var pad = new string('x', 900);
        var file = Write("p.csv", "id,pad\n" + string.Concat(Enumerable.Range(0, 1500).Select(i => $"u{i},{pad}\n")));
        await TellAsync(HttpMethod.Post, "faults", """{"status":500,"times":0}""");
        var failure = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file, errors: Errors, connection: Impatient))!;
        Assert.That((failure.Kind, failure.Status), Is.EqualTo((FailureKind.Unavailable, 500)));
        Assert.That(Sandbox.RequestCount, Is.LessThan(60));
        await TellAsync(HttpMethod.Delete, "faults", "");
        var resumed = await ImportAsync(ImportKind.People, file, errors: Errors, resume: true);
        Assert.That((resumed.Succeeded, resumed.Failed), Is.EqualTo((1500L, 0L)));
    }

    [Test]
    public async Task AnOutageOfSomeSeconds_IsWaitedFor()
    {
        await TellAsync(HttpMethod.Post, "faults", """{"status":503,"times":7}""");
        var result = await ImportAsync(ImportKind.People, Write("p.csv", "id\nu1\n"));
        Assert.That((result.Succeeded, Sandbox.RequestCount), Is.EqualTo((1L, 8L)), "a single run would have given up after four");
    }

    [Test]
    public async Task SegmentMembers_AskedToSlowDown_Wait()
    {
        await ImportAsync(ImportKind.People, Write("p.csv", "id\nu1\n"));
        await TellAsync(HttpMethod.Post, "segments", """{"name":"VIP"}""");
        await TellAsync(HttpMethod.Post, "faults", """{"match":{"method":"POST"},"status":429,"times":6}""");
        var result = await ImportAsync(ImportKind.SegmentMembers, Write("s.csv", "id,segment\nu1,VIP\n"));
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((1L, 0L)));
    }

    private Connection Impatient =>
        new()
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            BaseUrl = Sandbox.Url.ToString().TrimEnd('/'),
            TotalTimeout = TimeSpan.FromSeconds(2),
        };
}
