using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>What Debug Request writes, and to whom.</summary>
public class DebugLogTests
{
    private const string Email = "ada.lovelace@mail.example.org",
        Token = "device-token-0001",
        Own = "own-header-secret";

    [Test]
    public async Task RunAsync_DebugRun_LogsTheWholeRequestMasked()
    {
        using var bench = new Bench(Answer.Status(503, "busy"), Answer.Ok());
        await bench.RunAsync(
            "raw-request",
            $$$"""
            {"url":"/v1/customers/{{{Email}}}/devices/{{{Token}}}?q={{{Email}}}","method":"PUT","data":{"device":{"id":"{{{Token}}}","platform":"ios"},"n":1},
             "headers":{"X-Own":"{{{Own}}}"},"debugRequest":true,"maxRetryCount":1}
            """
        );
        var version = typeof(CustomerIoConnector).Assembly.GetName().Version!.ToString(3);
        string Request(int attempt) =>
            $$"""
                Request, attempt {{attempt}}: PUT https://track.customer.io/api/v1/customers/***@***/devices/***?q=***@***
                Authorization: ***
                User-Agent: customerio-connector/{{version}}
                Accept-Encoding: gzip, deflate, br
                X-Own: ***
                Content-Type: application/json
                {"device":{"id":"***","platform":"ios"},"n":1}
                """;
        Assert.That(bench.Log.Lines, Is.EqualTo(new[] { Request(1), "Response: 503\nbusy", Request(2), "Response: 200\n{}\n" }));
    }

    [Test]
    public async Task RunAsync_NoDebugRequest_LogsNothing()
    {
        using var bench = new Bench(Answer.Status(400));
        await bench.FailAsync("identify", """{"id":"u1"}""");
        Assert.That(bench.Log.Lines, Is.Empty);
    }

    [Test]
    public async Task RunAsync_LoggerOfTheRun_WinsOverTheConnectors()
    {
        using var bench = new Bench(Answer.Ok());
        var own = new LogRecorder();
        await bench.RunAsync("identify", """{"id":"u1","debugRequest":true}""", options: new RunOptions { Logger = own });
        Assert.That((own.Lines.Count, bench.Log.Lines.Count), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task RunAsync_LongBody_IsLoggedAsItsLength()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync(
            "track",
            new JObject
            {
                ["id"] = "u1",
                ["eventName"] = "x",
                ["eventData"] = new JObject { ["d"] = new string('x', 50_000) },
                ["debugRequest"] = true,
            }
        );
        Assert.That(bench.Log.Lines[0], Does.EndWith(" bytes)").And.Length.LessThan(1000));
    }

    [TestCase(10_000, false)]
    [TestCase(10_001, true)]
    public async Task RunAsync_AnAnswer_IsLoggedUpToABound(int length, bool isCut)
    {
        using var bench = new Bench(Answer.Ok("{}" + new string(' ', length - 2)));
        await bench.RunAsync("identify", """{"id":"u1","debugRequest":true}""");
        Assert.That(bench.Log.Lines[1], Is.EqualTo("Response: 200\n" + (isCut ? "(10001 bytes)" : "{}" + new string(' ', length - 2))));
    }

    [Test]
    public async Task RunAsync_AnAnswerWithoutABody_IsItsStatus()
    {
        using var bench = new Bench(Answer.Ok(""));
        await bench.RunAsync("identify", """{"id":"u1","debugRequest":true}""");
        Assert.That(bench.Log.Lines[1], Is.EqualTo("Response: 200"));
    }
}
