using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Model;

public class RunResultTests
{
    [Test]
    public async Task ToJson_DeepAnswer_IsStillAResult()
    {
        var deep = new string('[', 64) + new string(']', 64);
        using var bench = new Bench(Answer.Ok(deep));
        var result = await bench.RunAsync("raw-request", """{"url":"/v1/x","method":"GET"}""");
        Assert.That(Values.Json.Text(result.ToJson()["data"]!), Is.EqualTo(deep));
    }
}
