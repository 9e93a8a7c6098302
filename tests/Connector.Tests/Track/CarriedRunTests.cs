using System.Text;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Tests.Values;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Track;

/// <summary>A run whose input is text sends, answers and refuses what the same run does whose input is tokens.</summary>
public class CarriedRunTests
{
    [TestCase("""{"id":"u1","customerData":{"a" : 1.50}}""", """{"a" : 1.50}""")]
    [TestCase("""{"id":"u1"}""", "{}")]
    [TestCase("""{"customerData":{"plan":"pro"},"id":"ada@example.com","idType":"email"}""", """{"plan":"pro"}""")]
    [TestCase("""{"id":"u1","customerData":{"a" : 1.50,"unsubscribed":"yes"}}""", """{"a":1.5,"unsubscribed":true}""")]
    public async Task Map_InWhichNothingChanges_IsSentAsItWasWritten(string input, string body)
    {
        using var bench = new Bench(Answer.Ok("{}"));
        await bench.RunAsync("identify", input);
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo(body));
    }

    [Test]
    public async Task Text_MayChangeOnceTheRunHasBegun()
    {
        using var bench = new Bench(Answer.Ok("{}"));
        var text = Encoding.UTF8.GetBytes("""{"id":"u1","customerData":{"a":1}}""");
        var run = bench.Connector.RunJsonAsync("identify", text, Bench.Us);
        text.AsSpan().Fill((byte)'x');
        await run;
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo("""{"a":1}"""));
    }

    [TestCase("{", "ends too early")]
    [TestCase("[1]", "Expected a JSON object")]
    [TestCase("""{"id":"u1","id":"u2"}""", "stands twice")]
    public async Task Text_ThatIsNoObject_IsAnInputError(string input, string said)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("identify", input);
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Message, Does.Contain(said));
    }

    [Test]
    public async Task AnyInput_AsTextAndAsTokens_IsTheSameRun()
    {
        string[] ids =
        [
            "\"u1\"",
            "\"a@b.io\"",
            "\"cio_1\"",
            "17",
            "-0",
            "\" u1 \"",
            "\"null\"",
            "\"a/b?c#d %\"",
            "\"é\"",
            "\"\"",
            "null",
            "\"a@b\"",
            "\"+4312345\"",
        ];
        string[] kinds = ["\"auto\"", "\"id\"", "\"email\"", "\"cio_id\"", "\"phone\"", "\"x\"", "null", "7"];
        string[] names =
        [
            "email",
            "id",
            "cio_id",
            "created_at",
            "unsubscribed",
            "_timestamp",
            "_update",
            "anonymous_id",
            "cio_relationships",
            "plan",
            "é",
            "a\\u0062",
            "",
        ];
        var (sent, refused) = (0, 0);
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            string One(string[] list) => list[random.Next(list.Length)];
            var members = new List<string>();
            if (random.Next(20) > 0)
            {
                members.Add($"\"id\":{(random.Next(2) == 0 ? ids[random.Next(3)] : One(ids))}");
            }

            if (random.Next(3) == 0)
            {
                members.Add($"\"idType\":{One(kinds)}");
            }

            if (random.Next(5) > 0)
            {
                var data = Enumerable
                    .Range(0, random.Next(4))
                    .Select(i => $"\"{One(names)}\" :{(random.Next(2) == 0 ? Json.Text(Json.Value(random.Next())) : One([.. ids, "1700000000", "true"]))}");
                members.Add($"\"customerData\":{{{string.Join(" ,", data)}}}");
            }

            if (random.Next(6) == 0)
            {
                members.Add(
                    One(["\"updateOnly\":true", "\"maxRetryCount\":0", "\"verify\":false", "\"region\":\"eu\"", "\"unknown\":1", "\"unsubscribed\":true"])
                );
            }

            var input = $"{{{string.Join(",", members)}}}";
            JObject tokens;
            try
            {
                tokens = ConnectorJson.ParseObject(input);
            }
            catch (FormatException)
            {
                continue;
            }

            var asText = await ShownAsync(b => b.RunAsync("identify", input));
            Assert.That(asText, Is.EqualTo(await ShownAsync(b => b.RunAsync("identify", tokens))), input);
            _ = asText.StartsWith("refused", StringComparison.Ordinal) ? refused++ : sent++;
        }

        TestContext.Out.WriteLine($"{sent} sent, {refused} refused");
        Assert.That(Math.Min(sent, refused), Is.GreaterThan(200));
    }

    private static async Task<string> ShownAsync(Func<Bench, Task<RunResult>> run)
    {
        using var bench = new Bench(Answer.Ok("{}"));
        try
        {
            var result = await run(bench);
            var request = bench.Wire.Only;
            return $"{request.Method} {request.Url} {Json.Text(ConnectorJson.Parse(request.Body))} {Json.Text(result.ToJson())}";
        }
        catch (ConnectorException e)
        {
            return "refused " + Json.Text(e.ToJson());
        }
    }
}
