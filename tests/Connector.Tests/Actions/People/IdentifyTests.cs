using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.People;

public class IdentifyTests
{
    [Test]
    public async Task RunAsync_WithData_PutsExactlyTheseValues()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("identify", """{"id":"u1","customerData":{"plan":"pro","n":1.50,"tags":["a"],"nested":{"x":null},"on":true,"none":null}}""");
        Assert.That(bench.Wire.Only.Text, Is.EqualTo(
            """
            PUT https://track.customer.io/api/v1/customers/u1
            Authorization: Basic c2l0ZS1pZC1vZi10aGUtdGVzdHM6c2VjcmV0LWFwaS1rZXktMDAwMDE=
            Content-Type: application/json

            {"plan":"pro","n":1.5,"tags":["a"],"nested":{"x":null},"on":true,"none":null}
            """));
    }

    [TestCase("""{"id":"u1"}""")]
    [TestCase("""{"id":"u1","customerData":null}""")]
    [TestCase("""{"id":"u1","customerData":{}}""")]
    public async Task RunAsync_WithoutData_PutsAnEmptyObject(string input)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("identify", input);
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo("{}"));
    }

    [TestCase("42", "42")]
    [TestCase("-7", "-7")]
    [TestCase("9007199254740993", "9007199254740993")]
    [TestCase("123456789012345678901234567890", "123456789012345678901234567890")]
    [TestCase("\"007\"", "007")]
    public async Task RunAsync_IntegerId_IsSentAsItsDecimalText(string id, string expected)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("identify", $$"""{"id":{{id}}}""");
        Assert.That(bench.Wire.Only.Url, Is.EqualTo("https://track.customer.io/api/v1/customers/" + expected));
    }

    [TestCase("1.5")]
    [TestCase("true")]
    [TestCase("[]")]
    [TestCase("{}")]
    public async Task RunAsync_IdOfAnotherType_IsRefused(string id)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("identify", $$"""{"id":{{id}}}""");
        Assert.That(failure.Problems.Single(), Is.EqualTo(new Problem("/id", "must be a text or a whole number.")));
    }

    [Test]
    public async Task RunAsync_Success_ReturnsTheResultOfTheContract()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync("identify", """{"id":"u1"}""");
        Assert.That(JToken.DeepEquals(result.ToJson(), Bench.Json(
            """
            {"status":"succeeded","data":{},"warnings":[],"request":
              {"method":"PUT","url":"https://track.customer.io/api/v1/customers/u1","count":1,"attempts":1,"durationMs":0,"waitedMs":0,"httpStatus":200}}
            """)), result.ToJson().ToString());
    }
}
