using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using RichardSzalay.MockHttp;

namespace CustomerIo.Connector.Tests;

public class SmokeTests
{
    [Test]
    public async Task RunAsync_Identify_ReturnsResult()
    {
        var mock = new MockHttpMessageHandler();
        mock.When("https://track-eu.customer.io/api/v1/customers/a%2Fb").Respond("application/json", "{}\n");
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Handler = mock });
        var result = await connector.RunAsync("identify", ConnectorJson.ParseObject("""{"id":"a/b","customerData":{"n":1.50}}"""), new Connection { SiteId = "s", ApiKey = "k", Region = Region.Eu });
        Assert.That(result.ToJson()["request"]!["url"]!.ToString(), Is.EqualTo("https://track-eu.customer.io/api/v1/customers/a%2Fb"));
    }

    [Test]
    public void Check_EmbeddedManifest_IsValid() => ManifestCheck.Check(ManifestSource.Embedded);
}
