using System.Net;
using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>Collections and snippets, the messages they fill, and files that are read by their address.</summary>
public sealed class ContentTests : AppFixture
{
    [Test]
    public async Task Message_UsesSnippetsAndCollections_IsFilled()
    {
        await AppPost("/v1/collections", """{"name":"Next Events","data":[{"name":"Fair","at":{"place":"Graz"}},{"name":"Party"}]}""");
        await App("PUT", "/v1/snippets", """{"name":"greeting","value":" Dear {{customer.first_name}} "}""");
        await Put("/api/v1/customers/u1", """{"first_name":"Ada"}""");
        var sent = await AppPost(
            "/v1/send/email",
            """
            {"to":"ada@example.com","from":"b@example.com","identifiers":{"id":"u1"},"message_data":{"order":{"n":7}},
            "subject":"{{ snippets.greeting }}: {{trigger.order.n}}",
            "body":"{{snippets['address']}}|{{next_events.name}}|{{ next_events[1].name }}|{{next_events[0].at.place}}|{{customer.none}}|{% if x %}"}
            """
        );
        var archived = (await AppGet($"/v1/messages/{sent.Json["delivery_id"]}/archived_message")).Json["archived_message"]!;
        Assert.That((string?)archived["subject"], Is.EqualTo("Dear Ada: 7"));
        Assert.That((string?)archived["body"], Is.EqualTo("Acme, Vienna|Fair|Party|Graz||{% if x %}"));
    }

    [Test]
    public async Task Collection_FromItsCreationToItsEnd()
    {
        var made = (await AppPost("/v1/collections", """{"name":"Prices","data":[{"a":1},{"b":"x"}]}""")).Json["collection"]!;
        Assert.That($"{made["id"]} {made["rows"]} {made["bytes"]} {Compact(made["schema"])}", Is.EqualTo("""2 2 19 ["a","b"]"""));
        Assert.That((int)(await App("PUT", "/v1/collections/2/content", """[{"c":1}]""")).Json["collection"]!["rows"]!, Is.EqualTo(1));
        Assert.That((await AppGet("/v1/collections/2/content")).Body, Is.EqualTo("[{\"c\":1}]\n"));
        Assert.That((string?)(await App("PUT", "/v1/collections/2", """{"name":"Tariffs"}""")).Json["collection"]!["name"], Is.EqualTo("Tariffs"));
        Assert.That((await AppGet("/v1/collections")).Json["collections"]!.Select(c => (string?)c["name"]), Is.EqualTo(new[] { "Events", "Tariffs" }));
        Assert.That((await App("DELETE", "/v1/collections/2")).Status, Is.EqualTo(204));
        Assert.That(Refused(await AppGet("/v1/collections/2")), Is.EqualTo("404 not found"));
    }

    [TestCase("""{"data":[]}""", "400 name cannot be blank /name")]
    [TestCase("""{"name":"x"}""", "400 data or url is required /data")]
    [TestCase("""{"name":"x","data":[],"url":"http://127.0.0.1/"}""", "400 only one of data and url can be given /url")]
    [TestCase("""{"name":"x","data":[1]}""", "400 each row must be an object /data")]
    [TestCase("""{"name":"events","data":[]}""", "400 a collection with that name already exists /name")]
    [TestCase("""{"name":"x","url":"https://example.com/"}""", "400 url must be a URL, which the sandbox reads only from this machine /url")]
    public async Task Collection_Malformed_IsRefused(string body, string refusal) =>
        Assert.That(Refused(await AppPost("/v1/collections", body)), Is.EqualTo(refusal));

    [TestCase("""{"name":" ","value":"x"}""", "422 name cannot be blank /name")]
    [TestCase("""{"name":"x","value":" "}""", "422 value cannot be blank /value")]
    [TestCase("""{"name":"x","value":"{{ snippets.address }}"}""", "422 Snippets cannot contain Liquid code referencing other snippets. /value")]
    [TestCase("""{"name":"address","value":"x"}""", "422 A snippet with that name already exists /name")]
    public async Task Snippet_Malformed_IsRefused(string body, string refusal) =>
        Assert.That(Refused(await AppPost("/v1/snippets", body)), Is.EqualTo(refusal));

    [Test]
    public async Task Snippet_IsInUse_CannotBeDeleted()
    {
        Assert.That((string?)(await AppPost("/v1/snippets", """{"name":"foot er","value":"x"}""")).Json["snippet"]!["value"], Is.EqualTo("x"));
        var content = (await AppGet("/v1/transactional/2/contents")).Json["contents"]![0]!["id"];
        await App("PUT", $"/v1/transactional/2/content/{content}", """{"body":"{{ snippets['foot er'] }}"}""");
        var sent = await AppPost("/v1/send/email", """{"to":"a@example.com","transactional_message_id":2,"identifiers":{"id":"u1"}}""");
        var archived = (await AppGet($"/v1/messages/{sent.Json["delivery_id"]}/archived_message")).Json["archived_message"]!;
        Assert.That((string?)archived["body"], Is.EqualTo("x"), "what the template says is filled, too");
        Assert.That(Refused(await App("DELETE", "/v1/snippets/foot%20er")), Is.EqualTo("400 unable to delete snippet in use"));
        Assert.That((await App("DELETE", "/v1/snippets/address")).Status, Is.EqualTo(204));
        Assert.That(Refused(await App("DELETE", "/v1/snippets/address")), Is.EqualTo("404 not found"));
        Assert.That((await AppGet("/v1/snippets")).Json["snippets"]!.Select(s => (string?)s["name"]), Is.EqualTo(new[] { "foot er" }));
    }

    [Test]
    public async Task Collection_FromAFile_HasItsRows()
    {
        using var file = new ServedFile("name,price\r\n\"A, B\",1\n\"say \"\"hi\"\"\",2\n");
        var made = (await AppPost("/v1/collections", $$"""{"name":"Prices","url":"{{file.Url}}"}""")).Json["collection"]!;
        Assert.That(
            Compact(JToken.Parse((await AppGet($"/v1/collections/{made["id"]}/content")).Body)),
            Is.EqualTo("""[{"name":"A, B","price":"1"},{"name":"say \"hi\"","price":"2"}]""")
        );
    }

    [TestCase("""{"type":"people","identifier":"email"}""", "email,plan\na@example.com,pro\n,none\n", "imported 2 1")]
    [TestCase("""{"type":"people","identifier":"id","data_to_process":"only_existing"}""", "id,plan\nu1,pro\nnew,pro\n", "imported 2 1")]
    [TestCase("""{"type":"people","identifier":"id","data_to_process":"only_new"}""", "id,plan\nu1,pro\nnew,pro\n", "imported 2 1")]
    [TestCase("""{"type":"event","identifier":"id"}""", "id,event,timestamp,sum\nu1,bought,1700000000,7\n", "imported 1 1")]
    [TestCase("""{"type":"object","object_type_id":"1"}""", "object_id,name\nacme,Acme\n", "imported 1 1")]
    [TestCase("""{"type":"relationship","identifier":"id"}""", "id,object_type_id,object_id\nu1,1,acme\n", "imported 1 1")]
    public async Task Import_OfEachType_TakesItsRows(string what, string content, string outcome)
    {
        await Put("/api/v1/customers/u1", "{}");
        using var file = new ServedFile(content);
        var import = Parse(what);
        (import["name"], import["data_file_url"]) = ("n", file.Url);
        var id = (int)(await AppPost("/v1/imports", new JObject { ["import"] = import }.ToString())).Json["import"]!["id"]!;
        var shown = (await AppGet($"/v1/imports/{id}")).Json["import"]!;
        Assert.That($"{shown["state"]} {shown["rows_to_import"]} {shown["rows_imported"]}", Is.EqualTo(outcome));
        Assert.That(
            (Server.Person("a@example.com"), Server.Person("new"), Server.Person("u1")!["events"]!.Count(), Server.Person("u1")!["relationships"]!.Count()),
            Is.EqualTo(
                (
                    what.Contains("email") ? Server.Person("a@example.com") : null,
                    what.Contains("only_new") ? Server.Person("new") : null,
                    what.Contains("event") ? 1 : 0,
                    what.Contains("relationship") ? 1 : 0
                )
            )
        );
    }

    [Test]
    public async Task Import_FileThatCannotBeRead_FailsInItsState()
    {
        var body = """{"import":{"name":"n","type":"people","identifier":"id","data_file_url":"https://example.com/x.csv"}}""";
        var import = (await AppPost("/v1/imports", body)).Json["import"]!;
        Assert.That($"{import["state"]}: {import["error"]}", Is.EqualTo("failed: data_file_url must be a URL, which the sandbox reads only from this machine"));
    }

    [TestCase("""{}""", "400 import is required /import")]
    [TestCase("""{"import":{"type":"people","name":"n","data_file_url":"x"}}""", "400 identifier cannot be blank /import/identifier")]
    [TestCase("""{"import":{"type":"object","name":"n","data_file_url":"x"}}""", "400 object_type_id cannot be blank /import/object_type_id")]
    [TestCase(
        """{"import":{"type":"people","name":"n","data_file_url":"x","identifier":"cio_id"}}""",
        "400 identifier is not one of this type of import /import/identifier"
    )]
    public async Task Import_Malformed_IsRefused(string body, string refusal) => Assert.That(Refused(await AppPost("/v1/imports", body)), Is.EqualTo(refusal));

    /// <summary>One file, served by this process until it is disposed.</summary>
    private sealed class ServedFile : IDisposable
    {
        private readonly HttpListener _listener = new();

        public ServedFile(string content)
        {
            Url = $"http://127.0.0.1:{TcpPeer.DeadPort()}/file";
            _listener.Prefixes.Add(Url[..^4]);
            _listener.Start();
            _ = ServeAsync(Encoding.UTF8.GetBytes(content));
        }

        public string Url { get; }

        public void Dispose() => ((IDisposable)_listener).Dispose();

        private async Task ServeAsync(byte[] content)
        {
            var context = await _listener.GetContextAsync();
            await using var stream = context.Response.OutputStream;
            await stream.WriteAsync(content);
        }
    }
}
