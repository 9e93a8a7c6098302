namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>The vendor's own client is the proof that the sandbox answers as Customer.io does.</summary>
public sealed class NodeClientTests : SandboxFixture
{
    [Test]
    public async Task PeopleAndEvents_OfTheVendorsClient_AreTakenAsSent()
    {
        var results = await NodeClient.RunAsync(Server.Url,
        [
            ["identify", "a/b+c@d", new { plan = "pro", n = 1.5, nested = new { x = (string?)null } }],
            ["identify", "Ünï@example.com", new { first = "Ü" }],
            ["track", "a/b+c@d", new { name = "signed up", data = new { step = 1 } }],
            ["trackPageView", "a/b+c@d", "https://example.com/?a=1&b=2"],
            ["identify", "gone", new { }],
            ["destroy", "gone"],
        ]);

        Assert.That(results.Select(r => r.ToString(Newtonsoft.Json.Formatting.None)), Is.All.EqualTo("""{"value":{}}"""));
        var person = Server.Person("a/b+c@d")!;
        Assert.That(person["attributes"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"plan":"pro","n":1.5,"nested":{"x":null}}"""));
        Assert.That(person["events"]!.Select(e => $"{e["type"]} {e["name"]} {e["data"]!.ToString(Newtonsoft.Json.Formatting.None)}"), Is.EqualTo(new[]
        {
            """event signed up {"step":1}""",
            "page https://example.com/?a=1&b=2 null",
        }));
        Assert.That((string?)Server.Person("ünï@example.com")!["attributes"]!["first"], Is.EqualTo("Ü"));
        Assert.That(Server.Person("gone"), Is.Null);
        Assert.That(Server.Requests.Select(r => r.UserAgent), Is.All.EqualTo("Customer.io Node Client/5.2.0"));
        Assert.That(Server.Requests.Select(r => r.Method), Is.EqualTo(new[] { "PUT", "PUT", "POST", "POST", "PUT", "DELETE" }));
    }

    [Test]
    public async Task WrongKey_WithTheVendorsClient_IsItsOwnError()
    {
        var error = (await NodeClient.RunAsync(Server.Url, [["identify", "u1", new { a = 1 }]], apiKey: "wrong"))[0]["error"]!;

        Assert.That((bool)error["own"]!, Is.True);
        Assert.That((string?)error["name"], Is.EqualTo("CustomerIORequestError"));
        Assert.That((int)error["statusCode"]!, Is.EqualTo(401));
        Assert.That((string?)error["message"], Is.EqualTo("Unauthorized request"));
        Assert.That(Server.Requests, Has.Count.EqualTo(1), "a 401 is not retried");
        Assert.That(Server.Person("u1"), Is.Null);
    }

    [Test]
    public async Task RefusedBody_WithTheVendorsClient_TellsEveryError()
    {
        var error = (await NodeClient.RunAsync(Server.Url, [["identify", "u1", new { a = new string('x', 1001), b = new string('x', 1001) }]]))[0]["error"]!;

        Assert.That((int)error["statusCode"]!, Is.EqualTo(400));
        Assert.That((string?)error["message"], Is.EqualTo(
            "2 errors:\n  - value for attribute 'a' cannot be longer than 1000 bytes\n  - value for attribute 'b' cannot be longer than 1000 bytes"));
    }
}
