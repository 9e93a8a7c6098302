using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Model;

public class ConnectionTests
{
    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["CUSTOMERIO_SITE_ID"] = "the-site",
        ["CUSTOMERIO_API_KEY"] = "secret-track",
        ["CUSTOMERIO_APP_API_KEY"] = "secret-app",
        ["CUSTOMERIO_PIPELINES_API_KEY"] = "secret-pipelines",
        ["CUSTOMERIO_WEBHOOK_SIGNING_KEY"] = "secret-webhook",
        ["CUSTOMERIO_REGION"] = "EU",
        ["CUSTOMERIO_BASE_URL"] = "http://127.0.0.1:8080",
        ["CUSTOMERIO_RATE_LIMIT"] = "12.5",
        ["CUSTOMERIO_TOTAL_TIMEOUT"] = "30000",
    };

    [Test]
    public void FromEnvironment_AllVariables_AreRead()
    {
        var c = Connection.FromEnvironment(s_environment.GetValueOrDefault);
        Assert.That(
            (c.SiteId, c.ApiKey, c.AppApiKey, c.PipelinesApiKey, c.WebhookSigningKey, c.Region, c.BaseUrl, c.RateLimit, c.TotalTimeout),
            Is.EqualTo(
                (
                    "the-site",
                    "secret-track",
                    "secret-app",
                    "secret-pipelines",
                    "secret-webhook",
                    Region.Eu,
                    "http://127.0.0.1:8080",
                    (double?)12.5,
                    TimeSpan.FromSeconds(30)
                )
            )
        );
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("  ")]
    public void FromEnvironment_AbsentOrEmpty_IsNotSet(string? value)
    {
        var c = Connection.FromEnvironment(_ => value);
        Assert.That(
            (c.Name, c.SiteId, c.ApiKey, c.AppApiKey, c.PipelinesApiKey, c.WebhookSigningKey, c.Region, c.BaseUrl, c.RateLimit, c.TotalTimeout),
            Is.EqualTo(
                (
                    "default",
                    (string?)null,
                    (string?)null,
                    (string?)null,
                    (string?)null,
                    (string?)null,
                    Region.Auto,
                    (string?)null,
                    (double?)null,
                    TimeSpan.FromSeconds(120)
                )
            )
        );
    }

    [Test]
    public void FromEnvironment_SpacesAroundAValue_AreDropped() =>
        Assert.That(Connection.FromEnvironment(n => n == "CUSTOMERIO_REGION" ? " us\n" : null).Region, Is.EqualTo(Region.Us));

    [TestCase("CUSTOMERIO_REGION", "mars")]
    [TestCase("CUSTOMERIO_RATE_LIMIT", "many")]
    [TestCase("CUSTOMERIO_RATE_LIMIT", "-1")]
    [TestCase("CUSTOMERIO_RATE_LIMIT", "NaN")]
    [TestCase("CUSTOMERIO_RATE_LIMIT", "1,5")]
    [TestCase("CUSTOMERIO_TOTAL_TIMEOUT", "999")]
    [TestCase("CUSTOMERIO_TOTAL_TIMEOUT", "86400001")]
    [TestCase("CUSTOMERIO_TOTAL_TIMEOUT", "2m")]
    public void FromEnvironment_ValueThatCannotBe_NamesTheVariable(string name, string value)
    {
        var failure = Assert.Throws<ConnectorException>(() => Connection.FromEnvironment(n => n == name ? value : null))!;
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(failure.Message, Does.Contain(name));
    }

    [Test]
    public void FromJson_AllFields_AreRead()
    {
        var c = Connection.FromJson(
            Bench.Json(
                """{"name":"prod","siteId":"s","apiKey":"k","appApiKey":"a","pipelinesApiKey":"p","webhookSigningKey":"w","region":"us","baseUrl":"https:"""
                    + """//x","rateLimit":5,"totalTimeout":1000}"""
            )
        );
        Assert.That(
            (c.Name, c.SiteId, c.ApiKey, c.AppApiKey, c.PipelinesApiKey, c.WebhookSigningKey, c.Region, c.BaseUrl, c.RateLimit, c.TotalTimeout),
            Is.EqualTo(("prod", "s", "k", "a", "p", "w", Region.Us, "https://x", (double?)5, TimeSpan.FromSeconds(1)))
        );
        Assert.That(Connection.FromJson([]).ApiKey, Is.Null);
        Assert.That(Connection.FromJson(Bench.Json("""{"apiKey":null,"siteId":"","rateLimit":"","region":null}""")).SiteId, Is.Null);
    }

    [TestCase("""{"apikey":"secret"}""", "apikey")]
    [TestCase("""{"apiKey":{"value":"secret"}}""", "apiKey")]
    [TestCase("""{"apiKey":["secret"]}""", "apiKey")]
    [TestCase("""{"region":"mars"}""", "region")]
    [TestCase("""{"region":true}""", "region")]
    [TestCase("""{"rateLimit":"x"}""", "rateLimit")]
    public void FromJson_FieldThatCannotBe_IsNamedWithoutItsValue(string json, string field)
    {
        var failure = Assert.Throws<ConnectorException>(() => Connection.FromJson(Bench.Json(json)))!;
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(failure.Message, Does.Contain($"\"{field}\"").And.Not.Contains("secret"));
    }

    [Test]
    public void ToString_AllKeys_ShowsNoneOfThem()
    {
        var text = Connection.FromEnvironment(s_environment.GetValueOrDefault).ToString();
        Assert.That(text, Is.EqualTo("Connection default (region eu; keys: track, app, pipelines, webhook)"));
        Assert.That(new Connection().ToString(), Is.EqualTo("Connection default (region auto; keys: none)"));
    }

    [TestCase("http://example.com")]
    [TestCase("http://127.0.0.1.evil.example.com")]
    [TestCase("http://localhost.example.com")]
    [TestCase("http://0.0.0.0:80")]
    [TestCase("http://192.168.1.1")]
    [TestCase("https://user:secret@example.com")]
    [TestCase("http://user@127.0.0.1")]
    [TestCase("https://example.com?secret=1")]
    [TestCase("https://example.com#secret")]
    [TestCase("ftp://127.0.0.1")]
    [TestCase("file:///etc/passwd")]
    [TestCase("127.0.0.1:8080")]
    [TestCase("//127.0.0.1")]
    [TestCase("/path")]
    [TestCase("https://")]
    [TestCase("nonsense")]
    public async Task RunAsync_BaseUrlThatCannotBe_IsAConnectionErrorAndNothingIsSent(string baseUrl)
    {
        using var bench = new Bench();
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = baseUrl,
        };
        var failure = await bench.FailAsync("identify", """{"id":"u1"}""", connection);
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Connection, 0)));
        Assert.That(failure.Message, Does.StartWith("The base URL").And.Not.Contains("secret"));
        Assert.That(Assert.ThrowsAsync<ConnectorException>(() => bench.Connector.CheckAsync(connection))!.Kind, Is.EqualTo(FailureKind.Connection));
    }

    [TestCase("http://127.0.0.1:8080")]
    [TestCase("http://127.1:8080")]
    [TestCase("http://localhost")]
    [TestCase("http://[::1]:8080")]
    [TestCase("https://example.com/path/")]
    public async Task RunAsync_BaseUrlThatCanBe_IsUsed(string baseUrl)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync(
            "identify",
            """{"id":"u1"}""",
            new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                BaseUrl = baseUrl,
            }
        );
        Assert.That(bench.Wire.Only.Url, Is.EqualTo(new Uri(baseUrl).AbsoluteUri.TrimEnd('/') + "/api/v1/customers/u1"));
    }

    [TestCase(null, null, "Site ID and the API key are not set")]
    [TestCase("s", null, "The API key is not set")]
    [TestCase(null, "k", "The Site ID is not set")]
    [TestCase("", "", "Site ID and the API key are not set")]
    [TestCase("s", "", "The API key is not set")]
    [TestCase("s", "two words", "The API key holds a space")]
    [TestCase("s", "line\n", "The API key holds a space")]
    [TestCase("ü", "k", "The Site ID holds a space")]
    public async Task RunAsync_KeysThatCannotWork_AreNamedAndNothingIsSent(string? siteId, string? apiKey, string words)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "identify",
            """{"id":"u1"}""",
            new Connection
            {
                SiteId = siteId,
                ApiKey = apiKey,
                Region = Region.Us,
            }
        );
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Connection, 0)));
        Assert.That(failure.Message, Does.Contain(words).And.Not.Contains("two words"));
    }

    [Test]
    public async Task RunAsync_TwoConnectionsAtOnce_NeverMixTheirKeys()
    {
        using var bench = new Bench(Wire.Ok());
        await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(i =>
                    Task.Run(() =>
                        bench.RunAsync(
                            "identify",
                            new JObject { ["id"] = $"u{i}" },
                            new Connection
                            {
                                SiteId = $"s{i}",
                                ApiKey = "k",
                                Region = i % 2 == 0 ? Region.Us : Region.Eu,
                            }
                        )
                    )
                )
        );
        foreach (var request in bench.Wire.Requests)
        {
            var i = int.Parse(request.Url.Split("/u")[1]);
            Assert.That(request.Header("Authorization"), Is.EqualTo("Basic " + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"s{i}:k"))));
            Assert.That(new Uri(request.Url).Host, Is.EqualTo(i % 2 == 0 ? "track.customer.io" : "track-eu.customer.io"));
        }
    }
}
