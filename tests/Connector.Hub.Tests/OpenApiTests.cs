using System.Text.RegularExpressions;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.OpenApi;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using Microsoft.OpenApi;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>The hub's two OpenAPI documents: whole, readable, and no more than a key may run.</summary>
public class OpenApiTests
{
    private static readonly string[] s_paths = ["/openapi.json", "/swagger.json"];

    private static readonly Catalogue s_catalogue = Catalogue.Embedded;

    // Flows register themselves by what Power Platform reads.
    private static string[] Subscriptions(string path, string begin = "/subscriptions", string end = "/subscriptions/{id}") =>
        path == "/swagger.json" ? [begin, end] : [];

    private static JObject Write(OpenApiSpecVersion version) =>
        ConnectorJson.ParseObject(ApiDocuments.WriteAsync(s_catalogue, [.. s_catalogue.All], "http://127.0.0.1:8028", version).GetAwaiter().GetResult());

    [Test]
    public async Task Documents_AreReadWithoutErrorOrWarning_AndHaveEveryAction()
    {
        await using var hub = await RunningHub.StartAsync();
        foreach (var (path, version) in s_paths.Zip([OpenApiSpecVersion.OpenApi3_1, OpenApiSpecVersion.OpenApi2_0]))
        {
            var answer = await hub.GetAsync(path);
            var read = OpenApiDocument.Parse(answer.Text, "json");
            Assert.Multiple(() =>
            {
                Assert.That((answer.Status, answer.Header("Content-Type")), Is.EqualTo((200, "application/json")));
                Assert.That(read.Diagnostic!.Errors.Select(e => e.ToString()), Is.Empty, path);
                Assert.That(read.Diagnostic!.Warnings.Select(e => e.ToString()), Is.Empty, path);
                Assert.That(read.Diagnostic!.SpecificationVersion, Is.EqualTo(version));
                Assert.That(
                    read.Document!.Paths.Keys,
                    Is.EqualTo(s_catalogue.Ids.Select(id => "/actions/" + id).Append("/options/{kind}").Concat(Subscriptions(path))),
                    "every action, and nothing else that a key opens"
                );
                Assert.That(
                    read.Document!.Paths.SelectMany(p => p.Value.Operations!.Values).Select(o => o.OperationId),
                    Is.EqualTo(
                        s_catalogue.Ids.Select(Names.Pascal).Append(ApiSchemas.ListOptions).Concat(Subscriptions(path, "OnReportingEvent", "EndSubscription"))
                    )
                );
            });
        }
    }

    [Test]
    public async Task Document_NamesTheHub_AsTheCallerReachedIt()
    {
        await using var hub = await RunningHub.StartAsync();
        var port = new Uri(hub.Hub.Url).Port;
        foreach (var host in (string[])[$"127.0.0.1:{port}", $"localhost:{port}", $"127.0.0.1:{port}"])
        {
            var openApi = (await hub.SendAsync(HttpMethod.Get, "/openapi.json", null, ("Host", host))).Json;
            var swagger = (await hub.SendAsync(HttpMethod.Get, "/swagger.json", null, ("Host", host))).Json;
            Assert.That((string?)openApi["servers"]!.Single()["url"], Is.EqualTo("http://" + host));
            Assert.That(((string?)swagger["host"], (string?)swagger["schemes"]!.Single()), Is.EqualTo((host, "http")));
        }

        foreach (var (said, scheme) in new[] { ("https", "https"), ("HTTPS, http", "https"), ("http", "http"), ("evil:", "http") })
        {
            var swagger = (await hub.SendAsync(HttpMethod.Get, "/swagger.json", null, ("X-Forwarded-Proto", said))).Json;
            Assert.That((string?)swagger["schemes"]!.Single(), Is.EqualTo(scheme), "a proxy before the hub has the certificate");
        }
    }

    [Test]
    public async Task Key_SeesInTheDocuments_WhatItMayRun()
    {
        var folder = Directory.CreateTempSubdirectory("connector-openapi-").FullName;
        await using (var keys = HubKeys.Open(folder))
        await using (var hub = await RunningHub.StartAsync(o => o with { Gate = new Gatekeeper(keys, isLocal: true) }))
        {
            var all = await keys.AddAsync(new Rights("all", null, false), DateTimeOffset.UnixEpoch);
            var some = await keys.AddAsync(new Rights("some", ["Segments"], true), DateTimeOffset.UnixEpoch);
            using var flow = new StringContent("""{"name":"flow","endpoint":"https://flows.example/1","events":["email_sent"]}""");
            Assert.That((await hub.SendAsync(HttpMethod.Post, "/subscriptions", flow, ("Authorization", "Bearer " + some))).Status, Is.EqualTo(403));
            Assert.That((await hub.SendAsync(HttpMethod.Delete, "/subscriptions/1", null, ("Authorization", "Bearer " + some))).Status, Is.EqualTo(403));
            Assert.That((await hub.SendAsync(HttpMethod.Delete, "/subscriptions/1")).Status, Is.EqualTo(401));
            Assert.That(hub.Sandbox.RequestCount, Is.Zero);
            var reading = s_catalogue.All.Count(a => a is { Category: "Segments", IsReadOnly: true });
            foreach (var path in s_paths)
            {
                var none = await hub.GetAsync(path);
                Assert.That((none.Status, none.Text.Contains("\"paths\"", StringComparison.Ordinal)), Is.EqualTo((401, false)), path);
                foreach (var (key, count) in new[] { (some, reading), (all, s_catalogue.Ids.Count), (some, reading) })
                {
                    var document = (await hub.SendAsync(HttpMethod.Get, path, null, ("Authorization", "Bearer " + key))).Json;
                    var listed = (await hub.SendAsync(HttpMethod.Get, "/actions", null, ("Authorization", "Bearer " + key))).Json;
                    var shown = ((JObject)document["paths"]!).Properties().Select(p => p.Name).ToArray();
                    var subscriptions = key == all ? Subscriptions(path) : [];
                    Assert.That(shown, Is.EqualTo(listed["actions"]!.Select(a => $"/actions/{a["id"]}").Append("/options/{kind}").Concat(subscriptions)), path);
                    Assert.That(listed["actions"]!.Count(), Is.EqualTo(count), path);
                }
            }
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, true);
    }

    [Test]
    public async Task Subscription_RegistersTheAddress_UntilItsLocationIsDeleted()
    {
        await using var hub = await RunningHub.StartAsync();
        var post = HttpMethod.Post;
        using var plain = new StringContent("""{"name":"flow","endpoint":"http://flows.example/1","events":["email_sent"]}""");
        var refused = await hub.SendAsync(post, "/subscriptions", plain);
        Assert.That((refused.Status, (string?)refused.Error["problems"]![0]!["path"]), Is.EqualTo((400, "/endpoint")), refused.ToString());

        using var flow = new StringContent("""{"name":"flow","endpoint":"https://flows.example/1?sig=s","events":["email_sent"]}""");
        var begun = await hub.SendAsync(post, "/subscriptions", flow);
        Assert.That(begun.Status, Is.EqualTo(201), begun.ToString());
        var location = begun.Header("Location")!;
        Assert.That(location, Is.EqualTo($"{hub.Hub.Url}/subscriptions/{begun.Json["data"]!["id"]}"));
        Assert.That(await Endpoints(), Is.EqualTo(new[] { "https://flows.example/1?sig=s" }));

        Assert.That((await hub.SendAsync(HttpMethod.Delete, location[hub.Hub.Url.Length..])).Status, Is.EqualTo(200));
        Assert.That(await Endpoints(), Is.Empty);
        Assert.That((await hub.SendAsync(HttpMethod.Delete, "/subscriptions/a%2Fb")).Status, Is.EqualTo(400), "no number of a webhook");

        async Task<string?[]> Endpoints() =>
            [.. (await hub.RunAsync("list-reporting-webhooks", "{}")).Json["data"]!["reporting_webhooks"]!.Select(w => (string?)w["endpoint"])];
    }

    [Test]
    public async Task Document_IsWrittenOnce_ForThoseWhoMayRunTheSame()
    {
        var documents = new ApiDocuments(s_catalogue);
        var reading = s_catalogue.All.Where(new Rights("a", null, true).Allow).ToArray();
        var first = await documents.ReadAsync(reading, "http://a", OpenApiSpecVersion.OpenApi3_1);
        Assert.That(await documents.ReadAsync([.. reading], "http://a", OpenApiSpecVersion.OpenApi3_1), Is.SameAs(first));
        Assert.That(await documents.ReadAsync(reading, "http://b", OpenApiSpecVersion.OpenApi3_1), Is.Not.EqualTo(first));
        Assert.That(await documents.ReadAsync(reading, "http://a", OpenApiSpecVersion.OpenApi2_0), Is.Not.EqualTo(first));
        Assert.That(await documents.ReadAsync([.. reading.Skip(1)], "http://a", OpenApiSpecVersion.OpenApi3_1), Is.Not.EqualTo(first));
    }

    [Test]
    public void Failures_AreThoseThatTheHubHas()
    {
        var told = ((JObject)s_catalogue.Http["failures"]!).Properties().Select(p => p.Name).ToArray();
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "hub.md"));
        var table = Regex.Matches(page, "^\\| ([0-9]{3}[^|]*)\\|", RegexOptions.Multiline).SelectMany(m => Regex.Matches(m.Groups[1].Value, "[0-9]{3}"));
        Assert.That(told, Is.SupersetOf(Enum.GetValues<FailureKind>().Select(k => $"{Listening.Answers.StatusOf(k)}")));
        Assert.That(told, Is.EquivalentTo(table.Select(m => m.Value).Except(["200"]).Concat(["401", "403"])));
        var schema = s_catalogue.FileSchema("failure")["properties"]!["error"]!;
        Assert.That(
            schema["properties"]!["kind"]!["enum"]!.Select(k => (string?)k),
            Is.EqualTo(Enum.GetNames<FailureKind>().Select(Names.Camel).Append("defect"))
        );
        Assert.That(
            ((JObject)schema["properties"]!).Properties().Select(p => p.Name),
            Is.EqualTo(((JObject)new ConnectorException(FailureKind.Input, "x").ToJson()["error"]!).Properties().Select(p => p.Name))
        );
    }

    [Test]
    public void Kinds_OfOptions_AreNamedInTheDocs()
    {
        var line = File.ReadLines(Path.Combine(Repository.Root, "docs", "hub.md")).Single(l => l.StartsWith("`GET /options/{kind}`", StringComparison.Ordinal));
        var named = Regex.Matches(line[line.IndexOf("Kinds are", StringComparison.Ordinal)..], "`([a-z-]+)`").Select(m => m.Groups[1].Value);
        Assert.That(string.Join(", ", named), Is.EqualTo(Hosts.Mcp.OptionLists.Known));
    }

    [Test]
    public void OpenApi_HasEveryExampleAndWord_OfTheManifest()
    {
        var document = Write(OpenApiSpecVersion.OpenApi3_1);
        foreach (var action in s_catalogue.All)
        {
            var operation = document["paths"]![$"/actions/{action.Id}"]!["post"]!;
            var body = operation["requestBody"]!["content"]!["application/json"]!;
            Assert.Multiple(() =>
            {
                Assert.That(((string?)operation["summary"], (string?)operation["description"]), Is.EqualTo((action.Title, action.Description)));
                Assert.That(operation["tags"]!.Select(t => (string?)t), Is.EqualTo(new[] { action.Category }));
                Assert.That(body["examples"]!.Count(), Is.EqualTo(action.Examples.Count()), action.Id);
                Assert.That(
                    ((JObject)body["schema"]!["properties"]!).Properties().Select(p => (p.Name, (string?)p.Value["title"], (string?)p.Value["type"] is null)),
                    Is.EqualTo(action.Properties.Select(p => (p.Key, (string?)p.Value["title"], false))),
                    action.Id
                );
                Assert.That(body["schema"]!["required"]?.Select(r => (string?)r) ?? [], Is.EqualTo(action.Required), action.Id);
            });
        }

        Assert.That(document["tags"]!.Select(t => (string?)t["description"]), Has.All.EndsWith("."), "a category without words");
        Assert.That(document.ToString(), Does.Not.Contain("x-ms-").And.Not.Contain("x-ui"));
    }

    [Test]
    public void Swagger_HasDropDowns_ForEveryListOfTheWorkspace()
    {
        var swagger = Write(OpenApiSpecVersion.OpenApi2_0);
        foreach (var action in s_catalogue.All)
        {
            var body = Whole(
                (JObject)swagger["paths"]![$"/actions/{action.Id}"]!["post"]!["parameters"]!.Single(p => (string?)p["in"] == "body")["schema"]!,
                swagger
            );
            foreach (var (name, input) in action.Properties)
            {
                var shown = body["properties"]![name]!;
                Assert.That((string?)shown["x-ms-dynamic-values"]?["parameters"]!["kind"], Is.EqualTo((string?)input["x-ui"]?["options"]), name);
                Assert.That((string?)shown["x-ms-summary"], Is.EqualTo((string?)input["title"]), name);
                Assert.That(
                    (string?)shown["x-ms-visibility"],
                    Is.EqualTo(
                        action.Required.Contains(name) ? "important"
                        : (string?)input["x-ui"]!["group"] == "advanced" ? "advanced"
                        : null
                    ),
                    $"{action.Id} {name}"
                );
            }
        }

        var kinds = swagger.SelectTokens("$..x-ms-dynamic-values.parameters.kind").Select(k => (string)k!).Distinct().ToArray();
        Assert.That(kinds, Is.Not.Empty.And.SubsetOf(OptionLists.Known.Split(", ")));
    }

    /// <summary>A part of a document with what its references name in their place.</summary>
    internal static JObject Whole(JObject part, JObject document)
    {
        return (JObject)Expanded(part);

        JToken Expanded(JToken token) =>
            token switch
            {
                JObject o when (string?)(o["$ref"] as JValue) is { } reference => Expanded(document.SelectToken(reference[2..].Replace('/', '.'))!),
                JObject o => new JObject(o.Properties().Select(p => new JProperty(p.Name, Expanded(p.Value)))),
                JArray a => new JArray(a.Select(Expanded)),
                _ => token.DeepClone(),
            };
    }
}
