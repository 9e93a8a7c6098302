using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>Calls the App API as well as Track.</summary>
public abstract class AppFixture : SandboxFixture
{
    protected override SandboxOptions Options =>
        new()
        {
            SiteId = "site",
            ApiKey = "key",
            AppApiKey = "app",
        };

    protected Task<Reply> App(string method, string path, string? body = null) => Send(method, path, body, "Bearer app");

    protected Task<Reply> AppGet(string path) => App("GET", path);

    protected Task<Reply> AppPost(string path, string body) => App("POST", path, body);

    /// <summary>Status, detail and pointer of the first error, as <c>400 text /pointer</c>.</summary>
    protected static string Refused(Reply reply)
    {
        var error = reply.Json["errors"]!.Single();
        Assert.That((string?)error["status"], Is.EqualTo($"{reply.Status}"));
        Assert.That(error["status"]!.Type, Is.EqualTo(JTokenType.String));
        return $"{error["status"]} {error["detail"]} {error["source"]?["pointer"]}".TrimEnd();
    }
}
