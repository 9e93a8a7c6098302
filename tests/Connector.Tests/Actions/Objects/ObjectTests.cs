using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Objects;

public class ObjectTests
{
    [Test]
    public async Task IdentifyObject_CreatedAtTwice_TheInputWinsWithAWarning()
    {
        var exchange = new Exchange(
            "POST https://track.customer.io/api/v2/entity",
            """{"type":"object","action":"identify","identifiers":{"object_type_id":"1","object_id":"7"}"""
                + ""","attributes":{"created_at":1769851800,"n":2}}"""
        );
        var result = await exchange.RunAsync(
            "identify-object",
            """{"objectTypeId":1,"objectId":7,"objectData":{"created_at":1,"n":2},"createdAt":1769851800}"""
        );
        Assert.That(result.Warnings, Has.Count.EqualTo(1));
    }

    [TestCase("identify-object", "")]
    [TestCase("destroy-object", "")]
    [TestCase("add-relationships", ""","people":[{"id":"1"}]""")]
    public async Task ObjectThatCustomerIoNamed_IsWrittenByThatName(string action, string more)
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync(action, "{\"objectTypeId\":\"1\",\"objectId\":\"ob1\",\"objectIdType\":\"cio_object_id\"" + more + "}");
        Assert.That(Bench.Json(bench.Wire.Only.BodyText)["identifiers"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"cio_object_id":"ob1"}"""));
    }

    [Test]
    public async Task AddRelationships_ObjectThatCustomerIoNamed_StandsBesideOthers()
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync(
            "add-relationships",
            """{"id":"1","objects":[{"objectTypeId":"1","objectId":"ob1","objectIdType":"cio_object_id"},{"objectTypeId":"1","objectId":"acme"}]}"""
        );
        Assert.That(
            Bench.Json(bench.Wire.Only.BodyText)["cio_relationships"]!.Select(r => r["identifiers"]!.ToString(Newtonsoft.Json.Formatting.None)),
            Is.EqualTo(new[] { """{"cio_object_id":"ob1"}""", """{"object_type_id":"1","object_id":"acme"}""" })
        );
    }

    [Test]
    public async Task GetObject_PeopleBeyondAPage_AreAllThere()
    {
        using var bench = new Bench(
            Answer.Ok("""{"object":{}}"""),
            Answer.Ok("""{"cio_relationships":[1,2],"next":"a"}"""),
            Answer.Ok("""{"cio_relationships":[3],"next":null}""")
        );
        var result = await bench.RunAsync("get-object", """{"objectTypeId":"1","objectId":"acme","relationships":true}""");
        Assert.That(result.Data["cio_relationships"]!.Select(r => (int)r), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(new Uri(bench.Wire.Requests[2].Url).PathAndQuery, Is.EqualTo("/v1/objects/1/acme/relationships?id_type=object_id&limit=1000&start=a"));
    }

    [Test]
    public async Task IdentifyObject_KnownAndAnonymousPeopleTogether_AreRefused()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "identify-object",
            """{"objectTypeId":"1","objectId":"a","relationships":[{"id":"1"},{"id":"x","idType":"anonymous_id"}]}"""
        );
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/relationships"));
    }

    [TestCase("{}", "/objectTypeId /objectId /people")]
    [TestCase("""{"id":"1"}""", "/objects")]
    [TestCase("""{"objects":[{"objectTypeId":"1","objectId":"a"}]}""", "/id")]
    [TestCase("""{"objectTypeId":"1","people":[{"id":"1"}]}""", "/objectId")]
    [TestCase("""{"id":"1","objects":[{"objectTypeId":"1","objectId":"a"}],"people":[{"id":"2"}]}""", "/people")]
    public async Task AddRelationships_NotExactlyOneSide_IsRefused(string input, string paths)
    {
        using var bench = new Bench();
        Assert.That(string.Join(' ', (await bench.FailAsync("add-relationships", input)).Problems.Select(p => p.Path)), Is.EqualTo(paths));
    }

    [Test]
    public async Task RemoveRelationships_PersonThatCannotBe_IsNamedByItsPlace()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "remove-relationships",
            """{"objectTypeId":"1","objectId":"a","people":[{"id":"1"},{"id":"x","idType":"email"}]}"""
        );
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/people/1/id"));
    }

    [Test]
    public async Task AddRelationships_TypeThatIsNoNumber_IsRefused()
    {
        using var bench = new Bench();
        Assert.That(
            (await bench.FailAsync("add-relationships", """{"id":"1","objects":[{"objectTypeId":"company","objectId":"a"}]}""")).Problems.Single().Path,
            Is.EqualTo("/objects/0/objectTypeId")
        );
    }

    [TestCase("""{"id":"ada@example.com","all":true}""", "/v1/customers/ada%40example.com/relationships?id_type=email&limit=1000")]
    [TestCase("""{"objectTypeId":1,"objectId":"a/b","limit":5}""", "/v1/objects/1/a%2Fb/relationships?id_type=object_id&limit=5")]
    public async Task ListRelationships_EachSide_IsAskedForItsOwn(string input, string url)
    {
        using var bench = new Bench(Answer.Ok("""{"cio_relationships":[{},{}],"next":""}"""));
        var result = await bench.RunAsync("list-relationships", input);
        Assert.That(new Uri(bench.Wire.Only.Url).PathAndQuery, Is.EqualTo(url));
        Assert.That(result.Data["cio_relationships"]!.Count(), Is.EqualTo(2));
    }

    [TestCase("{}", "/id")]
    [TestCase("""{"id":"1","objectTypeId":"1","objectId":"a"}""", "/id")]
    [TestCase("""{"objectTypeId":"1"}""", "/objectId")]
    [TestCase("""{"objectId":"a"}""", "/objectTypeId")]
    public async Task ListRelationships_NotExactlyOneSide_IsRefused(string input, string path)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("list-relationships", input)).Problems.Single().Path, Is.EqualTo(path));
    }
}
