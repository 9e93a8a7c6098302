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
}
