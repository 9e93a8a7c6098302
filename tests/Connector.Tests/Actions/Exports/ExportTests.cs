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

    [TestCase("{}")]
    [TestCase("""{"campaign":1,"newsletter":2}""")]
    public async Task ExportDeliveries_NotOneSource_IsRefused(string input)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("export-deliveries", input)).Message, Does.Contain("exactly one"));
    }
}
