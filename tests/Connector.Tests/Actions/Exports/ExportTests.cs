using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Exports;

public class ExportTests
{
    [TestCase("pending", 1, null)]
    [TestCase("done", 2, "https://files.example.com/9")]
    public async Task GetExport_Link_IsAskedForWhenDone(string status, int requests, string? url)
    {
        using var bench = new Bench(Answer.Ok($$$"""{"export":{"id":9,"status":"{{{status}}}"}}"""), Answer.Ok("""{"url":"https://files.example.com/9"}"""));
        var result = await bench.RunAsync("get-export", """{"export":9}""");
        Assert.That((bench.Wire.Requests.Count, (string?)result.Data["url"]), Is.EqualTo((requests, url)));
    }

    [Test]
    public async Task GetExport_Inline_HandsTheFileOnWithoutSendingTheKey()
    {
        using var bench = new Bench(Done, Link, Answer.Bytes(200, "id\n1\n"u8.ToArray(), "text/csv"));
        var result = await bench.RunAsync("get-export", """{"export":9,"download":"inline","link":false}""");
        Assert.That(
            ((string?)result.Data["text"], (long?)result.Data["bytes"], result.Data["url"]),
            Is.EqualTo(("id\n1\n", 5L, (Newtonsoft.Json.Linq.JToken?)null))
        );
        Assert.That((bench.Wire.Requests[2].Url, bench.Wire.Requests[2].Header("Authorization")), Is.EqualTo(("https://files.example.com/9", (string?)null)));
    }

    [Test]
    public async Task GetExport_ToAFile_WritesItWholeAndNeverOverOneThatIsThere()
    {
        var file = Path.Combine(Path.GetTempPath(), $"export-{Guid.NewGuid():N}.csv");
        try
        {
            using var bench = new Bench(Done, Link, Answer.Bytes(200, "id\n1\n"u8.ToArray(), "text/csv"), Done, Link);
            var input = new Newtonsoft.Json.Linq.JObject
            {
                ["export"] = 9,
                ["download"] = "file",
                ["file"] = file,
            };
            Assert.That((string?)(await bench.RunAsync("get-export", input)).Data["file"], Is.EqualTo(file));
            Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("id\n1\n"));
            var failure = await bench.FailAsync("get-export", input);
            Assert.That((failure.Kind, failure.Problems.Single().Path, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Input, "/file", 5)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestCase("https://files.example.com/9", 403, "could not be fetched (403)")]
    [TestCase("http://files.example.com/9", 0, "not https")]
    [TestCase("https://files.example.com/9", 302, "could not be fetched (302)")]
    public async Task GetExport_FileCannotBeFetched_LeavesNoHalfFile(string url, int status, string expected)
    {
        var file = Path.Combine(Path.GetTempPath(), $"export-{Guid.NewGuid():N}.csv");
        using var bench = new Bench(Done, Answer.Ok($$"""{"url":"{{url}}"}"""), Answer.Status(status == 0 ? 200 : status));
        var failure = await bench.FailAsync(
            "get-export",
            new Newtonsoft.Json.Linq.JObject
            {
                ["export"] = 9,
                ["download"] = "file",
                ["file"] = file,
            }
        );
        Assert.That((failure.Message.Contains(expected, StringComparison.Ordinal), Left(file)), Is.EqualTo((true, 0)), failure.Message);
    }

    [TestCase(2 << 20, null, FailureKind.Input, "/maxMegabytes")]
    [TestCase(100, "gzip", FailureKind.Unavailable, "could not be fetched whole")]
    public async Task GetExport_TooLongOrDamaged_LeavesNoHalfFile(int length, string? encoding, FailureKind kind, string expected)
    {
        var file = Path.Combine(Path.GetTempPath(), $"export-{Guid.NewGuid():N}.csv");
        using var bench = new Bench(Done, Link, Answer.Bytes(200, new byte[length], "text/csv", encoding is null ? [] : [("Content-Encoding", encoding)]));
        var failure = await bench.FailAsync(
            "get-export",
            new Newtonsoft.Json.Linq.JObject
            {
                ["export"] = 9,
                ["download"] = "file",
                ["file"] = file,
                ["maxMegabytes"] = 1,
            }
        );
        Assert.That((failure.Kind, failure.Message.Contains(expected, StringComparison.Ordinal), Left(file)), Is.EqualTo((kind, true, 0)), failure.Message);
    }

    [Test]
    public async Task GetExport_NetworkBreaks_IsNotTheFilesFault()
    {
        var file = Path.Combine(Path.GetTempPath(), $"export-{Guid.NewGuid():N}.csv");
        using var bench = new Bench(Done, Link, Answer.Throws(new IOException("reset")));
        var failure = await bench.FailAsync(
            "get-export",
            new Newtonsoft.Json.Linq.JObject
            {
                ["export"] = 9,
                ["download"] = "file",
                ["file"] = file,
            }
        );
        Assert.That((failure.Kind, Left(file)), Is.EqualTo((FailureKind.Unavailable, 0)), failure.Message);
    }

    [Test]
    public async Task GetExport_FolderThatIsNotThere_IsTheAuthorsToMend()
    {
        using var bench = new Bench(Done, Link, Answer.Ok("id\n"));
        var failure = await bench.FailAsync("get-export", """{"export":9,"download":"file","file":"/no/such/folder/x.csv"}""");
        Assert.That((failure.Kind, failure.Problems.Single().Path), Is.EqualTo((FailureKind.Input, "/file")), failure.Message);
    }

    private static int Left(string file) => Directory.GetFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file) + "*").Length;

    [Test]
    public async Task GetExport_InlineTooLarge_IsRefused()
    {
        using var bench = new Bench(Done, Link, Answer.Bytes(200, new byte[(16 << 20) + 1], "text/csv"));
        Assert.That((await bench.FailAsync("get-export", """{"export":9,"download":"inline"}""")).Problems.Single().Path, Is.EqualTo("/download"));
    }

    [TestCase("""{"export":9,"download":"file"}""")]
    [TestCase("""{"export":9,"file":"/tmp/x.csv"}""")]
    public async Task GetExport_FileAndDownloadDoNotFit_IsRefused(string input)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("get-export", input)).Problems.Single().Path, Is.EqualTo("/file"));
    }

    private static Answer Done => Answer.Ok("""{"export":{"id":9,"status":"done"}}""");

    private static Answer Link => Answer.Ok("""{"url":"https://files.example.com/9"}""");

    [TestCase("{}")]
    [TestCase("""{"campaign":1,"newsletter":2}""")]
    public async Task ExportDeliveries_NotOneSource_IsRefused(string input)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("export-deliveries", input)).Message, Does.Contain("exactly one"));
    }
}
