using System.Text;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Pipelines.Tests.Import;

public class BadRowTests : Bench
{
    private const string Map = """{"attributes":{"email":"email","name":"name","age":{"type":"integer"}}}""";

    private static readonly byte[] s_bad =
    [
        .. "\uFEFFid,email,name,age\n"u8, // 1
        .. "u1,ada@example.com,\"Ada, \"\"L\"\"\",36\n"u8, // 2
        .. ",bob@example.com,nobody,1\n"u8, // 3: the email names them
        .. ",,nobody,1\n"u8, // 4: missing
        .. "u5,,bad\xFF"u8[..^2],
        0xFF,
        .. ",1\n"u8, // 5: not UTF-8
        .. "u6,,ragged\n"u8, // 6
        .. "u7,,x,1,too many\n"u8, // 7
        .. "id,email,name,age\n"u8, // 8: the header again
        .. "u9,,\"two\nlines\",9\n"u8, // 9 and 10
        .. "\n"u8, // 11: blank
        .. "u12,,a\"b,1\n"u8, // 12: a stray quote
        .. "u13,,x,many\n"u8, // 13: wrong type
        .. "u14,,"u8,
        .. Encoding.ASCII.GetBytes(new string('x', 1001)),
        .. ",1\n"u8, // 14: too long
        .. Encoding.ASCII.GetBytes(new string('i', 151)),
        .. ",,x,1\n"u8, // 15: too long
        .. "u16,,x,1\n"u8, // 16
        .. "u17,,\"open,1\n"u8, // 17: never closed
        .. "u18,,x,18"u8, // 18
    ];

    [Test]
    public async Task BadRows_AreToldByTheirLines_AndStopNothing()
    {
        var errors = Path.Combine(Folder, "errors.csv");
        var result = await ImportAsync(ImportKind.People, Write("p.csv", s_bad), Map, errors);
        var told = File.ReadAllLines(errors, Encoding.Latin1);
        Assert.That(told[0], Is.EqualTo("_row,_reason,_field,_message,id,email,name,age"));
        Assert.That(
            told.Skip(1).Select(l => string.Join(' ', l.Split(',').Take(3)).Trim()),
            Is.EqualTo(
                new[]
                {
                    "4 missing",
                    "5 encoding name",
                    "6 columns",
                    "7 columns",
                    "8 header",
                    "12 quotes",
                    "13 type age",
                    "14 input name",
                    "15 input id",
                    "17 quotes",
                }
            )
        );
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((5L, 10L)));
        Assert.That(told[2], Does.EndWith(",u5,,bad\xFF,1"), "the row is repeated byte for byte");
        Assert.That((int)Attributes("u18")["age"]!, Is.EqualTo(18));
        Assert.That((string?)Attributes("u9")["name"], Is.EqualTo("two\nlines"));
        Assert.That((string?)Attributes("u1")["name"], Is.EqualTo("Ada, \"L\""));
        Assert.That(result.Examples, Has.Count.EqualTo(5));
        Assert.That(result.Examples[0], Does.StartWith("line 4: "));
    }

    [Test]
    public async Task TheErrorsFile_Mended_IsInput()
    {
        var errors = Path.Combine(Folder, "errors.csv");
        await ImportAsync(ImportKind.People, Write("p.csv", "id,email,name,age\nu1,,Ada,many\nu2,,Bob,2\nu3,,Cy,few\n"), Map, errors);
        File.WriteAllText(errors, File.ReadAllText(errors).Replace("many", "1", StringComparison.Ordinal));
        var again = Path.Combine(Folder, "again.csv");
        var result = await ImportAsync(ImportKind.People, errors, Map, again);
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((1L, 1L)));
        Assert.That(Attributes("u1").ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"name":"Ada","age":1}"""));
        Assert.That(
            File.ReadAllLines(again),
            Is.EqualTo(new[] { "_row,_reason,_field,_message,id,email,name,age", "3,type,age,must be a whole number.,u3,,Cy,few" })
        );
    }

    [Test]
    public async Task JsonLines_BadLines_AreToldAndCanBeFedBack()
    {
        var errors = Path.Combine(Folder, "errors.jsonl");
        var lines = new[]
        {
            """{"id":"a"}""",
            "not json",
            "[1]",
            """{"id":"b","id":"c"}""",
            """{"name":"x"}""",
            """{"id":"d","n":1e999}""",
            """{"id":"e","s":"\ud800"}""",
            """{"id":"f"} x""",
            """{"id":"g"}""",
        };
        var result = await ImportAsync(ImportKind.People, Write("p.jsonl", string.Join('\n', lines)), errors: errors);
        var told = File.ReadAllLines(errors);
        Assert.That(told.Select(l => (long)Newtonsoft.Json.Linq.JObject.Parse(l)["_row"]!), Is.EqualTo(new[] { 2, 3, 4, 5, 6, 7, 8 }), string.Join('\n', told));
        Assert.That((result.Succeeded, Sandbox.Person("a") is not null, Sandbox.Person("g") is not null), Is.EqualTo((2L, true, true)));
        File.WriteAllText(
            errors,
            told[0].Replace("not json", """{\"id\":\"z\"}""", StringComparison.Ordinal) + "\n" + told[3].Replace("\"name\"", "\"id\"", StringComparison.Ordinal)
        );
        var again = await ImportAsync(ImportKind.People, errors);
        Assert.That((again.Succeeded, Sandbox.Person("z") is not null, Sandbox.Person("x") is not null), Is.EqualTo((2L, true, true)));
    }

    [Test]
    public async Task WhatCustomerIoRefuses_IsToldWithItsLineToo()
    {
        // Our own checks let this phone number through; the vendor's do not.
        var errors = Path.Combine(Folder, "errors.csv");
        var result = await ImportAsync(
            ImportKind.Relationships,
            Write("p.csv", "id,object_type_id,object_id\nu1,1,acme\nu2,abc,acme\nu3,1,acme\n"),
            errors: errors
        );
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((2L, 1L)), string.Join("\n", result.Examples));
        Assert.That(File.ReadAllLines(errors)[1], Does.StartWith("3,").And.EndWith("u2,abc,acme"));
    }

    [TestCase("")]
    [TestCase("id,email\n")]
    [TestCase("\uFEFF")]
    public async Task AnEmptyFile_IsNoRows(string text)
    {
        var result = await ImportAsync(ImportKind.People, Write("p.csv", text));
        Assert.That((result.Succeeded, result.Failed, Sandbox.RequestCount), Is.EqualTo((0L, 0L, 0L)));
    }

    [TestCase("http://127.0.0.1:9", FailureKind.Unavailable)]
    [TestCase(null, FailureKind.Connection)]
    public async Task ARefusedConnectionOrCredential_StopsAtOnceWithNothingDone(string? url, FailureKind kind)
    {
        await using var strict = await SandboxServer.StartAsync(new SandboxOptions { SiteId = "site", ApiKey = "right" });
        var connection = new Connection
        {
            SiteId = "site",
            ApiKey = "wrong",
            BaseUrl = url ?? strict.Url.ToString().TrimEnd('/'),
            TotalTimeout = TimeSpan.FromSeconds(1),
        };
        var file = Write("p.csv", "id\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"u{i}\n")));
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, file, connection: connection))!;
        Assert.That(e.Kind, Is.EqualTo(kind));
        await using (var checkpoints = await CheckpointStore.OpenAsync(Folder, "import-people-p.csv", "people", ""))
        {
            Assert.That((checkpoints.Found!.Rows, checkpoints.Found.Finished), Is.EqualTo((0L, false)));
        }

        var result = await ImportAsync(ImportKind.People, file, resume: true);
        Assert.That(result.Succeeded, Is.EqualTo(20_000));
    }
}
