namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>Every answer that the vendor's file describes can be had from the sandbox, and validates.</summary>
public sealed class OpenApiTests : SandboxFixture
{
    // method, path, body, and the status that it leads to
    private static readonly (string Method, string Path, string? Body, int Status)[] s_requests =
    [
        ("GET", "/api/v1/accounts/region", null, 200),
        ("PUT", "/api/v1/customers/u1", """{"a":1}""", 200),
        ("DELETE", "/api/v1/customers/u1", null, 200),
        ("PUT", "/api/v1/customers/u1/devices", """{"device":{"id":"t","platform":"ios"}}""", 200),
        ("PUT", "/api/v1/customers/u1/devices", """{"device":{"id":"t"}}""", 400),
        ("DELETE", "/api/v1/customers/u1/devices/t", null, 200),
        ("DELETE", $"/api/v1/customers/{new string('i', 151)}/devices/t", null, 400),
        ("POST", "/api/v1/customers/u1/suppress", null, 200),
        ("POST", "/api/v1/customers/u1/unsuppress", null, 200),
        ("POST", "/unsubscribe/d1", """{"unsubscribe":true}""", 200),
        ("POST", "/unsubscribe/d1", "{}", 400),
        ("POST", "/api/v1/customers/u1/events", """{"name":"n"}""", 200),
        ("POST", "/api/v1/customers/u1/events", "{}", 400),
        ("POST", "/api/v1/events", """{"name":"n","anonymous_id":"a"}""", 200),
        ("POST", "/api/v1/events", "{}", 400),
        ("POST", "/api/v1/forms/f1/submit", """{"data":{"email":"a@example.com"}}""", 204),
        ("POST", "/api/v1/forms/f1/submit", """{"data":{}}""", 400),
        ("POST", "/api/v1/merge_customers", """{"primary":{"id":"a"},"secondary":{"id":"b"}}""", 200),
        ("POST", "/api/v1/merge_customers", """{"primary":{"id":"a"}}""", 400),
        ("POST", "/api/v1/metrics", """{"delivery_id":"d1","metric":"opened"}""", 200),
        ("POST", "/api/v1/push/events", """{"delivery_id":"d1","event":"opened"}""", 200),
        ("POST", "/api/v1/segments/1/add_customers", """{"ids":["u1"]}""", 200),
        ("POST", "/api/v1/segments/1/add_customers", """{"ids":[]}""", 400),
        ("POST", "/api/v1/segments/1/remove_customers", """{"ids":["u1"]}""", 200),
        ("POST", "/api/v1/segments/9/remove_customers", """{"ids":["u1"]}""", 400),
        ("POST", "/api/v2/entity", """{"type":"person","action":"identify","identifiers":{"id":"u1"}}""", 200),
        ("POST", "/api/v2/entity", "{", 400),
        ("POST", "/api/v2/batch", """{"batch":[{"type":"person","action":"identify","identifiers":{"id":"u1"}}]}""", 200),
        ("POST", "/api/v2/batch", """{"batch":[{"type":"person"},{"type":"object","action":"identify","identifiers":{}}]}""", 207),
        ("POST", "/api/v2/batch", """{"batch":[]}""", 400),
    ];

    [Test]
    public async Task Answers_TheFileDescribes_AreAllGivenAndAllValid()
    {
        if (!OpenApi.IsAtHand)
        {
            Assert.Ignore("The vendor's OpenAPI file is not beside the repository (../shared/spec), so answers cannot be held against it.");
        }
        await Post("/_sandbox/segments", """{"name":"s"}""");
        var given = new HashSet<(string, string, int)>();
        foreach (var (method, path, body, status) in s_requests)
        {
            // Send itself validates the answer.
            Assert.That((await Send(method, path, body)).Status, Is.EqualTo(status), $"{method} {path} {body}");
            given.Add((method, OpenApi.Template(path)!, status));
        }
        foreach (var (method, path, body, _) in s_requests)
        {
            var refused = (await Send(method, path, body, Basic("site:wrong"))).Status;
            given.Add((method, OpenApi.Template(path)!, refused));
        }

        Assert.That(OpenApi.Described.Except(given), Is.Empty, "described, and never given here");
    }

    [TestCase("POST", "/api/v1/events", 400, """{"meta":{"error":"x"}}""")]
    [TestCase("POST", "/api/v1/merge_customers", 400, """{"meta":{"errors":["x"]}}""")]
    [TestCase("POST", "/api/v2/batch", 207, """{"errors":[{"reason":"r","field":"f","message":"m"}]}""")]
    [TestCase("POST", "/api/v2/entity", 400, """{"errors":[{"reason":1,"field":"f","message":"m"}]}""")]
    [TestCase("PUT", "/api/v1/customers/u1", 200, "{}")]
    public void Answers_ThatContradictTheFile_AreFound(string method, string path, int status, string body)
    {
        if (!OpenApi.IsAtHand)
        {
            Assert.Ignore("The vendor's OpenAPI file is not beside the repository (../shared/spec).");
        }
        Assert.That(OpenApi.Check(method, path, status, body), Is.Not.Empty);
    }
}
