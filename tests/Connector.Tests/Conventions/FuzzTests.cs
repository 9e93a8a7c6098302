using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using FsCheck;
using FsCheck.Fluent;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>Every action with arbitrary inputs, inside and outside of its schema: a run ends in a result or in the one exception, in time.</summary>
public class FuzzTests
{
    private static readonly int s_runs = Amount.Of(300);
    private static readonly string[] s_texts =
    [
        "",
        " ",
        "u1",
        "ada@example.com",
        "cio_a1",
        "cio_",
        "+43123456789",
        ".",
        "..",
        "a/b",
        "\0",
        "\r\n",
        "é",
        "😀",
        "\ud800",
        "2026-01-31T09:30:00Z",
        "1769851800000",
        "auto",
        "GET",
        "/v1/x",
        "{}",
        new('x', 200),
        new('y', 40_000),
    ];

    // Where names and owners are looked up before anything is changed; a missing segment is created by POST.
    private static readonly string[] s_lookUps = ["segments", "collections", "customers"];
    private static readonly string[] s_lookingByPost = ["/v1/segments", "/v1/customers/attributes"];

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public void RunAsync_AnyInput_EndsInAResultOrTheOneException(string id)
    {
        var manifest = Every.Manifest(id);
        var (accepted, refused) = (0, 0);
        Prop.ForAll(
                Arb.From(InputGen(manifest)),
                input =>
                {
                    var before = input.DeepClone();
                    using var bench = new Bench(Wire.Always(r => Answer.Ok(r.Kept("\"region\":\"eu\""))));
                    try
                    {
                        var result = bench.RunAsync(id, input).GetAwaiter().GetResult();
                        accepted++;
                        Assert.That(result.Data, Is.Not.Null);
                        CheckRequests(bench.Wire.Requests);
                    }
                    catch (ConnectorException e)
                    {
                        refused++;
                        if (e.Kind == FailureKind.Rejected)
                        {
                            // A look-up found nothing: that is all that was asked, or a thing that it creates was not named.
                            var asked = bench.Wire.Requests.Where(r => r.Method == "GET").Select(r => new Uri(r.Url).AbsolutePath);
                            Assert.That(asked, Is.All.Matches<string>(path => s_lookUps.Contains(path.Split('/')[2])));
                            var others = bench.Wire.Requests.Where(r => r.Method != "GET").Select(r => new Uri(r.Url).AbsolutePath);
                            Assert.That(others, Is.SubsetOf(s_lookingByPost));
                            return true;
                        }

                        Assert.That(e.Kind, Is.EqualTo(FailureKind.Input), e.Message);
                        Assert.That(e.Problems, Is.Not.Empty, "an input error says where");
                        Assert.That(e.Problems.Select(p => p.Message), Is.All.Not.Empty);
                        Assert.That(
                            bench.Wire.Requests.Where(r => !r.Url.EndsWith("/accounts/region", StringComparison.Ordinal)),
                            Is.Empty,
                            "nothing is sent of an input that is refused"
                        );
                    }

                    Assert.That(bench.Time.Elapsed, Is.LessThan(Bench.Us.TotalTimeout));
                    Assert.That(JToken.DeepEquals(input, before), Is.True, "the caller's input was changed");
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(s_runs).WithReplay(20260131, 9301));
        TestContext.Out.WriteLine($"{id}: {accepted} accepted, {refused} refused.");
        Assert.That(accepted, Is.GreaterThan(s_runs / 20), "inputs that are never accepted test only the checks");
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public void RunAsync_AnyAnswer_EndsInAResultOrTheOneException(string id)
    {
        var input = (JObject)Every.Manifest(id).Examples.First()["input"]!;
        Prop.ForAll(
                Arb.From(s_answerGen),
                answer =>
                {
                    using var bench = new Bench(Wire.Always(_ => Answer.Status(answer.Status, answer.Body, answer.Type)));
                    try
                    {
                        bench.RunAsync(id, input).GetAwaiter().GetResult();
                        Assert.That(answer.Status, Is.InRange(200, 299));
                    }
                    catch (ConnectorException e)
                    {
                        Assert.That(e.Kind, Is.Not.AnyOf(FailureKind.Input, FailureKind.Cancelled));
                        Assert.That(e.Message, Is.Not.Empty);
                    }

                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(20260131, 9303));
    }

    private static readonly Gen<(int Status, string Body, string? Type)> s_answerGen =
        from status in Gen.Elements(200, 201, 204, 207, 301, 400, 401, 403, 404, 408, 409, 413, 418, 422, 429, 500, 502, 503, 504, 599)
        from body in Gen.Elements(
            "",
            "{}",
            "[]",
            "null",
            "5",
            "\"x\"",
            "<html>",
            "{",
            "\ufeff{}",
            """{"meta":{"error":5}}""",
            """{"meta":{"errors":[{"a":1},null]}}""",
            """{"errors":null}""",
            """{"errors":[{"batch_index":0,"reason":null,"field":5}]}""",
            """{"errors":[{"batch_index":"0"},{"batch_index":-1},{"batch_index":99999999999},7]}""",
            """{"meta":[]}"""
        )
        from type in Gen.Elements("application/json", "text/html", null)
        select (status, body, type);

    // Mostly what the schema describes, and always something of what it does not.
    private static Gen<JObject> InputGen(ActionManifest manifest)
    {
        var example = Gen.Elements(manifest.Examples.Select(e => (JObject)e["input"]!).ToArray());
        var changes = Gen.Elements(manifest.Properties.ToArray()).SelectMany(p => ValueOf(p.Value, 2).Select(v => (p.Key, v)));
        return from start in Gen.Frequency((4, example), (1, Gen.Constant(new JObject())))
            from count in Gen.Choose(0, 4)
            from made in Gen.ArrayOf(changes, count)
            from stranger in Gen.Frequency((9, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("oops", "", "ID")))
            select Build(start, made, stranger);
    }

    private static JObject Build(JObject start, (string Key, JToken Value)[] made, string? stranger)
    {
        var input = (JObject)start.DeepClone();
        foreach (var (key, value) in made)
        {
            input[key] = value.DeepClone();
        }

        if (stranger is not null)
        {
            input[stranger] = 1;
        }

        return input;
    }

    private static Gen<JToken> ValueOf(JObject schema, int depth)
    {
        var fitting = new List<Gen<JToken>> { Gen.Elements((schema["examples"] as JArray)?.ToArray() ?? [JValue.CreateNull()]) };
        if (schema["enum"] is JArray choices)
        {
            fitting.Add(Gen.Elements(choices.ToArray()));
        }

        if (schema["items"] is JObject items && depth > 0)
        {
            fitting.Add(
                Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(ValueOf(items, depth - 1), n)).Select(all => (JToken)new JArray(all.Select(v => v.DeepClone())))
            );
        }

        if (schema["properties"] is JObject properties && depth > 0)
        {
            fitting.Add(
                Gen.CollectToArray(properties.Properties(), p => ValueOf((JObject)p.Value, depth - 1).Select(v => new JProperty(p.Name, v.DeepClone())))
                    .Select(all => (JToken)new JObject(all))
            );
        }

        return Gen.Frequency((3, Gen.OneOf(fitting)), (2, Anything(depth)));
    }

    private static Gen<JToken> Anything(int depth)
    {
        var scalars = new List<Gen<JToken>>
        {
            Gen.Elements(s_texts).Select(t => (JToken)t),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(t => (JToken)t.Get),
            Gen.Elements(0L, 1, -1, 7, 1769851800, 1769851800000, long.MaxValue, long.MinValue).Select(n => (JToken)n),
            Gen.Elements(0.0, 1.5, -0.0, 1e308, double.NaN, double.PositiveInfinity, 1769851800.5).Select(n => (JToken)n),
            Gen.Elements<JToken>(
                true,
                false,
                JValue.CreateNull(),
                new JValue(System.Numerics.BigInteger.Pow(10, 40)),
                new JValue(FakeTime.Start),
                new JValue(Guid.Empty)
            ),
        };
        if (depth > 0)
        {
            scalars.Add(
                Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(Anything(depth - 1), n)).Select(all => (JToken)new JArray(all.Select(v => v.DeepClone())))
            );
            scalars.Add(
                Gen.Choose(0, 3)
                    .SelectMany(n => Gen.ArrayOf(Gen.Elements(s_texts).SelectMany(k => Anything(depth - 1).Select(v => (k, v))), n))
                    .Select(ToObject)
            );
        }

        return Gen.OneOf(scalars);
    }

    private static JToken ToObject((string Key, JToken Value)[] members)
    {
        var o = new JObject();
        foreach (var (key, value) in members)
        {
            o[key] = value.DeepClone();
        }

        return o;
    }

    private static void CheckRequests(IReadOnlyList<WireRequest> requests)
    {
        foreach (var request in requests)
        {
            var path = new Uri(request.Url).AbsolutePath;
            Assert.That(
                path.StartsWith("/api/", StringComparison.Ordinal)
                    || path.StartsWith("/v1/", StringComparison.Ordinal)
                    || path.StartsWith("/unsubscribe/", StringComparison.Ordinal),
                Is.True,
                request.Url
            );
            if (request.Header("Content-Type") == "application/json")
            {
                Assert.That(() => ConnectorJson.Parse(request.Body), Throws.Nothing);
            }

            if (path.StartsWith("/api/v2/", StringComparison.Ordinal))
            {
                Assert.That(request.Body, Has.Length.LessThanOrEqualTo(path.EndsWith("batch", StringComparison.Ordinal) ? 500_000 : 32_000));
            }
        }
    }
}
