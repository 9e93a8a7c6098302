using System.IO.Compression;
using System.Net;
using System.Text;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>What an SDK is answered.</summary>
public class HttpTests
{
    private const string Track = """{"userId":"7","event":"Bought","messageId":"m"}""";

    private static readonly (string Path, string Json)[] s_calls =
    [
        ("identify", """{"userId":"7","traits":{"plan":"pro"}}"""),
        ("track", """{"userId":"7","event":"Bought"}"""),
        ("page", """{"userId":"7","properties":{"url":"https://example.com"}}"""),
        ("screen", """{"userId":"7","name":"Main"}"""),
        ("group", """{"userId":"7","groupId":"acme","traits":{"name":"Acme"}}"""),
        ("alias", """{"userId":"7","previousId":"8"}"""),
    ];

    [Test]
    public async Task EveryCall_UnderItsLongAndShortName_ArrivesAsWhatItIs()
    {
        foreach (var name in (Func<string, string>[])[c => c, c => c[..1], c => c + "/", c => c + "//"])
        {
            await using var running = await Running.StartAsync();
            foreach (var (path, json) in s_calls)
            {
                await running.TakeAsync("/v1/" + name(path), json);
            }

            await running.SettleAsync();
            var person = running.Sandbox.Person("7")!;
            Assert.Multiple(async () =>
            {
                Assert.That((string?)person["attributes"]!["plan"], Is.EqualTo("pro"));
                Assert.That(
                    person["events"]!.Select(e => $"{e["type"]} {e["name"]}"),
                    Is.EqualTo(new[] { "event Bought", "page https://example.com", "screen Main" })
                );
                Assert.That((await running.ControlAsync("objects")).ToString(), Does.Contain("Acme"));
                Assert.That(running.Sandbox.Requests.Select(r => r.Text), Has.Some.Contains("\"merge\""));
                Assert.That(running.DeadLetters(), Is.Empty);
            });
        }
    }

    [Test]
    public async Task Switches_OfACallAndOfABatch_KeepEventsFromCustomerIo()
    {
        await using var running = await Running.StartAsync();
        await running.TakeAsync("/v1/track", """{"userId":"7","event":"One","integrations":{"All":false}}""");
        await running.TakeAsync(
            "/v1/batch",
            """{"integrations":{"Customer.io":false},"batch":["""
                + """{"type":"track","userId":"7","event":"Two"},"""
                + """{"type":"track","userId":"7","event":"Three","integrations":{"Customer.io":true}},"""
                + """{"type":"track","userId":"7","event":"Four","integrations":{"Other":true}},"""
                + """{"type":"track","userId":"7","event":"Five","integrations":null},"""
                + """{"type":"track","userId":"7","event":"Six","integrations":[true]}]}"""
        );
        await running.TakeAsync("/v1/track", """{"userId":"7","event":"Seven"}""");
        await running.SettleAsync();
        var metrics = (await running.Http.GetStringAsync(new Uri(running.Url, "/metrics"))).Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(running.Sandbox.Person("7")!["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "Three", "Seven" }));
            Assert.That(running.DeadLetters(), Is.Empty);
            Assert.That(metrics, Has.Member("customerio_ingest_delivered_total 2").And.Member("customerio_ingest_skipped_total 5"));
        });
    }

    [TestCase("integrations", """{"All":false}""", "null", "[]", "true", "false", "\"x\"", """{"All":null}""", """{"All":"yes"}""")]
    [TestCase("integrations", """{"Customer.io":{"option":1}}""", "false", """{"Customer.io":false}""", """{"All":false,"Customer.io":false}""")]
    [TestCase(
        "context",
        """{"consent":{"categoryPreferences":{"Marketing":false}}}""",
        "null",
        "[]",
        """{"consent":null}""",
        """{"consent":{}}""",
        """{"consent":{"categoryPreferences":[]}}"""
    )]
    public async Task WhatABatchKeepsBack_StaysBack_WhereAnEventSaysNothingOfUse(string member, string shared, params string[] own)
    {
        await using var running = await Running.StartAsync(change: o => o with { Settings = o.Settings with { Consents = ["Marketing"] } });
        var events = own.Select((value, i) => $"{{\"type\":\"track\",\"userId\":\"7\",\"event\":\"{i}\",\"{member}\":{value}}}");
        await running.TakeAsync("/v1/batch", $"{{\"{member}\":{shared},\"batch\":[{string.Join(',', events)}]}}");
        await running.SettleAsync();
        Assert.That(running.Sandbox.Person("7"), Is.Null);
    }

    [TestCase("/v1/batch")]
    [TestCase("/v1/b")]
    [TestCase("/v1/import")]
    public async Task Batch_GivesItsContextToItsEvents(string path)
    {
        await using var running = await Running.StartAsync();
        await running.TakeAsync(
            path,
            """{"context":{"traits":{"plan":"pro"},"app":{"version":"1"}},"batch":"""
                + """[{"type":"identify","userId":"7","context":{"app":{"version":"2"}}},{"type":"track","userId":"7","event":"A"},"""
                + """{"type":"track","userId":"7","event":"B"}]}"""
        );
        await running.SettleAsync();
        Assert.That((string?)running.Sandbox.Person("7")!["attributes"]!["plan"], Is.EqualTo("pro"));
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "A", "B" }));
    }

    [TestCase(null, 401)]
    [TestCase("", 401)]
    [TestCase("write-ke", 401)]
    [TestCase("write-key2", 401)]
    [TestCase("WRITE-KEY", 401)]
    [TestCase("write-key", 200)]
    public async Task WriteKey_InTheHeader_IsRequired(string? key, int status)
    {
        await using var running = await Running.StartAsync();
        Assert.That((await running.PostAsync("/v1/track", Track, key)).Status, Is.EqualTo(status));
        Assert.That(running.Ingest.Counts.Dead, Is.Zero);
        await running.SettleAsync();
        Assert.That(running.Events("7"), Has.Length.EqualTo(status == 200 ? 1 : 0));
    }

    [TestCase("write-key", null, 200)]
    [TestCase("wrong", null, 401)]
    [TestCase("write-key", "wrong", 401)]
    [TestCase("wrong", "write-key", 200)]
    public async Task WriteKey_InTheBody_StandsInForTheHeaderAndIsNotKept(string inBody, string? inHeader, int status)
    {
        await using var running = await Running.StartAsync();
        var answer = await running.PostAsync("/v1/track", $$"""{"userId":"7","event":5,"writeKey":"{{inBody}}"}""", inHeader);
        Assert.That(answer.Status, Is.EqualTo(status));
        await running.SettleAsync();
        Assert.That(running.DeadLetters().Select(d => d.Text), status == 200 ? Has.One.Not.Contain("writeKey") : Is.Empty);
    }

    [TestCase("1.0")]
    [TestCase("1e5")]
    [TestCase("0.0")]
    [TestCase("1e-400")]
    public async Task Id_ThatIsNoWholeNumber_IsADeadLetterAndKeptAsItCame(string id)
    {
        await using var running = await Running.StartAsync();
        var text = $$"""{"type":"track","userId":{{id}},"event":"e","properties":{"price":1.50},"messageId":"m","timestamp":"2026-01-31T09:30:00Z"}""";
        await running.TakeAsync("/v1/batch", $$"""{"batch":[{{text}}]}""");
        await running.SettleAsync();
        Assert.That(running.DeadLetters().Single().Text, Does.Contain($"\"userId\":{id},").And.Contain("1.50"));
        Assert.That(running.Sandbox.Person("1") ?? running.Sandbox.Person("0"), Is.Null);
    }

    [Test]
    public async Task WriteKey_OfAnotherScheme_Is401()
    {
        await using var running = await Running.StartAsync();
        foreach (var header in (string[])["Bearer write-key", "Basic !!!", "write-key"])
        {
            using var content = new StringContent(Track);
            using var response = await running.SendAsync("/v1/track", content, null, null, ("Authorization", header));
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), header);
        }
    }

    [TestCase("/beacon/v1/batch?writeKey=write-key", 200)]
    [TestCase("/v1/batch?writeKey=write-key", 200)]
    [TestCase("/beacon/v1/batch?writeKey=wrong", 401)]
    [TestCase("/beacon/v1/batch", 401)]
    public async Task Beacon_BringsItsKeyInTheAddress(string path, int status)
    {
        await using var running = await Running.StartAsync();
        using var content = new StringContent($$"""{"batch":[{"type":"track",{{Track[1..]}}]}""", Encoding.UTF8, "text/plain");
        using var response = await running.SendAsync(path, content, null);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        await running.SettleAsync();
        Assert.That(running.Events("7"), Has.Length.EqualTo(status == 200 ? 1 : 0));
    }

    [TestCase("/pixel/v1/track?writeKey=write-key&userId=7&event=Opened&properties.mail=m1&properties.a.b=c", 200)]
    [TestCase("/pixel/v1/track?writeKey=wrong&userId=7&event=Opened", 401)]
    [TestCase("/pixel/v1/nothing?writeKey=write-key", 404)]
    [TestCase("/pixel/v1/batch?writeKey=write-key", 404)]
    [TestCase("/pixel/v1/track?writeKey=write-key&userId=7&a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1", 400)]
    [TestCase("/v1/pixel/track?data=eyJ3cml0ZUtleSI6IndyaXRlLWtleSIsInVzZXJJZCI6IjciLCJldmVudCI6Ik9wZW5lZCIsInByb3BlcnRpZXMiOnsibWFpbCI6Im0xIn19", 200)]
    [TestCase("/v1/pixel/track?data=eyJ3cml0ZUtleSI6Indyb25nIiwidXNlcklkIjoiNyIsImV2ZW50IjoiT3BlbmVkIn0", 401)]
    [TestCase("/v1/pixel/track?data=%21", 400)]
    public async Task Pixel_IsAnEvent_AndAnImage(string path, int status)
    {
        await using var running = await Running.StartAsync();
        using var response = await running.SendAsync(path, null, null, HttpMethod.Get);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        await running.SettleAsync();
        if (status != 200)
        {
            Assert.That(running.Sandbox.Person("7"), Is.Null);
            return;
        }

        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Multiple(() =>
        {
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("image/gif"));
            Assert.That(Encoding.ASCII.GetString(bytes, 0, 6), Is.EqualTo("GIF89a"));
            Assert.That(running.Events("7"), Is.EqualTo(new[] { "Opened" }));
            Assert.That((string?)running.Sandbox.Person("7")!["events"]![0]!["data"]!["mail"], Is.EqualTo("m1"));
        });
    }

    [TestCase("https://shop.example/cart", true)]
    [TestCase("https://else.example/", false)]
    [TestCase(null, false)]
    public async Task Pixel_OfAPage_IsTakenWhereThatPageMaySend(string? page, bool isTaken)
    {
        await using var running = await Running.StartAsync(change: o => o with { Cors = ["https://shop.example"] });
        (string, string)[] headers = [("Sec-Fetch-Site", "cross-site"), .. page is null ? [] : new[] { ("Referer", page) }];
        using var response = await running.SendAsync("/pixel/v1/track?writeKey=write-key&userId=7&event=Opened", null, null, HttpMethod.Get, headers);
        Assert.That((int)response.StatusCode, Is.EqualTo(isTaken ? 200 : 403));
    }

    [Test]
    public async Task Settings_ThatSdksAskFor_NameThisServerAlone()
    {
        await using var running = await Running.StartAsync();
        using var wrong = await running.SendAsync("/v1/projects/wrong/settings", null, null, HttpMethod.Get);
        using var none = await running.SendAsync("/sourceConfig/?p=npm", null, null, HttpMethod.Get);
        using var rudder = await running.SendAsync("/sourceConfig/?p=npm&writeKey=write-key", null, Running.Key, HttpMethod.Get);
        var source = (JObject)JObject.Parse(await rudder.Content.ReadAsStringAsync())["source"]!;
        var segment = (await running.GetAsync("/v1/projects/write-key/settings"))["integrations"]!;
        Assert.Multiple(() =>
        {
            Assert.That((wrong.StatusCode, none.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)));
            Assert.That(
                segment.ToString(Newtonsoft.Json.Formatting.None),
                Is.EqualTo($$$"""{"Segment.io":{"apiKey":"write-key","apiHost":"{{{running.Url.Authority}}}/v1","protocol":"http"}}""")
            );
            Assert.That(((bool)source["enabled"]!, source["destinations"]!.Count()), Is.EqualTo((true, 0)));
        });
    }

    [Test]
    public void WriteKey_OfAnEventThatCannotBeRead_IsNotKept()
    {
        var body = Encoding.UTF8.GetBytes("""{"batch":[{"a":1,"a":2,"writeKey" : "secret\"key","b":"c"}]}""");
        var kept = IncomingBody.Events(body, null, new Arrival(DateTimeOffset.UnixEpoch), _ => { }).Single();
        Assert.That(kept.Refusal, Is.Not.Null);
        Assert.That(kept.Text, Is.EqualTo("""{"a":1,"a":2,"writeKey" : "***","b":"c"}"""));
    }

    [TestCase("2026-01-31T10:00:00Z", "2026-01-31T09:00:00Z", "2026-01-31T08:30:00Z", "2026-01-31T09:30:00.000Z", Description = "an hour slow")]
    [TestCase("2026-01-31T10:00:00Z", "2056-01-31T10:00:00Z", "2056-01-31T09:30:00.250Z", "2026-01-31T09:30:00.250Z", Description = "thirty years fast")]
    [TestCase("2026-01-31T10:00:00Z", "2026-01-31T10:59:00+01:00", "2026-01-31T10:29:00+01:00", "2026-01-31T09:30:00.000Z")]
    [TestCase("2026-01-31T10:00:00Z", "2026-01-31T09:59:56Z", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z", Description = "it was on its way")]
    [TestCase("2026-01-31T10:00:00Z", null, "2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z")]
    [TestCase("2026-01-31T10:00:00Z", "soon", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z")]
    [TestCase("2026-01-31T10:00:00Z", "2026-01-31T09:00:00Z", "soon", "soon")]
    [TestCase("2026-01-31T10:00:00Z", "2026-01-31T09:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z")]
    [TestCase("2026-11-27T09:30:00Z", "0001-01-01T00:00:00Z", "2026-11-27T09:30:00Z", "2026-11-27T09:30:00Z")]
    [TestCase("2026-11-27T09:30:00Z", "2099-01-01T00:00:00Z", "2026-11-27T09:30:00Z", "2026-11-27T09:30:00Z")]
    [TestCase("2026-11-27T09:30:00Z", "1970-01-01T00:10:00Z", "1970-01-01T00:00:00Z", "2026-11-27T09:20:00.000Z")]
    public void Clock_OfTheSender_IsCorrectedBySentAt(string now, string? sentAt, string time, string corrected)
    {
        var arrival = new Arrival(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        var sent = sentAt is null ? "" : $",\"sentAt\":\"{sentAt}\"";
        var one = IncomingEvent.Read(Encoding.UTF8.GetBytes($$"""{"timestamp":"{{time}}"{{sent}}}"""), "track", null, arrival);
        var many = IncomingBody.Events(Encoding.UTF8.GetBytes($$"""{"batch":[{"originalTimestamp":"{{time}}"}]{{sent}}}"""), null, arrival, _ => { });
        Assert.Multiple(() =>
        {
            Assert.That(Timestamp(one), Is.EqualTo(corrected));
            Assert.That(Timestamp(many.Single()), Is.EqualTo(corrected), "of a batch");
        });

        static string? Timestamp(IncomingEvent e) => (string?)ConnectorJson.ParseObject(e.Text)["timestamp"];
    }

    [TestCase(false, null, "{}", null)]
    [TestCase(true, null, "{}", "127.0.0.1")]
    [TestCase(true, "10.0.0.1, 198.51.100.7", "{}", "198.51.100.7", Description = "as the proxy on this machine says")]
    [TestCase(true, "10.0.0.1, 198.51.100.7:443", "{}", "198.51.100.7")]
    [TestCase(true, "[2001:db8::1]:443", "{}", "2001:db8::1")]
    [TestCase(true, "nonsense", "{}", null, Description = "the proxy's own would be a lie")]
    [TestCase(true, null, """{"context":{"ip":"203.0.113.9"}}""", "203.0.113.9")]
    [TestCase(true, null, """{"context":[]}""", null)]
    public async Task Ip_OfTheSender_IsAddedWhenAsked(bool isAsked, string? forwarded, string json, string? ip)
    {
        await using var running = await Running.StartAsync(change: o => o with { ContextIp = isAsked });
        using var content = new StringContent(json);
        (string, string)[] headers = forwarded is null ? [] : [("X-Forwarded-For", forwarded)];
        using var response = await running.SendAsync("/v1/track", content, headers: headers);
        await running.SettleAsync();
        var kept = ConnectorJson.ParseObject(running.DeadLetters().Single().Text);
        Assert.That((string?)(kept["context"] as JObject)?["ip"], Is.EqualTo(ip));
    }

    [TestCase("{", 400)]
    [TestCase("", 400)]
    [TestCase("[]", 401, Description = "nothing in it can hold the key")]
    [TestCase("null", 401)]
    public async Task Body_ThatIsNoObject_IsRefused(string body, int statusWithoutHeader)
    {
        await using var running = await Running.StartAsync();
        Assert.That((await running.PostAsync("/v1/track", body)).Status, Is.EqualTo(400));
        Assert.That((await running.PostAsync("/v1/batch", body)).Status, Is.EqualTo(400));
        Assert.That((await running.PostAsync("/v1/track", body, null)).Status, Is.EqualTo(statusWithoutHeader));
    }

    [TestCase("""{"batch":{}}""")]
    [TestCase("""{"type":"track"}""")]
    [TestCase("""{"batch":[{"type":"track","userId":"1","event":"a"}],"batch":[{"type":"track","userId":"1","event":"b"}]}""")]
    [TestCase("""{"integrations":{"All":false},"integrations":{"All":true},"batch":[{"type":"track","userId":"1","event":"a"}]}""")]
    public async Task Batch_WithoutOneList_IsRefused(string body)
    {
        await using var running = await Running.StartAsync();
        Assert.That((await running.PostAsync("/v1/batch", body)).Status, Is.EqualTo(400));
    }

    [TestCase("POST", "/v1/nothing", 404)]
    [TestCase("POST", "/v2/track", 404)]
    [TestCase("POST", "/", 404)]
    [TestCase("GET", "/v1/track", 405)]
    [TestCase("OPTIONS", "/v1/track", 405)]
    public async Task Request_ElsewhereOrOtherwise_IsRefused(string method, string path, int status)
    {
        await using var running = await Running.StartAsync();
        using var response = await running.SendAsync(path, null, method: new HttpMethod(method));
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
    }

    [Test]
    public async Task Gzip_IsUnpacked()
    {
        await using var running = await Running.StartAsync();
        using var response = await running.SendAsync("/v1/batch", Packed(Encoding.UTF8.GetBytes($$"""{"batch":[{"type":"track",{{Track[1..]}}]}""")));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought" }));
    }

    [Test]
    public async Task Gzip_ThatUnpacksBeyondTheLimit_IsRefusedWithoutUnpackingItAll()
    {
        await using var running = await Running.StartAsync();
        using var bomb = Packed(new byte[200 << 20]);
        Assert.That(bomb.Headers.ContentLength, Is.LessThan(IncomingBody.Longest), "what arrives is small");
        var before = GC.GetTotalAllocatedBytes(true);
        using var response = await running.SendAsync("/v1/batch", bomb);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("too long"));
        Assert.That(GC.GetTotalAllocatedBytes(true) - before, Is.LessThan(20 << 20));
    }

    [Test]
    public async Task Gzip_ThatIsBrokenOrOtherPacking_IsRefused()
    {
        await using var running = await Running.StartAsync();
        using var broken = new ByteArrayContent("no gzip"u8.ToArray()) { Headers = { ContentEncoding = { "gzip" } } };
        using var other = new ByteArrayContent(Encoding.UTF8.GetBytes(Track)) { Headers = { ContentEncoding = { "br" } } };
        using var first = await running.SendAsync("/v1/track", broken);
        using var second = await running.SendAsync("/v1/track", other);
        Assert.That(((int)first.StatusCode, (int)second.StatusCode), Is.EqualTo((400, 415)));
    }

    [Test]
    public async Task Gzip_ThatIsCutOff_IsRefused([Values(1, 8, 9, 20)] int missing)
    {
        await using var running = await Running.StartAsync();
        using var whole = Packed(Encoding.UTF8.GetBytes(Track));
        using var cut = new ByteArrayContent((await whole.ReadAsByteArrayAsync())[..^missing]) { Headers = { ContentEncoding = { "gzip" } } };
        using var response = await running.SendAsync("/v1/track", cut);
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
    }

    [Test]
    public async Task Event_AtTheLimit_IsTakenAndBeyondItRefused()
    {
        await using var running = await Running.StartAsync("rudderstack");
        var frame = """{"userId":"7","event":"Bought","properties":{"x":""}}""".Length;
        string Of(int bytes) => $$$"""{"userId":"7","event":"Bought","properties":{"x":"{{{new string('x', bytes - frame)}}}"}}""";
        await running.TakeAsync("/v1/track", Of(32 << 10));
        Assert.That((await running.PostAsync("/v1/track", Of((32 << 10) + 1))).Status, Is.EqualTo(400));
        Assert.That((await running.PostAsync("/v1/batch", "{\"batch\":[\"" + new string('x', 500 << 10) + "\"]}")).Status, Is.EqualTo(400));
        await running.SettleAsync();
        Assert.That(running.Events("7"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Batch_WithEventsThatCannotBeRead_TakesTheOthersAndKeepsThoseAsDeadLetters()
    {
        await using var running = await Running.StartAsync();
        var json =
            $$"""{"batch":[5,{"type":"track","userId":"7","userId":"8","event":"E"},{"type":"track","userId":"\ud800","event":"E"},{"type":"tra"""
            + $$"""ck","userId":"7","event":"{{new string('x', 33_000)}}"},{"type":"track",{{Track[1..]}}]}""";
        await running.TakeAsync("/v1/batch", json);
        await running.SettleAsync();
        var dead = running.DeadLetters();
        Assert.Multiple(() =>
        {
            Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought" }));
            Assert.That(dead.Select(d => d.Kind), Is.EqualTo(Enumerable.Repeat("input", 4)));
            Assert.That(dead[0].Text, Is.EqualTo("5"));
            Assert.That(dead[3].Reason, Does.Contain("at most 32768"));
            Assert.That(
                running.Said.Count(s => s.StartsWith("Event refused, kept as dead letter ", StringComparison.Ordinal)),
                Is.EqualTo(4),
                "nothing is refused without a line"
            );
        });
    }

    [Test]
    public async Task Cors_Off_TakesNothingFromPages()
    {
        await using var running = await Running.StartAsync();
        using var content = new StringContent(Track);
        using var response = await running.SendAsync("/v1/t", content, headers: ("Origin", "https://shop.example"));
        Assert.That((int)response.StatusCode, Is.EqualTo(403));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("--cors"));
        Assert.That(response.Headers.Select(h => h.Key), Has.None.StartsWith("Access-Control"));
        Assert.That(await running.Http.GetStringAsync(new Uri(running.Url, "/metrics")), Does.Contain("customerio_ingest_received_total 0\n"));
    }

    [TestCase("https://shop.example", true)]
    [TestCase("https://shop.example.evil", false)]
    [TestCase("http://shop.example", false)]
    [TestCase("null", false)]
    public async Task Cors_On_LetsInTheNamedOriginOnly(string origin, bool allowed)
    {
        await using var running = await Running.StartAsync(change: o => o with { Cors = ["https://shop.example"] });
        using var preflight = await running.SendAsync(
            "/v1/t",
            null,
            null,
            HttpMethod.Options,
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,content-type")
        );
        using var content = new StringContent(Track);
        using var wrong = await running.SendAsync("/v1/t", content, "wrong", headers: ("Origin", origin));
        Assert.Multiple(() =>
        {
            Assert.That((int)preflight.StatusCode, Is.EqualTo(allowed ? 204 : 403));
            Assert.That(Header(preflight, "Access-Control-Allow-Origin"), Is.EqualTo(allowed ? origin : null));
            Assert.That(Header(preflight, "Access-Control-Allow-Headers"), Is.EqualTo(allowed ? "authorization,content-type" : null));
            Assert.That(Header(preflight, "Access-Control-Allow-Methods"), Is.EqualTo(allowed ? "POST" : null));
            Assert.That(Header(preflight, "Access-Control-Max-Age"), Is.EqualTo(allowed ? "86400" : null));
            Assert.That(Header(preflight, "Vary"), Is.EqualTo(allowed ? "Origin" : null));
            Assert.That(Header(wrong, "Access-Control-Allow-Origin"), Is.EqualTo(allowed ? origin : null), "a page may read why it is refused");
            Assert.That((int)wrong.StatusCode, Is.EqualTo(allowed ? 401 : 403));
            Assert.That(Header(wrong, "Vary"), Is.EqualTo(allowed ? "Origin" : null));
        });
    }

    [TestCase("/health")]
    [TestCase("/metrics")]
    [TestCase("/v1/track")]
    [TestCase("/v1/m")]
    [TestCase("/nothing")]
    public async Task Everything_UnderAForeignName_IsRefused(string path)
    {
        await using var running = await Running.StartAsync(change: o => o with { Cors = ["*"] });
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post, HttpMethod.Options])
        {
            using var response = await running.SendAsync(path, null, method: method, headers: [("Host", "evil.example"), ("Origin", "http://evil.example")]);
            Assert.That((int)response.StatusCode, Is.EqualTo(403));
            Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("--allow-host"));
        }
    }

    [TestCase("https://shop.example")]
    [TestCase("null")]
    public async Task HealthAndMetrics_ForAPage_AreRefusedWhateverPagesMaySend(string origin)
    {
        await using var running = await Running.StartAsync(change: o => o with { Cors = ["*", "https://shop.example"] });
        foreach (var path in (string[])["/health", "/metrics", "/health/"])
        {
            using var response = await running.SendAsync(path, null, method: HttpMethod.Get, headers: ("Origin", origin));
            Assert.That((int)response.StatusCode, Is.EqualTo(403), path);
        }
    }

    [Test]
    public async Task AllowedName_OfAProxy_IsServed()
    {
        await using var running = await Running.StartAsync(names: "events.example.com");
        using var content = new StringContent(Track);
        using var response = await running.SendAsync("/v1/track", content, headers: ("Host", "Events.example.com"));
        Assert.That((int)response.StatusCode, Is.EqualTo(200));
    }

    [TestCase("/v1/track", """{"userId":"7","event":"Bought"}""")]
    [TestCase("/v1/batch", """{"batch":[{"type":"track","userId":"7","event":"Bought"}]}""")]
    public async Task Body_WithAByteOrderMark_IsTaken(string path, string json)
    {
        await using var running = await Running.StartAsync();
        await running.TakeAsync(path, "\uFEFF" + json);
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought" }));
        Assert.That((await running.PostAsync(path, "\uFEFF")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task MetricsOfBrowserSdks_AreAnsweredAndAreNoEvents()
    {
        await using var running = await Running.StartAsync();
        Assert.That((await running.PostAsync("/v1/m", "{}", null)).Status, Is.EqualTo(200));
        Assert.That(running.Ingest.Counts, Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task HealthAndMetrics_NeedNoKeyAndCount()
    {
        await using var running = await Running.StartAsync();
        await running.TakeAsync("/v1/track", Track);
        await running.TakeAsync("/v1/track", """{"userId":"7"}""");
        await running.PostAsync("/v1/track", Track, "wrong");
        await running.SettleAsync();
        Assert.That(
            JToken.DeepEquals(await running.GetAsync("/health"), JObject.Parse("""{"status":"ok","waitingFor":null,"queued":0,"deadLetters":1,"setAside":0}"""))
        );
        var lines = (await running.Http.GetStringAsync(new Uri(running.Url, "/metrics"))).Split('\n');
        Assert.That(
            lines.Where(l => l.StartsWith("customerio_ingest_", StringComparison.Ordinal)),
            Is.EqualTo(
                new[]
                {
                    "customerio_ingest_dead_lettered_total 1",
                    "customerio_ingest_dead_letters 1",
                    "customerio_ingest_dead_letters_forgotten_total 0",
                    "customerio_ingest_delivered_total 1",
                    "customerio_ingest_delivers 1",
                    "customerio_ingest_lag_seconds 0",
                    "customerio_ingest_queued 0",
                    "customerio_ingest_received_total 2",
                    "customerio_ingest_refused_requests_total 1",
                    "customerio_ingest_retries_total 0",
                    "customerio_ingest_set_aside 0",
                    "customerio_ingest_skipped_total 0",
                    "customerio_ingest_waiting 0",
                }
            )
        );
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private static ByteArrayContent Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return new ByteArrayContent(packed.ToArray()) { Headers = { ContentEncoding = { "gzip" } } };
    }
}
