using System.Numerics;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Tests.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Manifest;

public class InputSchemaTests
{
    [TestCase("null")]
    [TestCase("\"\"")]
    public async Task Bind_BlankFieldsOfAForm_MeanNotFilledIn(string blank)
    {
        using var bench = new Bench(Answer.Ok("""{"a":1}"""));
        var result = await bench.RunAsync(
            "raw-request",
            $$"""
            {"url":"/v1/x","method":"GET","region":{{blank}},"responseType":{{blank}},"timeout":{{blank}},"debugRequest":{{blank}},"retryDelayMs":{{blank}},
             "retryOnAllErrors":{{blank}},"maxRetryCount":{{blank}},"useExponentialBackoff":{{blank}},"formData":{{blank}},
             "queryParameters":{{blank}},"headers":{{blank}},"data":{{blank}}}
            """,
            Bench.Eu
        );
        Assert.That(bench.Wire.Only.Url, Is.EqualTo("https://track-eu.customer.io/api/v1/x"));
        Assert.That((int?)result.Data["a"], Is.EqualTo(1));
    }

    [TestCase("null")]
    [TestCase("\"\"")]
    public async Task Bind_BlankRequiredChoice_IsMissing(string blank)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("raw-request", $$"""{"url":"/v1/x","method":{{blank}}}""");
        Assert.That(failure.Problems, Is.EqualTo(new[] { new Problem("/method", "is required.") }));
    }

    // Telling each of them took the square of their number: 16,000 kept a caller, and a place in the hub, for a minute.
    [Test]
    [CancelAfter(60_000)]
    public void Bind_ThousandsOfProblems_AreToldUpToABound()
    {
        var input = new JObject(Enumerable.Range(0, 20_000).Select(i => new JProperty("k" + i, 1)));
        var failure = Assert.Throws<ConnectorException>(() => Catalogue.Embedded.Find("identify").Validate(input))!;
        Assert.That(failure.Problems, Has.Count.EqualTo(51));
        Assert.That(failure.Problems[0], Is.EqualTo(new Problem("/id", "is required.")));
        Assert.That(failure.Problems[^1], Is.EqualTo(new Problem("", "has further problems; these are the first 50.")));
    }

    [Test]
    public async Task Bind_UnknownKeys_AreRefusedAndTheKnownOnesNamed()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("identify", """{"id":"u1","customerdata":{},"a.b/c":1}""");
        Assert.That(failure.Problems.Select(p => p.Path), Is.EquivalentTo(new[] { "/customerdata", "/a.b~1c" }));
        Assert.That(failure.Problems[0].Message, Is.EqualTo("is not known here; did you mean \"customerData\"?"));
    }

    [Test]
    public async Task Bind_ManyMistakes_AreAllReportedWithTheirPointers()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "track",
            """{"eventName":"","eventData":[],"timeout":5,"maxRetryCount":21,"retryDelayMs":"""
                + """-1,"debugRequest":"yes","region":"mars","useExponentialBackoff":1,"retryOnAllErrors":1.5,"extra":null}"""
        );
        Assert.That(
            failure.Problems.Select(p => $"{p.Path} {p.Message}").Order(StringComparer.Ordinal),
            Is.EqualTo(
                new[]
                {
                    "/debugRequest must be true or false.",
                    "/eventData must be an object.",
                    "/eventName must not be empty.",
                    "/extra is not known here; check its spelling. It has: id, idType, eventName, eventData, eventId, timestamp, region, timeout, "
                        + "debugRequest, retryDelayMs, retryOnAllErrors, maxRetryCount, useExponentialBackoff.",
                    "/id is required.",
                    "/maxRetryCount must be from 0 to 20.",
                    "/region must be one of: auto, us, eu.",
                    "/retryDelayMs must be from 0 to 300000.",
                    "/retryOnAllErrors must be true or false.",
                    "/timeout must be from 10 to 600000.",
                    "/useExponentialBackoff must be true or false.",
                }
            )
        );
        Assert.That(failure.Message, Does.EndWith("(10 more problems)"));
        Assert.That((failure.Attempts, bench.Wire.Requests.Count), Is.EqualTo((0, 0)));
    }

    [TestCase("9", false)]
    [TestCase("10", true)]
    [TestCase("600000", true)]
    [TestCase("600001", false)]
    [TestCase("10.5", false)]
    [TestCase("\"5000\"", false)]
    [TestCase("99999999999999999999999999", false)]
    [TestCase("-99999999999999999999999999", false)]
    public async Task Bind_Timeout_IsMillisecondsFromTenToTenMinutes(string timeout, bool accepted)
    {
        using var bench = new Bench(Wire.Ok());
        var input = $$"""{"id":"u1","timeout":{{timeout}}}""";
        if (accepted)
        {
            Assert.That((await bench.RunAsync("identify", input)).Request.HttpStatus, Is.EqualTo(200));
        }
        else
        {
            Assert.That((await bench.FailAsync("identify", input)).Problems.Single().Path, Is.EqualTo("/timeout"));
        }
    }

    [TestCase("x", 150)]
    [TestCase("ü", 75)]
    [TestCase("😀", 37)]
    public async Task Bind_Id_MayHaveAHundredAndFiftyBytes(string character, int most)
    {
        string Id(int count) => string.Concat(Enumerable.Repeat(character, count));
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync("identify", new JObject { ["id"] = Id(most) });
        var failure = await bench.FailAsync("identify", new JObject { ["id"] = Id(most + 1) });
        var bytes = System.Text.Encoding.UTF8.GetByteCount(Id(most + 1));
        Assert.That(failure.Problems, Is.EqualTo(new[] { new Problem("/id", $"is {bytes} bytes long; at most 150 are allowed.") }));
    }

    [Test]
    public async Task Bind_IntegerId_IsMeasuredAsItsText()
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync("identify", new JObject { ["id"] = new JValue(BigInteger.Pow(10, 149)) });
        var failure = await bench.FailAsync("identify", new JObject { ["id"] = new JValue(BigInteger.Pow(10, 150)) });
        Assert.That(failure.Problems, Is.EqualTo(new[] { new Problem("/id", "is 151 bytes long; at most 150 are allowed.") }));
    }

    [Test]
    public async Task Bind_AttributeLimits_AreEachNamedWithTheirBytes()
    {
        string Euros(int count) => new('€', count);
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject { [Euros(50)] = Euros(333) + "x", ["n"] = new JArray(Euros(2000)) },
            }
        );
        var failure = await bench.FailAsync(
            "identify",
            new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject
                {
                    [Euros(50) + "/"] = 1,
                    ["plan"] = Euros(334),
                    ["ok"] = "x",
                },
            }
        );
        Assert.That(
            failure.Problems,
            Is.EqualTo(
                new[]
                {
                    new Problem($"/customerData/{Euros(50)}~1", "the attribute's name is 151 bytes long; at most 150 are allowed."),
                    new Problem("/customerData/plan", "is 1002 bytes long; at most 1000 are allowed."),
                }
            )
        );
    }

    [Test]
    public async Task Bind_MoreThanThreeHundredAttributes_AreRefused()
    {
        JObject Input(int count) => new() { ["id"] = "u1", ["customerData"] = new JObject(Enumerable.Range(0, count).Select(i => new JProperty($"a{i}", i))) };
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync("identify", Input(300));
        Assert.That(
            (await bench.FailAsync("identify", Input(301))).Problems,
            Is.EqualTo(new[] { new Problem("/customerData", "has 301 attributes; at most 300 are allowed.") })
        );
    }

    [Test]
    public async Task Bind_EventLimits_AreNamedWithTheirBytes()
    {
        JObject Input(int name, int data) =>
            new()
            {
                ["id"] = "u1",
                ["eventName"] = new string('é', name),
                ["eventData"] = new JObject { ["d"] = new string('x', data) },
            };
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync("track", Input(50, 100_000 - 8));
        Assert.That(
            (await bench.FailAsync("track", Input(51, 100_000 - 7))).Problems,
            Is.EqualTo(
                new[]
                {
                    new Problem("/eventName", "is 102 bytes long; at most 100 are allowed."),
                    new Problem("/eventData", "is 100001 bytes long; at most 100000 are allowed."),
                }
            )
        );
    }

    [Test]
    public async Task Bind_MistakesInShapeAndInBytes_AreReportedTogether()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "track",
            new JObject
            {
                ["id"] = new string('x', 151),
                ["timeout"] = 5,
                ["timestamp"] = "yesterday",
            }
        );
        Assert.That(failure.Problems.Select(p => p.Path), Is.EquivalentTo(new[] { "/id", "/timeout", "/eventName", "/timestamp" }));
    }

    [TestCase("""{"id":"u1","customerData":{"big":123456789012345678901234567890,"neg":-99999999999999999999,"list":[18446744073709551616]}}""")]
    [TestCase("""{"id":123456789012345678901234567890,"customerData":{"a":1}}""")]
    [TestCase("""{"id":"u1","customerData":{"big":123456789012345678901234567890},"timeout":null,"retryDelayMs":""}""")]
    public async Task Bind_IntegersOfAnySize_KeepTheirValue(string input)
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync("identify", input);
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo(Json.Text(Bench.Json(input)["customerData"]!)));
    }

    [Test]
    public async Task Bind_NumberThatIsNone_IsAnInputError()
    {
        using var bench = new Bench();
        foreach (var number in new[] { double.NaN, double.PositiveInfinity })
        {
            Assert.That(
                (
                    await bench.FailAsync(
                        "identify",
                        new JObject
                        {
                            ["id"] = "u1",
                            ["customerData"] = new JObject { ["n"] = number },
                        }
                    )
                ).Kind,
                Is.EqualTo(FailureKind.Input)
            );
            Assert.That(
                (
                    await bench.FailAsync(
                        "track",
                        new JObject
                        {
                            ["id"] = "u1",
                            ["eventName"] = "x",
                            ["timestamp"] = number,
                        }
                    )
                ).Kind,
                Is.EqualTo(FailureKind.Input)
            );
        }
    }

    [Test]
    public async Task Bind_DotNetValues_AreTakenAsTheirText()
    {
        using var bench = new Bench(Wire.Ok());
        var at = new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);
        await bench.RunAsync(
            "track",
            new JObject
            {
                ["id"] = new Guid("01020304-0506-0708-090a-0b0c0d0e0f10"),
                ["eventName"] = "x",
                ["eventId"] = "e",
                ["timestamp"] = at,
                ["eventData"] = new JObject { ["at"] = at, ["n"] = 1.5m },
            }
        );
        Assert.That(bench.Wire.Only.Url, Does.EndWith("/customers/01020304-0506-0708-090a-0b0c0d0e0f10/events"));
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo("""{"name":"x","data":{"at":"2026-01-31T09:30:00+00:00","n":1.5},"id":"e","timestamp":1769851800}"""));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Bind_AnyData_GoesOutAsItCameAndStaysAsItWas(int seed)
    {
        var data = Json.Object(seed);
        var input = new JObject { ["id"] = "u1", ["customerData"] = data };
        var before = input.DeepClone();
        using var bench = new Bench(Wire.Ok());
        bench.RunAsync("identify", input).GetAwaiter().GetResult();
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo(Json.Text(data)));
        Assert.That(JToken.DeepEquals(input, before), Is.True);
        Assert.That(ReferenceEquals(input["customerData"], data), Is.True);
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Bind_AnyInput_EndsInARunOrOneInputError(int seed, byte shape)
    {
        string[] keys = ["id", "eventName", "eventData", "eventId", "timestamp", "region", "timeout", "maxRetryCount", "retryDelayMs", "debugRequest", "extra"];
        var random = new Random(seed);
        var input = new JObject { ["id"] = "u1", ["eventName"] = "x" };
        for (var i = shape % 4; i >= 0; i--)
        {
            input[keys[random.Next(keys.Length)]] = Json.Value(random.Next());
        }

        var before = input.DeepClone();
        using var bench = new Bench(Wire.Always(r => Answer.Ok(r.Url.EndsWith("region", StringComparison.Ordinal) ? """{"region":"us"}""" : "{}")));
        try
        {
            bench.RunAsync("track", input).GetAwaiter().GetResult();
        }
        catch (ConnectorException e)
        {
            Assert.That(e.Kind, Is.EqualTo(FailureKind.Input), e.Message);
            Assert.That(e.Problems, Is.Not.Empty);
        }

        Assert.That(JToken.DeepEquals(input, before), Is.True);
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Bind_WhatThePlainCheckAccepts_TheFullCheckAcceptsToo(int seed, byte which)
    {
        var manifest = Catalogue.Embedded.Find(Catalogue.Embedded.Ids[which % Catalogue.Embedded.Ids.Count]);
        var properties = manifest.Properties.ToArray();
        var (name, schema) = properties[Math.Abs(seed % properties.Length)];
        var value = new Random(seed).Next(3) == 0 && schema["examples"] is JArray examples ? examples[0] : Json.Value(seed);
        var problems = SchemaReport.Problems(schema, value.DeepClone());
        Assert.That(!new PlainCheck(schema).Accepts(value) || problems.Count == 0, Is.True, $"{manifest.Id} {name} {value}: {string.Join(", ", problems)}");
    }

    [Test]
    public async Task RunAsync_TwoRunsAtOnce_ShareNothing()
    {
        using var bench = new Bench(Wire.Ok());
        await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(i =>
                    Task.Run(() =>
                        bench.RunAsync(
                            "track",
                            new JObject
                            {
                                ["id"] = $"u{i}",
                                ["eventName"] = $"e{i}",
                                ["eventData"] = i % 2 == 0 ? new JObject { [$"only{i}"] = i } : null,
                            },
                            options: new RunOptions { InvocationId = "x", ItemIndex = i }
                        )
                    )
                )
        );
        var expected = Enumerable
            .Range(0, 200)
            .Select(i =>
                $"/u{i}/events "
                + $"{{\"name\":\"e{i}\",{(i % 2 == 0 ? $"\"data\":{{\"only{i}\":{i}}}," : "")}"
                + $"\"id\":\"{CustomerIo.Connector.Values.EventIds.Derive("x", "track", i)}\"}}"
            );
        Assert.That(
            bench.Wire.Requests.Select(r => r.Url["https://track.customer.io/api/v1/customers".Length..] + " " + r.BodyText),
            Is.EquivalentTo(expected)
        );
    }

    [Test]
    public async Task RunAsync_SameInputObjectInManyRuns_IsNeverTouched()
    {
        var input = Bench.Json("""{"id":"u1","eventName":"x","eventData":{"a":{"b":[1,2]}},"timestamp":"2026-01-31T09:30:00Z"}""");
        var before = input.DeepClone();
        using var bench = new Bench(Wire.Ok());
        await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => Task.Run(() => bench.RunAsync("track", input, options: new RunOptions { InvocationId = "same" })))
        );
        Assert.That(bench.Wire.Requests.Select(r => r.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(JToken.DeepEquals(input, before), Is.True);
    }

    [Test]
    public async Task Find_UnknownAction_NamesTheNearest()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("trak", "{}");
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Message, Does.Contain("Did you mean \"track\"?"));
        foreach (var id in new[] { "", "../connector", "Track", new string('x', 10_000) })
        {
            Assert.That((await bench.FailAsync(id, "{}")).Kind, Is.EqualTo(FailureKind.Input));
        }
    }

    [TestCase("nosuch")]
    [TestCase("")]
    public async Task Find_ActionLikeNoOther_ProposesNone(string id)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync(id, "{}")).Message, Does.Contain($"There is no action \"{id}\". connector actions lists them."));
    }
}
