using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>What a dry run shows in place of sending.</summary>
public class DryRunTests
{
    [TestCase(
        """{"url":"/v1/x","method":"POST","data":{"a":1.50},"headers":{"X-A":"1"},"queryParameters":{"q":"ä"}}""",
        """
            {"method":"POST","url":"https://track.customer.io/api/v1/x?q=%C3%A4","headers":
            {"Authorization":"Basic ***","Content-Type":"application/json","X-A":"1"},
            "body":{"a":1.5},"bytes":9}
            """
    )]
    [TestCase(
        """{"url":"/v1/x","method":"POST","data":"täxt","api":"app"}""",
        """
            {"method":"POST","url":"https://api.customer.io/v1/x","headers":{"Authorization":"Bearer ***","Content-Type":"text/plain; charset=utf-8"},
            "body":"täxt","bytes":5}
            """
    )]
    [TestCase(
        """{"url":"/v1/x","method":"GET"}""",
        """{"method":"GET","url":"https://track.customer.io/api/v1/x","headers":{"Authorization":"Basic ***"},"body":null,"bytes":0}"""
    )]
    public async Task DryRun_ARequest_IsShownWithoutItsKeys(string input, string expected)
    {
        using var bench = new Bench();
        var dry = await bench.Connector.DryRunAsync("raw-request", Bench.Json(input), Bench.Us);
        Assert.That(ConnectorJson.ToText(dry["requests"]!.Single()), Is.EqualTo(string.Concat(expected.Split('\n').Select(line => line.Trim()))));
        Assert.That((dry["warnings"], bench.Wire.Requests.Count), Is.EqualTo((new JArray(), 0)));
    }

    [Test]
    public async Task DryRun_ABodyThatIsNoText_IsShownAsBase64()
    {
        using var bench = new Bench();
        var input = Bench.Json("""{"url":"/v1/x","method":"POST","fileData":{"f":{"base64":"//79"}}}""");
        var request = (await bench.Connector.DryRunAsync("raw-request", input, Bench.Us))["requests"]!.Single();
        var bytes = Convert.FromBase64String((string)request["body"]!["base64"]!);
        Assert.That(bytes, Has.Length.EqualTo((int)request["bytes"]!));
        Assert.That(Convert.ToHexString(bytes), Does.Contain("FFFEFD"));
    }

    [TestCase("http://127.0.0.1:9", "http://127.0.0.1:9/api/v1/customers/u1", 0)]
    [TestCase(null, "https://track.customer.io/api/v1/customers/u1", 1)]
    public async Task DryRun_RegionThatNobodyKnows_IsWarnedOfOnceUnlessABaseUrlStandsForIt(string? baseUrl, string url, int warnings)
    {
        using var bench = new Bench();
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = baseUrl,
        };
        var dry = await bench.Connector.DryRunAsync("identify", Bench.Json("""{"id":"u1"}"""), connection);
        Assert.That((string?)dry["requests"]![0]!["url"], Is.EqualTo(url));
        Assert.That(
            dry["warnings"]!.Select(w => (string)w!),
            Is.EqualTo(Enumerable.Repeat("The region is not known yet; the US host is shown. A real run asks Customer.io first.", warnings))
        );
    }
}
