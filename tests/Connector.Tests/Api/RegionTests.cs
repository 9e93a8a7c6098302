using CustomerIo.Connector.Api;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>Which host a request goes to, and how the region is found.</summary>
public class RegionTests
{
    private const string Person = """{"id":"u1"}""";
    private const string Asked = "https://track.customer.io/api/v1/accounts/region";
    private const string SaysEu = """{"url":"https://track-eu.customer.io","region":"eu","environment_id":3}""";

    [Test]
    public async Task RunAsync_Auto_AsksOnceAndRemembers()
    {
        using var bench = new Bench(Answer.Ok(SaysEu), Answer.Ok(), Answer.Ok());
        var connection = Bench.Auto;
        var first = await bench.RunAsync("identify", Person, connection);
        await bench.RunAsync("destroy", Person, connection);
        Assert.That(
            bench.Wire.Requests.Select(r => $"{r.Method} {r.Url}"),
            Is.EqualTo(
                new[] { "GET " + Asked, "PUT https://track-eu.customer.io/api/v1/customers/u1", "DELETE https://track-eu.customer.io/api/v1/customers/u1" }
            )
        );
        Assert.That((first.Request.Count, first.Request.Attempts), Is.EqualTo((1, 1)), "the question is not the action's request");
    }

    [Test]
    public async Task RunAsync_FiftyAtOnce_AskOnce()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bench = new Bench(Wire.Always(r => r.Url == Asked ? Answer.Ok(SaysEu).When(release.Task) : Answer.Ok()));
        var connection = Bench.Auto;
        var runs = Enumerable.Range(0, 50).Select(i => Task.Run(() => bench.RunAsync("identify", $$"""{"id":"u{{i}}"}""", connection))).ToArray();
        await bench.Wire.WhenRequested(1);
        release.SetResult();
        await Task.WhenAll(runs);
        Assert.That(bench.Wire.Requests.Count(r => r.Url == Asked), Is.EqualTo(1));
        Assert.That(
            bench.Wire.Requests.Where(r => r.Url != Asked).Select(r => r.Url),
            Is.EquivalentTo(Enumerable.Range(0, 50).Select(i => $"https://track-eu.customer.io/api/v1/customers/u{i}"))
        );
    }

    [Test]
    public async Task RunAsync_FiftyAtOnceAndNoAnswer_FailTogether()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bench = new Bench(new Wire(Answer.Status(401).When(release.Task), Answer.Ok(SaysEu), Answer.Ok()));
        var connection = Bench.Auto;

        // Each run goes as far as it can before the call returns: the first asks, the others wait for its answer.
        var runs = Enumerable.Range(0, 50).Select(i => bench.FailAsync("identify", Person, connection)).ToArray();
        release.SetResult();
        var failures = await Task.WhenAll(runs);
        Assert.That(failures.Select(f => (f.Kind, f.Status)), Is.All.EqualTo((FailureKind.Connection, (int?)401)));
        Assert.That(failures.Distinct().Count(), Is.EqualTo(50), "no two runs share an exception object");
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));

        await bench.RunAsync("identify", Person, connection);
        Assert.That(bench.Wire.Requests.Select(r => r.Url), Is.EqualTo(new[] { Asked, Asked, "https://track-eu.customer.io/api/v1/customers/u1" }));
    }

    [Test]
    public async Task RunAsync_AskerCancelled_IsFollowedByTheNext()
    {
        using var bench = new Bench(Answer.Hang(), Answer.Ok(SaysEu), Answer.Ok());
        var connection = Bench.Auto;
        using var cancel = new CancellationTokenSource();
        var asking = bench.FailAsync("identify", Person, connection, ct: cancel.Token);
        var waiting = bench.RunAsync("identify", Person, connection);
        await cancel.CancelAsync();
        Assert.That((await asking).Kind, Is.EqualTo(FailureKind.Cancelled));
        Assert.That((await waiting).Request.HttpStatus, Is.EqualTo(200));
    }

    [Test]
    public async Task RunAsync_FailedQuestion_IsAskedAnewByTheNextRun()
    {
        using var bench = new Bench(Answer.Status(401), Answer.Ok(SaysEu), Answer.Ok());
        var connection = Bench.Auto;
        Assert.That((await bench.FailAsync("identify", Person, connection)).Kind, Is.EqualTo(FailureKind.Connection));
        await bench.RunAsync("identify", Person, connection);
        Assert.That(bench.Wire.Requests.Select(r => r.Url), Is.EqualTo(new[] { Asked, Asked, "https://track-eu.customer.io/api/v1/customers/u1" }));
    }

    [Test]
    public async Task RunAsync_QuestionThatPassesAfterAWhile_IsRetriedLikeAnyRequest()
    {
        using var bench = new Bench(Answer.Status(503), Answer.Ok(SaysEu), Answer.Ok());
        var result = await bench.RunAsync("identify", Person, Bench.Auto);
        Assert.That((result.Request.Attempts, result.Request.WaitedMs), Is.EqualTo((1, 200)));
    }

    [TestCase("{}")]
    [TestCase("""{"region":"mars"}""")]
    [TestCase("""{"region":{"us":true}}""")]
    [TestCase("""{"region":["eu"]}""")]
    [TestCase("""{"region":7}""")]
    [TestCase("""["eu"]""")]
    [TestCase("<html>")]
    public async Task RunAsync_AnswerWithoutARegion_IsAConnectionError(string answer)
    {
        using var bench = new Bench(Answer.Ok(answer));
        var failure = await bench.FailAsync("identify", Person, Bench.Auto);
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(failure.Message, Does.Contain("us or eu"));
    }

    [Test]
    public async Task RunAsync_CancelledWhileAnotherAsks_EndsAndLeavesTheOtherAlone()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bench = new Bench(Wire.Always(r => r.Url == Asked ? Answer.Ok(SaysEu).When(release.Task) : Answer.Ok()));
        var connection = Bench.Auto;
        using var cancel = new CancellationTokenSource();
        var asking = bench.RunAsync("identify", Person, connection);
        var waiting = bench.FailAsync("identify", Person, connection, ct: cancel.Token);
        await cancel.CancelAsync();
        Assert.That((await waiting).Kind, Is.EqualTo(FailureKind.Cancelled));
        release.SetResult();
        Assert.That((await asking).Request.HttpStatus, Is.EqualTo(200));
    }

    [TestCase("us", "https://track.customer.io/api/v1/customers/u1")]
    [TestCase("eu", "https://track-eu.customer.io/api/v1/customers/u1")]
    public async Task RunAsync_RegionInput_WinsAndNobodyIsAsked(string region, string url)
    {
        foreach (var connection in new[] { Bench.Us, Bench.Eu, Bench.Auto })
        {
            using var bench = new Bench(Answer.Ok());
            await bench.RunAsync(
                "identify",
                $$"""{"id":"u1","region":"{{region}}"}""",
                connection,
                new RunOptions { Region = region == "us" ? Region.Eu : Region.Us }
            );
            Assert.That(bench.Wire.Only.Url, Is.EqualTo(url));
        }
    }

    [Test]
    public async Task RunAsync_RegionInputAuto_AsksAlthoughTheConnectionSaysUs()
    {
        using var bench = new Bench(Answer.Ok(SaysEu), Answer.Ok());
        await bench.RunAsync("identify", """{"id":"u1","region":"auto"}""", Bench.Us);
        Assert.That(bench.Wire.Requests[1].Url, Does.StartWith("https://track-eu.customer.io/"));
    }

    [TestCase("\"\"")]
    [TestCase("null")]
    public async Task RunAsync_BlankRegion_MeansTheConnections(string blank)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("identify", $$"""{"id":"u1","region":{{blank}}}""", Bench.Eu);
        Assert.That(bench.Wire.Only.Url, Does.StartWith("https://track-eu.customer.io/"));
    }

    [Test]
    public async Task RunAsync_RegionOfTheRun_WinsOverTheConnection()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("identify", Person, Bench.Us, new RunOptions { Region = Region.Eu });
        Assert.That(bench.Wire.Only.Url, Does.StartWith("https://track-eu.customer.io/"));
    }

    [TestCase("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1/customers/u1")]
    [TestCase("http://localhost:8080/", "http://localhost:8080/api/v1/customers/u1")]
    [TestCase("https://proxy.example.com/cio/", "https://proxy.example.com/cio/api/v1/customers/u1")]
    public async Task RunAsync_BaseUrl_ReplacesTheHostAndNobodyIsAsked(string baseUrl, string url)
    {
        using var bench = new Bench(Answer.Ok(), Answer.Ok());
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = baseUrl,
        };
        await bench.RunAsync("identify", Person, connection);
        await bench.RunAsync("identify", """{"id":"u1","region":"eu"}""", connection);
        Assert.That(bench.Wire.Requests.Select(r => r.Url), Is.All.EqualTo(url));
    }

    [Test]
    public async Task RunAsync_SameKeysInAnotherConnection_ShareTheRegion()
    {
        using var bench = new Bench(Answer.Ok(SaysEu), Answer.Ok(), Answer.Ok());
        await bench.RunAsync("identify", Person, Bench.Auto);
        await bench.RunAsync("identify", Person, Bench.Auto);
        Assert.That(bench.Wire.Requests.Select(r => r.Url == Asked), Is.EqualTo(new[] { true, false, false }));
    }

    [Test]
    public async Task RunAsync_OtherKeys_AskForThemselves()
    {
        using var bench = new Bench(
            Wire.Always(r => Answer.Ok(r.Url == Asked ? $$"""{"region":"{{(r.Header("Authorization") == "Basic czpr" ? "us" : "eu")}}"}""" : "{}"))
        );
        await bench.RunAsync("identify", Person, new Connection { SiteId = "s", ApiKey = "k" });
        await bench.RunAsync("identify", Person, new Connection { SiteId = "s", ApiKey = "other" });
        Assert.That(
            bench.Wire.Requests.Select(r => new Uri(r.Url).Host),
            Is.EqualTo(new[] { "track.customer.io", "track.customer.io", "track.customer.io", "track-eu.customer.io" })
        );
    }

    [Test]
    public async Task RunAsync_RedirectAfterTheRegionWasFound_MakesTheNextRunAsk()
    {
        using var bench = new Bench(
            Answer.Ok("""{"region":"us"}"""),
            Answer.Status(307, headers: ("Location", "https://track-eu.customer.io/x")),
            Answer.Ok(SaysEu),
            Answer.Ok()
        );
        var connection = Bench.Auto;
        await bench.FailAsync("identify", Person, connection);
        await bench.RunAsync("identify", Person, connection);
        Assert.That(bench.Wire.Requests[3].Url, Does.StartWith("https://track-eu.customer.io/"));
    }

    [Test]
    public async Task SendAsync_AppApiWithoutTrackKeys_TriesTheEuOnceAndRemembers()
    {
        using var wire = new Wire(Answer.Status(401), Answer.Ok(), Answer.Ok());
        using var client = new ApiClient(wire, FakeTime.Instant(), () => 0);
        var workspace = new Workspaces().Of(new Connection { AppApiKey = "app-key" });
        await AppRequest(client, workspace);
        await AppRequest(client, workspace);
        Assert.That(
            wire.Requests.Select(r => $"{r.Url} {r.Header("Authorization")}"),
            Is.EqualTo(
                new[]
                {
                    "https://api.customer.io/v1/workspaces Bearer app-key",
                    "https://api-eu.customer.io/v1/workspaces Bearer app-key",
                    "https://api-eu.customer.io/v1/workspaces Bearer app-key",
                }
            )
        );
    }

    [Test]
    public void SendAsync_AppApiRefusedInBothRegions_IsAConnectionErrorAndNotRemembered()
    {
        using var wire = new Wire(Answer.Status(401), Answer.Status(401), Answer.Status(401), Answer.Ok());
        using var client = new ApiClient(wire, FakeTime.Instant(), () => 0);
        var workspace = new Workspaces().Of(new Connection { AppApiKey = "app-key" });
        Assert.That(Assert.ThrowsAsync<ConnectorException>(() => AppRequest(client, workspace))!.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(() => AppRequest(client, workspace), Throws.Nothing);
    }

    [Test]
    public async Task DryRunAsync_RegionUnknown_ShowsTheUsHostAndWarns()
    {
        using var bench = new Bench();
        var dry = await bench.Connector.DryRunAsync("identify", Bench.Json(Person), Bench.Auto);
        Assert.That((string?)dry.SelectToken("requests[0].url"), Is.EqualTo("https://track.customer.io/api/v1/customers/u1"));
        Assert.That((string?)dry.SelectToken("warnings[0]"), Does.Contain("region is not known"));
    }

    [Test]
    public async Task DryRunAsync_RegionFoundBefore_ShowsItWithoutWarning()
    {
        using var bench = new Bench(Answer.Ok(SaysEu), Answer.Ok());
        await bench.RunAsync("identify", Person, Bench.Auto);
        var dry = await bench.Connector.DryRunAsync("identify", Bench.Json(Person), Bench.Auto);
        Assert.That((string?)dry.SelectToken("requests[0].url"), Is.EqualTo("https://track-eu.customer.io/api/v1/customers/u1"));
        Assert.That(dry["warnings"], Is.Empty);
    }

    private static Task<ApiResponse> AppRequest(ApiClient client, Workspace workspace)
    {
        var manifest = Catalogue.Embedded.Find("identify");
        var api = new RunApi(client, workspace, Catalogue.Embedded, manifest, manifest.Validate(Bench.Json(Person)), new RunOptions());
        return api.SendAsync(ApiRequest.Get(ApiName.App, "/v1/workspaces"), default);
    }
}
