using System.Diagnostics;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>What runs tell whoever traces and measures.</summary>
public class TelemetryTests
{
    [Test]
    public async Task Run_RepeatedOnce_IsASpanWithOneForEachAttempt()
    {
        using var heard = new Exported();
        using var bench = new Bench(Answer.Status(503, "secret words"), Answer.Ok());
        await bench.RunAsync("identify", """{"id":"7"}""");

        Assert.That(
            heard.Spans.Select(Exported.Text),
            Is.EqualTo(
                new[]
                {
                    "Client \"PUT /api/v1/customers/{id}\" customerio.action=identify customerio.api=track customerio.attempt=1 customerio.region=us "
                        + "error.type=503 http.request.method=PUT http.response.status_code=503 server.address=track.customer.io server.port=443 "
                        + "url.scheme=https url.template=/api/v1/customers/{id} Error",
                    "Client \"PUT /api/v1/customers/{id}\" customerio.action=identify customerio.api=track customerio.attempt=2 customerio.region=us "
                        + "http.request.method=PUT http.request.resend_count=1 http.response.status_code=200 server.address=track.customer.io "
                        + "server.port=443 url.scheme=https url.template=/api/v1/customers/{id} Unset",
                    "Internal \"run identify\" customerio.action=identify customerio.outcome=succeeded Unset",
                }
            )
        );
        var run = heard.Spans[2];
        Assert.That(heard.Spans.Take(2).Select(s => (s.TraceId, s.ParentSpanId)), Is.All.EqualTo((run.TraceId, run.SpanId)));
        Assert.That(run.Parent, Is.Null);
        Assert.That(
            heard.Metrics,
            Is.EqualTo(
                new[]
                {
                    "customerio.request.duration{customerio.api=track,customerio.region=us,error.type=503,http.request.method=PUT,"
                        + "http.response.status_code=503} 1",
                    "customerio.request.duration{customerio.api=track,customerio.region=us,http.request.method=PUT,http.response.status_code=200} 1",
                    "customerio.request.retries{customerio.api=track,error.type=503} 1",
                    "customerio.run.duration{customerio.action=identify,customerio.outcome=succeeded} 1",
                }
            )
        );
        Assert.That(Activity.Current, Is.Null);
    }

    [Test]
    public async Task Run_UnderTheCallersSpan_ContinuesItsTrace()
    {
        using var heard = new Exported();
        using var bench = new Bench(Answer.Ok());
        using var caller = new Activity("caller").SetParentId("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").Start();
        await bench.RunAsync("identify", """{"id":"7"}""");
        Assert.That(Activity.Current, Is.SameAs(caller));
        Assert.That(
            heard.Spans.Select(s => s.TraceId.ToString()),
            Is.EqualTo(new[] { "4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736" })
        );
        Assert.That(heard.Spans[1].ParentSpanId, Is.EqualTo(caller.SpanId));
    }

    [TestCase("{}", "input")]
    [TestCase("""{"id":"7"}""", "connection", 401)]
    [TestCase("""{"id":"7"}""", "rejected", 400)]
    [TestCase("""{"id":"7","maxRetryCount":0}""", "rateLimited", 429)]
    [TestCase("""{"id":"7","maxRetryCount":0}""", "unavailable", 503)]
    public async Task Run_ThatFails_TellsItsKindAlone(string input, string kind, int status = 0)
    {
        using var heard = new Exported();
        using var bench = new Bench(Answer.Status(status, """{"meta":{"errors":["id 7 is bad"]}}"""));
        var failure = await bench.FailAsync("identify", input);
        Assert.That(failure.KindName, Is.EqualTo(kind));
        Assert.That(
            Exported.Text(heard.Spans[^1]),
            Is.EqualTo($"Internal \"run identify\" customerio.action=identify customerio.outcome={kind} error.type={kind} Error")
        );
        Assert.That(heard.Metrics, Does.Contain($"customerio.run.duration{{customerio.action=identify,customerio.outcome={kind},error.type={kind}}} 1"));
        Assert.That(heard.Spans, Has.Count.EqualTo(status == 0 ? 1 : 2));
    }

    [Test]
    public async Task Run_OfAnActionThatIsNone_NamesNone()
    {
        using var heard = new Exported();
        using var bench = new Bench();
        await bench.FailAsync("idnetify", "{}");
        Assert.ThrowsAsync<ArgumentNullException>(() => bench.Connector.RunAsync(null!, [], Bench.Us));
        Assert.That(
            heard.Spans.Select(Exported.Text),
            Is.EqualTo(
                new[]
                {
                    "Internal \"run\" customerio.outcome=input error.type=input Error",
                    "Internal \"run\" customerio.outcome=defect error.type=System.ArgumentNullException Error",
                }
            )
        );
        Assert.That(heard.Metrics, Has.None.Contains("idnetify"));
    }

    [Test]
    public async Task Run_ThatIsCancelled_IsNoError()
    {
        using var heard = new Exported();
        using var bench = new Bench(Answer.Hang());
        using var cancel = new CancellationTokenSource();
        var running = bench.FailAsync("identify", """{"id":"7"}""", ct: cancel.Token);
        await bench.Wire.WhenRequested(1);
        await cancel.CancelAsync();
        Assert.That((await running).Kind, Is.EqualTo(FailureKind.Cancelled));
        Assert.That(
            heard.Spans.Select(s => (s.GetTagItem("error.type"), s.Status)),
            Is.EqualTo(new[] { ("cancelled", ActivityStatusCode.Error), (null, default) })
        );
        Assert.That(heard.Spans[1].GetTagItem("customerio.outcome"), Is.EqualTo("cancelled"));
    }

    private static IEnumerable<TestCaseData> Errors =>
        [
            new(new TimeoutException(), "timeout"),
            new(new HttpRequestException(HttpRequestError.NameResolutionError), "name_resolution_error"),
            new(new HttpRequestException(HttpRequestError.ConnectionError), "connection_error"),
            new(new HttpRequestException(HttpRequestError.SecureConnectionError), "secure_connection_error"),
            new(new HttpRequestException(HttpRequestError.ResponseEnded), "response_ended"),
            new(new HttpRequestException("of somebody"), "System.Net.Http.HttpRequestException"),
            new(new IOException("of somebody"), "System.IO.IOException"),
        ];

    [TestCaseSource(nameof(Errors))]
    public void Error_WithoutAnAnswer_IsNamedAsTheFieldDoes(Exception error, string name) =>
        Assert.That(Telemetry.ErrorOf(new Attempt(null, error, Left: false)), Is.EqualTo(name));

    [Test]
    public async Task Request_ThatWaitsForItsTurn_TellsHowLong()
    {
        using var heard = new Exported();
        using var bench = new Bench(Wire.Ok());
        var slow = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            Region = Region.Us,
            RateLimit = 1,
        };
        for (var i = 0; i < 3; i++)
        {
            await bench.RunAsync("identify", """{"id":"7"}""", slow);
        }

        Assert.That(heard.Metrics, Does.Contain("customerio.throttle.duration{customerio.api=track} 2"));
    }

    [Test]
    public async Task RunBatch_OfManyInputs_IsOneSpanOverItsRequests()
    {
        using var heard = new Exported();
        using var bench = new Bench(Wire.Ok());
        var failed = 0;
        await foreach (var result in bench.Connector.RunBatchAsync("identify", Inputs(), Bench.Us))
        {
            failed += result.Failure is null ? 0 : 1;
            Assert.That(Activity.Current, Is.Null, "what goes on between results is the taker's");
        }

        Assert.That(failed, Is.EqualTo(1));
        Assert.That(Exported.Text(heard.Spans[^1]), Is.EqualTo("Internal \"run identify\" customerio.action=identify customerio.outcome=partial Unset"));
        Assert.That(heard.Spans.SkipLast(1).Select(s => s.DisplayName), Is.All.EqualTo("POST /api/v2/batch").And.Not.Empty);
        Assert.That(heard.Spans.SkipLast(1).Select(s => s.ParentSpanId), Is.All.EqualTo(heard.Spans[^1].SpanId));

        static async IAsyncEnumerable<Newtonsoft.Json.Linq.JObject> Inputs()
        {
            for (var i = 0; i < 1500; i++)
            {
                await Task.Yield();
                yield return new() { ["id"] = i == 700 ? "" : $"p{i}" };
            }
        }
    }

    [TestCase("GET", "/v1/customers/somebody/attributes", "GET")]
    [TestCase("POST", "/v1/broadcasts/somebody/triggers", "POST /v1/broadcasts/{id}/triggers")]
    public async Task RawRequest_ToAPathOfTheCallers_ShowsAKnownEndpointOrNone(string method, string path, string name)
    {
        using var heard = new Exported();
        using var bench = new Bench(Answer.Ok("""{"id":1,"customer":{}}"""));
        await bench.RunAsync("raw-request", $$"""{"api":"app","method":"{{method}}","url":"{{path}}"}""");
        Assert.That(heard.Spans[0].DisplayName, Is.EqualTo(name));
        Assert.That(Exported.Text(heard.Spans[0]), Does.Not.Contain("somebody"));
    }

    [Test]
    public async Task Run_NobodyListens_MakesNothing()
    {
        Activity? seen = null;
        using var bench = new Bench(
            Wire.Always(_ =>
            {
                seen = Activity.Current;
                return Answer.Ok();
            })
        );
        await bench.RunAsync("identify", """{"id":"7"}""");
        Assert.That(seen, Is.Null);
        var call = new ApiCall(
            ApiRequest.Get(ApiName.Track, "/api/v1/accounts/region"),
            new Uri("https://track.customer.io"),
            new Workspace(Bench.Us, new WorkspaceState()),
            RetryPolicy.Default
        )
        {
            Repeatable = true,
        };
        Assert.That(call.Watched("identify", TimeProvider.System), Is.SameAs(call));
        using var heard = new Exported();
        Assert.That(call.Watched("identify", TimeProvider.System), Is.Not.SameAs(call));
    }

    // A trace tells an outsider how requests belong together, and Customer.io does nothing with it.
    [Test]
    public async Task Request_OnARealSocket_CarriesNoTrace()
    {
        using var heard = new Exported();
        await using var peer = new TcpPeer(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        });
        using var connector = new CustomerIoConnector();
        await connector.RunAsync("identify", new() { ["id"] = "7" }, peer.Connection);
        Assert.That(heard.Spans, Has.Count.EqualTo(2));
        Assert.That(peer.Requests.Single(), Does.Not.Contain("traceparent").IgnoreCase.And.Not.Contain("tracestate").IgnoreCase);
        Assert.That(heard.Spans[0].GetTagItem("customerio.region"), Is.Null, "behind a base URL nobody knows it");
    }
}
