namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>Segments of the App API, which are those of Track.</summary>
public sealed class SegmentTests : AppFixture
{
    [Test]
    public async Task Segment_MadeHere_TakesThePeopleOfTrack()
    {
        var made = (await AppPost("/v1/segments", """{"segment":{"name":"newsletter","description":"who reads it"}}""")).Json["segment"]!;
        Assert.That($"{made["id"]} {made["name"]} {made["description"]} {made["type"]}", Is.EqualTo("1 newsletter who reads it manual"));
        await Put("/api/v1/customers/u1", """{"email":"a@example.com"}""");
        await Put("/api/v1/customers/b@example.com");
        await Put("/api/v1/customers/u3");
        await Post("/api/v1/segments/1/add_customers", """{"ids":["u1","u3"]}""");
        await Post("/api/v1/segments/1/add_customers?id_type=email", """{"ids":["b@example.com"]}""");
        await Post("/api/v1/segments/1/remove_customers", """{"ids":["u3"]}""");

        Assert.That(Compact((await AppGet("/v1/segments/1/customer_count")).Json), Is.EqualTo("""{"segment_id":1,"count":2}"""));
        Assert.That(
            Compact((await AppGet("/v1/segments/1/membership")).Json),
            Is.EqualTo(
                """
                {"segment_id":1,"identifiers":[{"cio_id":"a3000001","id":"u1","email":"a@example.com"},{"cio_id":"a3000002","id":null,"email":"b@example.com"}],
                "ids":["u1",""],"next":""}
                """.ReplaceLineEndings("")
            )
        );
        var first = (await AppGet("/v1/segments/1/membership?limit=1")).Json;
        var second = (await AppGet($"/v1/segments/1/membership?limit=1&start={Uri.EscapeDataString((string)first["next"]!)}")).Json;
        Assert.That($"{first["ids"]![0]} {second["identifiers"]![0]!["email"]} {second["next"]}", Is.EqualTo("u1 b@example.com "));
        Assert.That(
            Compact((await AppGet("/v1/segments/1/used_by")).Json),
            Is.EqualTo("""{"segment_id":1,"used_by":{"campaigns":[],"sent_newsletters":[],"draft_newsletters":[]}}""")
        );

        Assert.That((await App("DELETE", "/v1/segments/1")).Status, Is.EqualTo(204));
        Assert.That(Refused(await AppGet("/v1/segments/1")), Is.EqualTo("404 not found"));
        Assert.That((await Post("/api/v1/segments/1/add_customers", """{"ids":["u1"]}""")).Status, Is.EqualTo(400), "gone for Track too");
        Assert.That((await AppGet("/v1/segments")).Body, Is.EqualTo("""{"segments":[]}""" + "\n"));
    }

    [TestCase("{}", "400 name cannot be blank /segment/name")]
    [TestCase("""{"segment":{"name":" "}}""", "400 name cannot be blank /segment/name")]
    [TestCase("""{"segment":{"name":"a","description":1}}""", "400 description must be a text /segment/description")]
    [TestCase("[]", "400 the body must be a JSON object")]
    [TestCase("no json", "400 the body is not valid JSON")]
    public async Task Segment_WithoutWhatItNeeds_IsRefused(string body, string problem) =>
        Assert.That(Refused(await AppPost("/v1/segments", body)), Is.EqualTo(problem));

    [TestCase("/v1/segments/9")]
    [TestCase("/v1/segments/x/membership")]
    [TestCase("/v1/segments/99999999999/customer_count")]
    public async Task Segment_Unknown_Is404(string path) => Assert.That((await AppGet(path)).Status, Is.EqualTo(404));
}
