using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.People;

public class DeviceTests
{
    [TestCase("ipados")]
    [TestCase("watchos")]
    public async Task AddDevice_OtherApplePlatform_IsSentAsIosWithAWarning(string platform)
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync("add-device", $$"""{"id":"u1","deviceToken":"t","platform":"{{platform}}"}""");
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo("""{"device":{"id":"t","platform":"ios"}}"""));
        Assert.That(result.Warnings.Single(), Does.Contain(platform));
    }

    [Test]
    public async Task AddDevice_Attributes_AreSentAsTexts()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync(
            "add-device",
            """{"id":"u1","deviceToken":"t","platform":"android","lastUsed":"2026-01-31T09:30:00Z","deviceAttributes":"""
                + """{"a":1,"b":true,"c":1.5,"d":"x"}}"""
        );
        Assert.That(
            bench.Wire.Only.BodyText,
            Is.EqualTo("""{"device":{"id":"t","platform":"android","last_used":1769851800,"attributes":{"a":"1","b":"true","c":"1.5","d":"x"}}}""")
        );
    }

    [TestCase("add-device", ".")]
    [TestCase("delete-device", "..")]
    public async Task RunAsync_DotToken_IsRefused(string action, string token)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(action, $$"""{"id":"u1","deviceToken":"{{token}}"{{(action == "add-device" ? ",\"platform\":\"ios\"" : "")}}}""");
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/deviceToken"));
    }

    [Test]
    public async Task DeleteDevice_TokenWithASlash_IsOneSegment()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("delete-device", """{"id":"u1","deviceToken":"a/b:c"}""");
        Assert.That(bench.Wire.Only.Url, Is.EqualTo("https://track.customer.io/api/v1/customers/u1/devices/a%2Fb%3Ac"));
    }
}
