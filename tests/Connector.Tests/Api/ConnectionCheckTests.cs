using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>What <c>check</c> says of each key, against a workspace that lives in one region and knows its keys.</summary>
public class ConnectionCheckTests
{
    private const string Site = "11111111111111111111",
        Key = "22222222222222222222",
        App = "33333333333333333333333333333333",
        Pipelines = "pipelines-key";

    [Test]
    public async Task CheckAsync_NothingSet_SaysNotSetAndAsksNobody()
    {
        using var bench = new Bench();
        var report = await bench.Connector.CheckAsync(new Connection());
        Assert.That(
            report.Credentials.Select(c => (c.Name, c.State)),
            Is.EqualTo(
                new[]
                {
                    ("track", CredentialState.NotSet),
                    ("app", CredentialState.NotSet),
                    ("pipelines", CredentialState.NotSet),
                    ("webhook", CredentialState.NotSet),
                }
            )
        );
        Assert.That((report.Passed, report.Region, report.EnvironmentId), Is.EqualTo((false, Region.Auto, (long?)null)));
    }

    [TestCase(Region.Us)]
    [TestCase(Region.Eu)]
    public async Task CheckAsync_AllKeysRight_WorkAndTellTheRegion(Region home)
    {
        using var bench = Workspace(home);
        var report = await bench.Connector.CheckAsync(
            new Connection
            {
                SiteId = Site,
                ApiKey = Key,
                AppApiKey = App,
                PipelinesApiKey = Pipelines,
                WebhookSigningKey = "w",
            }
        );
        Assert.That(
            report.Credentials.Select(c => c.State),
            Is.EqualTo(new[] { CredentialState.Works, CredentialState.Works, CredentialState.Works, CredentialState.Unknown }),
            Words(report)
        );
        Assert.That((report.Passed, report.Region, report.EnvironmentId), Is.EqualTo((true, home, (long?)3)));
        Assert.That(report.Credentials[0].Message, Does.Contain($"in the {home.ToString().ToUpperInvariant()}"));
        Assert.That(
            JToken.DeepEquals(
                report.ToJson()["credentials"]![0],
                new JObject
                {
                    ["name"] = "track",
                    ["state"] = "works",
                    ["message"] = report.Credentials[0].Message,
                }
            ),
            Is.True
        );
        Assert.That((string?)report.ToJson()["region"], Is.EqualTo(home == Region.Us ? "us" : "eu"));
    }

    [TestCase(Region.Us, Region.Eu)]
    [TestCase(Region.Eu, Region.Us)]
    public async Task CheckAsync_WrongRegionSet_IsFoundByAskingBothHosts(Region home, Region set)
    {
        // A host may refuse or redirect the other region's keys; either way both are asked.
        foreach (var stranger in new[] { Answer.Status(401), Answer.Status(307, headers: ("Location", "https://elsewhere.customer.io/")) })
        {
            using var bench = Workspace(home, stranger);
            var report = await bench.Connector.CheckAsync(
                new Connection
                {
                    SiteId = Site,
                    ApiKey = Key,
                    Region = set,
                }
            );
            Assert.That((report.Passed, report.Region, report.Credentials[0].State), Is.EqualTo((false, home, CredentialState.Refused)));
            Assert.That(
                report.Credentials[0].Message,
                Does.Contain("valid")
                    .And.Contains($"in the {home.ToString().ToUpperInvariant()}")
                    .And.Contains($"Set it to {(home == Region.Us ? "us" : "eu")}")
            );
            Assert.That(bench.Wire.Requests.Select(r => new Uri(r.Url).Host).Distinct().Count(), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task CheckAsync_HostThatServesBothRegions_StillFindsTheWrongRegion()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Ok("""{"region":"eu","environment_id":3}""")));
        var report = await bench.Connector.CheckAsync(
            new Connection
            {
                SiteId = Site,
                ApiKey = Key,
                Region = Region.Us,
            }
        );
        Assert.That((report.Passed, report.Region), Is.EqualTo((false, Region.Eu)));
    }

    [Test]
    public async Task CheckAsync_FoundRegion_IsRememberedForRuns()
    {
        using var bench = Workspace(Region.Eu);
        var connection = new Connection { SiteId = Site, ApiKey = Key };
        await bench.Connector.CheckAsync(connection);
        var asked = bench.Wire.Requests.Count;
        await bench.RunAsync("identify", """{"id":"u1"}""", connection);
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(asked + 1));
    }

    [TestCase(Key, Site, "Swap the two values")]
    [TestCase(Site, Site, "same value stands in both fields")]
    [TestCase(Site, "44444444444444444444", "does not know this Site ID and API key as a pair")]
    [TestCase(Site, App, "looks like an App API key")]
    [TestCase(Site, "2222222222", "has 10 characters, while Track keys have 20 or 64")]
    public async Task SG17_CheckAsync_WrongTrackKeys_AreRefusedWithTheReason(string siteId, string apiKey, string why)
    {
        using var bench = Workspace(Region.Us);
        var report = await bench.Connector.CheckAsync(new Connection { SiteId = siteId, ApiKey = apiKey });
        Assert.That((report.Passed, report.Credentials[0].State), Is.EqualTo((false, CredentialState.Refused)));
        Assert.That(report.Credentials[0].Message, Does.Contain(why));
    }

    [TestCase(null, Key, "the Site ID is not")]
    [TestCase(Site, null, "the API key is not")]
    public async Task CheckAsync_HalfAPair_IsRefusedWithoutAsking(string? siteId, string? apiKey, string why)
    {
        using var bench = new Bench();
        var report = await bench.Connector.CheckAsync(new Connection { SiteId = siteId, ApiKey = apiKey });
        Assert.That(report.Credentials[0].State, Is.EqualTo(CredentialState.Refused));
        Assert.That(report.Credentials[0].Message, Does.Contain(why));
    }

    [TestCase(Key, "looks like a Track API key")]
    [TestCase("99999999999999999999999999999999", "does not know this App API key")]
    public async Task CheckAsync_WrongAppKey_IsRefusedWithTheReason(string app, string why)
    {
        using var bench = Workspace(Region.Us);
        var report = await bench.Connector.CheckAsync(
            new Connection
            {
                SiteId = Site,
                ApiKey = Key,
                AppApiKey = app,
            }
        );
        Assert.That(report.Credentials.Take(2).Select(c => c.State), Is.EqualTo(new[] { CredentialState.Works, CredentialState.Refused }));
        Assert.That(report.Credentials[1].Message, Does.Contain(why));
    }

    [Test]
    public async Task CheckAsync_AppKeyAlone_FindsItsRegion()
    {
        using var bench = Workspace(Region.Eu);
        var report = await bench.Connector.CheckAsync(new Connection { AppApiKey = App });
        Assert.That((report.Region, report.Credentials[1].State), Is.EqualTo((Region.Eu, CredentialState.Works)));
    }

    [Test]
    public async Task CheckAsync_AppKeyOfAnotherRegion_IsRefused()
    {
        using var bench = new Bench(
            Wire.Always(r =>
                new Uri(r.Url).Host switch
                {
                    "track.customer.io" => Answer.Ok("""{"region":"us","environment_id":3}"""),
                    "api-eu.customer.io" => Answer.Ok(),
                    _ => Answer.Status(401),
                }
            )
        );
        var report = await bench.Connector.CheckAsync(
            new Connection
            {
                SiteId = Site,
                ApiKey = Key,
                AppApiKey = App,
            }
        );
        Assert.That(report.Credentials[1].State, Is.EqualTo(CredentialState.Refused));
        Assert.That(report.Credentials[1].Message, Does.Contain("valid, but in the EU"));
    }

    [Test]
    public async Task CheckAsync_AppKeyWithFewPermissions_Works()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(403)));
        Assert.That((await bench.Connector.CheckAsync(new Connection { AppApiKey = App })).Credentials[1].State, Is.EqualTo(CredentialState.Works));
    }

    [Test]
    public async Task CheckAsync_WrongPipelinesKey_IsRefusedThoughTheApiTakesAnyKey()
    {
        using var bench = Workspace(Region.Us);
        var report = await bench.Connector.CheckAsync(new Connection { PipelinesApiKey = "wrong" });
        Assert.That(report.Credentials[2].State, Is.EqualTo(CredentialState.Refused));
        Assert.That(bench.Wire.Only.Header("X-Strict-Mode"), Is.EqualTo("1"));
    }

    [Test]
    public async Task CheckAsync_NetworkDown_IsNotTested()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.NotSent(HttpRequestError.NameResolutionError)));
        var report = await bench.Connector.CheckAsync(
            new Connection
            {
                SiteId = Site,
                ApiKey = Key,
                AppApiKey = App,
                PipelinesApiKey = Pipelines,
            }
        );
        Assert.That(report.Credentials.Take(3).Select(c => c.State), Is.All.EqualTo(CredentialState.Unknown));
        Assert.That(report.Credentials.Take(3).Select(c => c.Message), Is.All.StartsWith("Not tested.").And.All.Contains("DNS"));
        Assert.That(report.Passed, Is.False);
    }

    [TestCase("""{"region":"mars"}""")]
    [TestCase("""{"region":2}""")]
    [TestCase("""{"region":{}}""")]
    [TestCase("<html>")]
    [TestCase("[]")]
    public async Task CheckAsync_AnswerFromSomethingElse_IsNotTested(string answer)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Ok(answer)));
        var report = await bench.Connector.CheckAsync(
            new Connection
            {
                SiteId = Site,
                ApiKey = Key,
                BaseUrl = "http://127.0.0.1:1",
            }
        );
        Assert.That((report.Credentials[0].State, report.Region), Is.EqualTo((CredentialState.Unknown, Region.Auto)));
    }

    [Test]
    public async Task CheckAsync_BaseUrl_AsksOnlyThere()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Ok("""{"region":"eu","environment_id":3}""")));
        var report = await bench.Connector.CheckAsync(
            new Connection
            {
                SiteId = Site,
                ApiKey = Key,
                AppApiKey = App,
                PipelinesApiKey = Pipelines,
                BaseUrl = "http://127.0.0.1:1",
                Region = Region.Us,
            }
        );
        Assert.That(
            bench.Wire.Requests.Select(r => r.Url),
            Is.EqualTo(new[] { "http://127.0.0.1:1/api/v1/accounts/region", "http://127.0.0.1:1/v1/workspaces", "http://127.0.0.1:1/v1/batch" })
        );
        Assert.That(report.Passed, Is.True);
    }

    [Test]
    public async Task CheckAsync_Cancelled_IsCancelled()
    {
        using var bench = new Bench(Answer.Hang());
        using var cancel = new CancellationTokenSource();
        var check = bench.Connector.CheckAsync(new Connection { SiteId = Site, ApiKey = Key }, cancel.Token);
        await bench.Wire.WhenRequested(1);
        await cancel.CancelAsync();
        Assert.That(Assert.ThrowsAsync<ConnectorException>(() => check)!.Kind, Is.EqualTo(FailureKind.Cancelled));
    }

    [TestCase(Key)]
    [TestCase(App)]
    public async Task CheckAsync_AnyRefusal_ShowsNoKey(string wrong)
    {
        using var bench = new Bench(Wire.Always(r => Answer.Status(401, $$$"""{"meta":{"error":"{{{r.Header("Authorization")}}} {{{wrong}}}"}}""")));
        var report = await bench.Connector.CheckAsync(
            new Connection
            {
                SiteId = Site,
                ApiKey = wrong,
                AppApiKey = wrong,
                PipelinesApiKey = wrong,
            }
        );
        Assert.That(Words(report) + report + report.ToJson(), Does.Not.Contain(wrong));
    }

    private static string Words(ConnectionReport report) => string.Join('\n', report.Credentials);

    private static Bench Workspace(Region home, Answer? stranger = null) =>
        new(
            Wire.Always(request =>
            {
                var host = new Uri(request.Url).Host;
                var isHome = host.Contains("-eu.", StringComparison.Ordinal) == (home == Region.Eu);
                string Basic(string user, string password) => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password}"));
                var right =
                    request.Header("Authorization")
                    == (
                        host[..3] switch
                        {
                            "tra" => Basic(Site, Key),
                            "api" => "Bearer " + App,
                            _ => Basic(Pipelines, ""),
                        }
                    );
                return right && isHome ? Answer.Ok($$"""{"region":"{{(home == Region.Us ? "us" : "eu")}}","environment_id":3}""")
                    : right ? stranger ?? Answer.Status(401)
                    : Answer.Status(401);
            })
        );
}
