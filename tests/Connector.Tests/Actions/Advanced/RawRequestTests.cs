using System.Text;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.Advanced;

public class RawRequestTests
{
    [Test]
    public async Task RunAsync_FormAndFiles_SendsOneMultipartForm()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync(
            "raw-request",
            """
            {"url":"/v1/forms/f/submit","method":"POST",
             "formData":{"plain":"a b","größe \"x\"":1.5,"on":true},
             "fileData":{"text":"naïve","dir/pixel":{"base64":"AAH/","contentType":"image/png"},"blob":{"base64":"AAE="}},
             "fileDataFileNames":{"text":"../../straße\r\n\".txt"}}
            """
        );
        var request = bench.Wire.Only;
        var boundary = request.Header("Content-Type")!["multipart/form-data; boundary=".Length..];
        byte[] expected =
        [
            .. Encoding.UTF8.GetBytes(
                $$"""
                --{{boundary}}
                Content-Disposition: form-data; name="plain"

                a b
                --{{boundary}}
                Content-Disposition: form-data; name="größe %22x%22"

                1.5
                --{{boundary}}
                Content-Disposition: form-data; name="on"

                true
                --{{boundary}}
                Content-Disposition: form-data; name="text"; filename="straße%0D%0A%22.txt"
                Content-Type: text/plain; charset=utf-8

                naïve
                --{{boundary}}
                Content-Disposition: form-data; name="dir/pixel"; filename="pixel"
                Content-Type: image/png


                """.ReplaceLineEndings("\r\n")
            ),
            0,
            1,
            255,
            .. Encoding.UTF8.GetBytes(
                $$"""

                --{{boundary}}
                Content-Disposition: form-data; name="blob"; filename="blob"
                Content-Type: application/octet-stream


                """.ReplaceLineEndings("\r\n")
            ),
            0,
            1,
            .. Encoding.UTF8.GetBytes($"\r\n--{boundary}--\r\n"),
        ];
        Assert.That(Convert.ToHexString(request.Body), Is.EqualTo(Convert.ToHexString(expected)), request.BodyText);
        Assert.That(boundary, Does.Match("^customerio-connector-[0-9a-f]{24}$"));
    }

    [TestCase("track", "https://track-eu.customer.io/api/v1/x", "Basic ")]
    [TestCase("app", "https://api-eu.customer.io/v1/x", "Bearer ")]
    [TestCase("pipelines", "https://cdp-eu.customer.io/v1/x", "Basic cGlwZWxpbmVzLWtleTo=")]
    public async Task RunAsync_EachApi_HasItsBaseAndKey(string api, string url, string authorization)
    {
        using var bench = new Bench(Answer.Ok());
        var connection = new Connection
        {
            SiteId = Bench.SiteId,
            ApiKey = Bench.ApiKey,
            AppApiKey = Bench.AppApiKey,
            PipelinesApiKey = "pipelines-key",
        };
        await bench.RunAsync("raw-request", $$"""{"url":"/v1/x","method":"GET","api":"{{api}}","region":"eu"}""", connection);
        Assert.That(
            (bench.Wire.Only.Url, bench.Wire.Only.Header("Authorization")!.StartsWith(authorization, StringComparison.Ordinal)),
            Is.EqualTo((url, true))
        );
    }

    [TestCase("app", "App API key is not set")]
    [TestCase("pipelines", "Pipelines API key is not set")]
    public async Task RunAsync_KeyOfThatApiIsMissing_IsAConnectionFailureThatNamesIt(string api, string words)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "raw-request",
            $$"""{"url":"/v1/x","method":"GET","api":"{{api}}"}""",
            new Connection { SiteId = "s", ApiKey = "k" }
        );
        Assert.That((failure.Kind, failure.Message.Contains(words, StringComparison.Ordinal)), Is.EqualTo((FailureKind.Connection, true)));
    }

    [Test]
    public async Task RunAsync_TriggerByHand_WaitsForTheBroadcastsOwnRate()
    {
        using var bench = new Bench(Wire.Ok(), FakeTime.Instant());
        const string Input = """{"url":"/v1/campaigns/7/triggers","method":"POST","api":"app","data":{}}""";
        await bench.RunAsync("raw-request", Input);
        var second = await bench.RunAsync("raw-request", Input);
        Assert.That(second.Request.WaitedMs, Is.InRange(9_000, 10_000));
    }

    [TestCase("/v1/accounts/region", "https://track.customer.io/api/v1/accounts/region")]
    [TestCase("/", "https://track.customer.io/api/")]
    [TestCase("/v2/entity?a=1&b=%20", "https://track.customer.io/api/v2/entity?a=1&b=%20")]
    [TestCase("/v1/customers/ada%40example.com", "https://track.customer.io/api/v1/customers/ada%40example.com")]
    [TestCase("/v1/customers/a%2Fb", "https://track.customer.io/api/v1/customers/a%2Fb")]
    [TestCase("/v1/customers/ü", "https://track.customer.io/api/v1/customers/%C3%BC")]
    [TestCase("/v1//x", "https://track.customer.io/api/v1//x")]
    [TestCase("/v1/a:b@c", "https://track.customer.io/api/v1/a:b@c")]
    [TestCase("/v1/.hidden/...", "https://track.customer.io/api/v1/.hidden/...")]
    [TestCase("/v1/x?to=https://example.com/../y", "https://track.customer.io/api/v1/x?to=https://example.com/../y")]
    public async Task RunAsync_Path_IsPutBehindTheBase(string url, string expected)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("raw-request", new JObject { ["url"] = url, ["method"] = "GET" });
        Assert.That(bench.Wire.Only.Url, Is.EqualTo(expected));
    }

    [TestCase("v1/x")]
    [TestCase(" /v1/x")]
    [TestCase("https://evil.example.com/v1/x")]
    [TestCase("HTTPS:evil.example.com")]
    [TestCase("//evil.example.com/v1/x")]
    [TestCase("///evil.example.com")]
    [TestCase("/\\evil.example.com")]
    [TestCase("\\\\evil.example.com")]
    [TestCase("/v1\\..\\x")]
    [TestCase("/v1/x\r\nX-Injected: 1")]
    [TestCase("/v1/x\t")]
    [TestCase("/v1/\u0085x")]
    [TestCase("/v1/\u00a0x")]
    [TestCase("/v1/a b")]
    [TestCase("/v1/x#part")]
    [TestCase("/..")]
    [TestCase("/../x")]
    [TestCase("/./x")]
    [TestCase("/v1/.")]
    [TestCase("/v1/../../x")]
    [TestCase("/v1/%2e%2e/x")]
    [TestCase("/v1/%2E./x")]
    [TestCase("/v1/.%2e")]
    [TestCase("/v1/%2e")]
    [TestCase("/v1/..%2fx")]
    [TestCase("/v1/%2e%2e%2fx")]
    [TestCase("/v1/..%5cx")]
    [TestCase("/v1/%252e%252e/x")]
    [TestCase("/v1/%zz")]
    [TestCase("/v1/100%")]
    [TestCase("?a=b")]
    public async Task RunAsync_PathThatCouldLeaveTheBase_IsRefused(string url)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("raw-request", new JObject { ["url"] = url, ["method"] = "GET" });
        Assert.That(failure.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/url" }), failure.Message);
        Assert.That(bench.Wire.Requests, Is.Empty);
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void RunAsync_AnyPath_StaysBehindTheBaseOrIsRefused(FsCheck.NonNull<string> text, byte shape)
    {
        string[] parts = ["/", "..", "%2e", "\\", "//", "@", "?", "#", "%2f", ":", ".", "%5c", "host"];
        var url = "/" + parts[shape % parts.Length] + text.Get + parts[shape / parts.Length % parts.Length];
        using var bench = new Bench(Wire.Ok());
        var run = bench.RunAsync("raw-request", new JObject { ["url"] = url, ["method"] = "GET" });
        if (run.IsFaulted)
        {
            Assert.That(run.Exception!.InnerException, Is.InstanceOf<ConnectorException>().With.Property("Kind").EqualTo(FailureKind.Input));
            return;
        }

        var sent = new Uri(bench.Wire.Only.Url);
        Assert.That((sent.Scheme, sent.Host, sent.Port, sent.UserInfo, sent.Fragment), Is.EqualTo(("https", "track.customer.io", 443, "", "")));
        Assert.That(sent.AbsolutePath, Does.StartWith("/api/"));
        Assert.That(sent.AbsolutePath.Split('/'), Has.None.EqualTo("..").And.None.EqualTo("."));
    }

    [Test]
    public async Task RunAsync_QueryParameters_AreEscapedAndMayRepeat()
    {
        var exchange = new Exchange("GET https://track.customer.io/api/v1/x?given=1&a%20b=c%26d%3De&list=1&list=two&list=true&list=2.5&empty=&n=10&plus=%2B");
        await exchange.RunAsync(
            "raw-request",
            """{"url":"/v1/x?given=1","method":"GET","queryParameters":{"a b":"c&d=e","list":[1,"two",true,2.5]"""
                + ""","none":[],"empty":"","n":10,"plus":"+"}}"""
        );
    }

    [TestCase("""{"a":1.50}""", "application/json", """{"a":1.5}""")]
    [TestCase("[1,2]", "application/json", "[1,2]")]
    [TestCase("12", "application/json", "12")]
    [TestCase("true", "application/json", "true")]
    [TestCase(""" "{\"a\": 1.50}" """, "application/json", """{"a": 1.50}""")]
    [TestCase(""" "[1]" """, "application/json", "[1]")]
    [TestCase(""" "17" """, "application/json", "17")]
    [TestCase(""" "hello ü" """, "text/plain; charset=utf-8", "hello ü")]
    [TestCase(""" "a=b&c=d" """, "text/plain; charset=utf-8", "a=b&c=d")]
    [TestCase(""" "{'a':1}" """, "text/plain; charset=utf-8", "{'a':1}")]
    [TestCase(""" "017" """, "text/plain; charset=utf-8", "017")]
    [TestCase(""" "" """, null, "")]
    [TestCase("null", null, "")]
    public async Task RunAsync_Data_GoesOutAsWhatItIs(string data, string? type, string expected)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("raw-request", $$"""{"url":"/v1/x","method":"POST","data":{{data}}}""");
        Assert.That((bench.Wire.Only.Header("Content-Type"), bench.Wire.Only.BodyText), Is.EqualTo((type, expected)));
    }

    [TestCase("Content-Type")]
    [TestCase("content-type")]
    public async Task RunAsync_ContentTypeHeader_WinsOverTheDatasOwn(string name)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("raw-request", $$$"""{"url":"/v1/x","method":"POST","data":{"a":1},"headers":{"{{{name}}}":"application/vnd.x+json"}}""");
        Assert.That((bench.Wire.Only.Header("Content-Type"), bench.Wire.Only.BodyText), Is.EqualTo(("application/vnd.x+json", """{"a":1}""")));
    }

    [Test]
    public async Task RunAsync_Headers_AreSentAsGiven()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync(
            "raw-request",
            """{"url":"/v1/x","method":"GET","headers":{"X-Text":"a, b; c=\"d\"","X-Number":1.5,"X-Flag":"""
                + """true,"X-Empty":"","Accept":"text/csv","User-Agent":"mine/1"}}"""
        );
        var request = bench.Wire.Only;
        Assert.That(
            new[] { "X-Text", "X-Number", "X-Flag", "X-Empty", "Accept", "User-Agent" }.Select(request.Header),
            Is.EqualTo(new[] { "a, b; c=\"d\"", "1.5", "true", "", "text/csv", "mine/1" })
        );
        Assert.That(request.Header("Authorization"), Does.StartWith("Basic "));
    }

    [TestCase("Authorization", "Bearer x")]
    [TestCase("authorization", "Bearer x")]
    [TestCase("Host", "evil.example.com")]
    [TestCase("Content-Length", "3")]
    [TestCase("content-length", "3")]
    [TestCase("Transfer-Encoding", "chunked")]
    [TestCase("X-A", "a\r\nX-Injected: 1")]
    [TestCase("X-A", "a\nb")]
    [TestCase("X-A", "a\rb")]
    [TestCase("X-A", "a\u0000b")]
    [TestCase("X-A", "ü")]
    [TestCase("X A", "b")]
    [TestCase("X-A:", "b")]
    [TestCase("X-A\r\nX-B", "b")]
    [TestCase("", "b")]
    [TestCase("Content-Type", "no media type")]
    public async Task RunAsync_HeaderThatMayNotBeSet_IsRefused(string name, string value)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "raw-request",
            new JObject
            {
                ["url"] = "/v1/x",
                ["method"] = "POST",
                ["headers"] = new JObject { [name] = value },
            }
        );
        Assert.That(
            failure.Problems.Select(p => p.Path),
            Is.EqualTo(new[] { "/headers/" + name.Replace("\r\n", @"\r\n", StringComparison.Ordinal) }),
            failure.Message
        );
        Assert.That(bench.Wire.Requests, Is.Empty);
    }

    [Test]
    public async Task RunAsync_SameHeaderInTwoSpellings_IsRefused()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("raw-request", """{"url":"/v1/x","method":"GET","headers":{"X-A":"1","x-a":"2"}}""");
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/headers/x-a"));
    }

    [TestCase(""" "data":{"a":1},"formData":{"b":1} """, "/data")]
    [TestCase(""" "data":"text","fileData":{"f":"x"} """, "/data")]
    [TestCase(""" "fileDataFileNames":{"f":"x.txt"} """, "/fileDataFileNames/f")]
    [TestCase(""" "fileData":{"g":"x"},"fileDataFileNames":{"f":"x.txt"} """, "/fileDataFileNames/f")]
    [TestCase(""" "formData":{"f":"x"},"fileDataFileNames":{"f":"x.txt"} """, "/fileDataFileNames/f")]
    [TestCase(""" "fileData":{"f":{"base64":"%%%"}} """, "/fileData/f/base64")]
    [TestCase(""" "fileData":{"f":{"base64":"AAA=","contentType":"png"}} """, "/fileData/f/contentType")]
    [TestCase(""" "fileData":{"f":{"base64":"AAA=","contentType":"image/png\r\nX: y"}} """, "/fileData/f/contentType")]
    [TestCase(""" "fileData":{"f":{"contentType":"image/png"}} """, "/fileData/f/base64")]
    [TestCase(""" "fileData":{"f":{"base64":"AAA=","other":1}} """, "/fileData/f/other")]
    [TestCase(""" "fileData":{"f":5} """, "/fileData/f")]
    [TestCase(""" "formData":{"f":{"a":1}} """, "/formData/f")]
    [TestCase(""" "formData":{"f":null} """, "/formData/f")]
    [TestCase(""" "formData":"text" """, "/formData")]
    [TestCase(""" "queryParameters":{"f":{"a":1}} """, "/queryParameters/f")]
    [TestCase(""" "queryParameters":{"f":[[1]]} """, "/queryParameters/f/0")]
    [TestCase(""" "formData":{"f":"x"},"headers":{"Content-Type":"text/plain"} """, "/headers/Content-Type")]
    [TestCase(""" "responseType":"xml" """, "/responseType")]
    public async Task RunAsync_BodyThatCannotBe_IsRefused(string fields, string path)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("raw-request", $$"""{"url":"/v1/x","method":"POST",{{fields}}}""");
        Assert.That(failure.Problems.Select(p => p.Path), Is.EqualTo(new[] { path }), failure.Message);
        Assert.That(bench.Wire.Requests, Is.Empty);
    }

    [TestCase("get")]
    [TestCase("TRACE")]
    [TestCase("CONNECT")]
    [TestCase("GET /x")]
    public async Task RunAsync_AnotherMethod_IsRefused(string method)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("raw-request", new JObject { ["url"] = "/v1/x", ["method"] = method });
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/method"));
        Assert.That(failure.Message, Does.Contain("GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"));
    }

    [TestCase("GET")]
    [TestCase("HEAD")]
    public async Task RunAsync_DataWithAMethodThatHasNone_IsRefused(string method)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("raw-request", $$$"""{"url":"/v1/x","method":"{{{method}}}","data":{"a":1}}""");
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/data"));
        var form = await bench.FailAsync("raw-request", $$$"""{"url":"/v1/x","method":"{{{method}}}","formData":{"a":1}}""");
        Assert.That(form.Problems.Single().Path, Is.EqualTo("/formData"));
    }

    [Test]
    public async Task RunAsync_SeveralMistakes_AreNamedTogether()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "raw-request",
            """{"url":"//x","method":"POST","data":1,"formData":{"a":1},"headers":{"Host":"x","X-A":"a\nb"},"fileDataFileNames":{"f/g":"x"}}"""
        );
        Assert.That(
            failure.Problems.Select(p => p.Path),
            Is.EquivalentTo(new[] { "/url", "/data", "/headers/Host", "/headers/X-A", "/fileDataFileNames/f~1g" })
        );
        Assert.That(failure.Message, Does.EndWith("(4 more problems)"));
    }

    [Test]
    public async Task RunAsync_SameForm_IsTheSameRequestAndAnotherHasAnotherBoundary()
    {
        using var bench = new Bench(Wire.Ok());
        foreach (var value in new[] { "1", "1", "2" })
        {
            await bench.RunAsync("raw-request", $$$"""{"url":"/v1/x","method":"POST","formData":{"a":"{{{value}}}"}}""");
        }

        Assert.That(bench.Wire.Requests[0].Text, Is.EqualTo(bench.Wire.Requests[1].Text));
        Assert.That(bench.Wire.Requests[0].Header("Content-Type"), Is.Not.EqualTo(bench.Wire.Requests[2].Header("Content-Type")));
    }

    [TestCase("json", "[1,{\"a\":1.5}]", "[1,{\"a\":1.5}]")]
    [TestCase("json", "\"x\"", "\"x\"")]
    [TestCase("json", "null", "null")]
    [TestCase("json", "{\"at\":\"2026-01-31T09:30:00+02:00\"}", "{\"at\":\"2026-01-31T09:30:00+02:00\"}")]
    [TestCase("text", "plain ü", "{\"text\":\"plain ü\"}")]
    [TestCase("text", "", "{\"text\":\"\"}")]
    [TestCase("binary", "ab", "{\"base64\":\"YWI=\",\"contentType\":\"text/x\"}")]
    public async Task RunAsync_ResponseType_ShapesTheData(string type, string body, string expected)
    {
        using var bench = new Bench(Answer.Status(200, body, "text/x"));
        var result = await bench.RunAsync("raw-request", $$"""{"url":"/v1/x","method":"GET","responseType":"{{type}}"}""");
        Assert.That(Values.Json.Text(result.Data), Is.EqualTo(expected));
        Assert.That(() => result.ToJson(), Throws.Nothing);
    }

    [Test]
    public async Task RunAsync_BinaryAnswer_KeepsEveryByte()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        using var bench = new Bench(Answer.Bytes(200, bytes, null));
        var result = await bench.RunAsync("raw-request", """{"url":"/v1/x","method":"GET","responseType":"binary"}""");
        Assert.That(Convert.FromBase64String((string)result.Data["base64"]!), Is.EqualTo(bytes));
    }

    [Test]
    public async Task RunAsync_Head_HasAnEmptyAnswer()
    {
        using var bench = new Bench(Answer.Status(200, "", null));
        Assert.That((await bench.RunAsync("raw-request", """{"url":"/v1/x","method":"HEAD"}""")).Data.ToString(), Is.EqualTo("{}"));
    }
}
