using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.People;

public class DeviceTests
{
    private const string Devices = "PUT https://track.customer.io/api/v1/customers/u1/devices";

    [TestCase("ipados")]
    [TestCase("watchos")]
    public async Task AddDevice_OtherApplePlatform_IsSentAsIosWithAWarning(string platform)
    {
        var exchange = new Exchange(Devices, """{"device":{"id":"t","platform":"ios"}}""");
        var result = await exchange.RunAsync("add-device", $$"""{"id":"u1","deviceToken":"t","platform":"{{platform}}"}""");
        Assert.That(result.Warnings.Single(), Does.Contain(platform));
    }

    [Test]
    public async Task AddDevice_Attributes_AreSentAsTexts()
    {
        var exchange = new Exchange(
            Devices,
            """{"device":{"id":"t","platform":"android","last_used":1769851800,"attributes":{"a":"1","b":"true","c":"1.5","d":"x"}}}"""
        );
        await exchange.RunAsync(
            "add-device",
            """{"id":"u1","deviceToken":"t","platform":"android","lastUsed":"2026-01-31T09:30:00Z","deviceAttributes":"""
                + """{"a":1,"b":true,"c":1.5,"d":"x"}}"""
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
        var exchange = new Exchange("DELETE https://track.customer.io/api/v1/customers/u1/devices/a%2Fb%3Ac");
        await exchange.RunAsync("delete-device", """{"id":"u1","deviceToken":"a/b:c"}""");
    }
}
