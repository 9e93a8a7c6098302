using System.Text;
using CustomerIo.Connector.Cli.Compare;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>A day's events, translated, beside what the old system sent for them.</summary>
[NonParallelizable]
public class CompareTests
{
    private static readonly byte[] s_events = Encoding.UTF8.GetBytes(
        """
        {"type":"identify","userId":"7","traits":{"plan":"pro","address":{"city":"NY"}}}
        {"type":"identify","userId":"8","traits":{"plan":"free"}}
        {"type":"track","userId":"7","event":"Bought","timestamp":"2026-01-31T09:30:00Z","properties":{"price":5}}
        {"type":"screen","userId":"7","name":"Main","timestamp":"2026-01-31T09:31:00Z"}
        {"type":"track","anonymousId":"a1","event":"Looked","timestamp":"2026-01-31T09:32:00Z"}
        {"type":"group","userId":"7","groupId":"acme","traits":{"name":"Acme"}}
        {"type":"nothing"}
        """
    );

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("connector-compare-test-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task WhatTheSandboxRecorded_IsAlikeInItsProfile_AndDiffersInAnother()
    {
        var record = Path.Combine(_folder, "theirs.jsonl");
        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Record = record }))
        {
            await InProcess.OnceAsync(["events", "send", "--profile", "rudderstack", "--in", "-"], sandbox, s_events);
        }

        var (alike, one) = await CompareAsync("rudderstack", record);
        var (differing, other) = await CompareAsync("connector", record);
        Assert.Multiple(() =>
        {
            Assert.That(alike, Is.Zero, one.ToString());
            Assert.That(((int)one["alike"]!, (int)one["differing"]!, (int)one["refused"]!, (int)one["events"]!), Is.EqualTo((6, 0, 1, 7)));
            Assert.That((string?)one["refusals"]![0]!["reason"], Does.StartWith("/type: "));
            Assert.That(differing, Is.EqualTo(4));
            Assert.That(
                Groups(other),
                Is.EquivalentTo(
                    new[]
                    {
                        "person identify attributes/address/city onlyOurs 1",
                        "person identify attributes/city onlyTheirs 1",
                        "person screen action differs 1",
                        "person screen name differs 1",
                    }
                )
            );
            Assert.That(File.ReadAllText(record), Does.Not.Contain("Authorization").And.Not.Contain("Basic"));
        });
    }

    [Test]
    public async Task Differences_AreGroupedByField_WithCountsAndAnExample()
    {
        var theirs = Write(
            """{"method":"PUT","path":"/api/v1/customers/7","body":{"plan":"pro","city":"NY","created_at":1}}""",
            """{"method":"PUT","url":"https://track.customer.io/api/v1/customers/8","body":"{\"plan\":\"trial\",\"created_at\":2}"}""",
            """{"method":"POST","path":"/api/v1/customers/7/events","status":429,"body":{"name":"Bought"}}""",
            """{"requests":[{"method":"POST","url":"/api/v1/customers/7/events","body":{"name":"Bought","timestamp":"1769851800","data":{"price":5}}}]}""",
            """{"method":"POST","path":"/api/v1/customers/9/events","body":{"name":"Looked","timestamp":1769851920}}""",
            """{"method":"DELETE","path":"/api/v1/customers/10"}"""
        );
        var (exit, result) = await CompareAsync("rudderstack", theirs);
        var created = result["differences"]!.Single(d => (string?)d["field"] == "attributes/created_at");
        Assert.Multiple(() =>
        {
            Assert.That(exit, Is.EqualTo(4));
            Assert.That(
                Groups(result),
                Is.EquivalentTo(
                    new[]
                    {
                        "person identify attributes/created_at onlyTheirs 2",
                        "person identify attributes/plan differs 1",
                        "person event identifiers/anonymous_id onlyOurs 1",
                        "person event identifiers/id onlyTheirs 1",
                        "person event  onlyOurs 1",
                        "object identify  onlyOurs 1",
                        "person delete  onlyTheirs 1",
                    }
                )
            );
            Assert.That(created["example"]!.ToString(Formatting.None), Is.EqualTo("""{"oursLine":1,"theirsLine":1,"theirs":1}"""));
            Assert.That(Counts(result), Is.EqualTo((1, 3, 2, 1)));
        });
    }

    [Test]
    public async Task Text_NamesFieldsLinesAndValues()
    {
        var theirs = Write("""{"method":"PUT","path":"/api/v1/customers/8","body":{"plan":"trial"}}""");
        var ran = await RunAsync("""{"type":"identify","userId":"8","traits":{"plan":"free"}}""", "--profile", "segment", "--theirs", theirs);
        Assert.That(
            (ran.Exit, ran.Out.ReplaceLineEndings("\n")),
            Is.EqualTo(
                (
                    4,
                    """
                    1 events in the profile segment: 1 operations of ours, 1 of theirs.
                    0 are alike, 1 differ, 0 are only ours, 0 only theirs.
                            1  person identify  attributes/plan: differs
                               ours, line 1: "free"
                               theirs, line 1: "trial"

                    """.ReplaceLineEndings("\n")
                )
            )
        );
    }

    [TestCase(
        "PUT /api/v1/customers/7",
        """{"plan":"pro","_timestamp":5}""",
        """{"identifiers":{"id":"7"},"action":"identify","attributes":{"plan":"pro"},"timestamp":5}"""
    )]
    [TestCase("PUT /api/v1/customers/a%40b.io", """{"email":"a@b.io"}""", """{"identifiers":{"email":"a@b.io"},"action":"identify"}""")]
    [TestCase("PUT /api/v1/customers/cio_c1", "{}", """{"identifiers":{"cio_id":"c1"},"action":"identify","attributes":{}}""")]
    [TestCase(
        "PUT /api/v1/customers/7",
        """{"cio_relationships":{"action":"add_relationships","relationships":[{"identifiers":{"object_id":"o"}}]}}""",
        """{"identifiers":{"id":"7"},"action":"identify","cio_relationships":[{"identifiers":{"object_id":"o"}}]}"""
    )]
    [TestCase("DELETE /api/v1/customers/7", null, """{"identifiers":{"id":"7"},"action":"delete"}""")]
    [TestCase("POST /api/v1/customers/7/suppress", null, """{"identifiers":{"id":7},"action":"suppress"}""")]
    [TestCase(
        "POST /api/v1/customers/7/events",
        """{"name":"n","data":{"a":1},"timestamp":"5","id":"x"}""",
        """{"identifiers":{"id":"7"},"action":"event","name":"n","attributes":{"a":1},"timestamp":5,"id":"y"}"""
    )]
    [TestCase("POST /api/v1/customers/7/events", """{"type":"page","name":"n"}""", """{"identifiers":{"id":"7"},"action":"page","name":"n"}""")]
    [TestCase("POST /api/v1/events", """{"anonymous_id":"a","name":"n"}""", """{"identifiers":{"anonymous_id":"a"},"action":"event","name":"n"}""")]
    [TestCase(
        "PUT /api/v1/customers/7/devices",
        """{"device":{"id":"t","platform":"ios","last_used":5,"x":"y"}}""",
        """{"identifiers":{"id":"7"},"action":"add_device","device":{"token":"t","platform":"ios","last_used":5,"attributes":{"x":"y"}}}"""
    )]
    [TestCase("DELETE /api/v1/customers/7/devices/t", null, """{"identifiers":{"id":"7"},"action":"delete_device","device":{"token":"t"}}""")]
    [TestCase(
        "POST /api/v1/merge_customers",
        """{"primary":{"id":"7"},"secondary":{"id":"8"}}""",
        """{"action":"merge","primary":{"id":"7"},"secondary":{"id":"8"}}"""
    )]
    public void ARequestOfV1_IsTheOperationThatItStandsFor(string request, string? body, string operation)
    {
        var (method, path) = request.Split(' ') is [var first, var second] ? (first, second) : default;
        var json = ConnectorJson.ParseObject(operation);
        json["type"] = "person";
        var v1 = RequestReader.Read(1, method, path, body is null ? null : ConnectorJson.ParseObject(body)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(RequestReader.Read(1, "POST", "/api/v2/entity", json).Single().Whole, Is.EqualTo(v1.Whole));
            Assert.That(
                RequestReader.Read(1, "post", "https://track-eu.customer.io/api/v2/batch", new JObject { ["batch"] = new JArray(json) }).Single().Whole,
                Is.EqualTo(v1.Whole)
            );
        });
    }

    [Test]
    public void Members_OfASegment_AreOneOperationEach() =>
        Assert.That(
            RequestReader
                .Read(1, "POST", "/api/v1/segments/7/add_customers?id_type=email", ConnectorJson.ParseObject("""{"ids":["a@b.io","c@d.io"]}"""))
                .Select(o => $"{o.Action} {o.Fields["segment"]} {o.Who}"),
            Is.EqualTo(new[] { "segment add_customers 7 identifiers/email=a@b.io", "segment add_customers 7 identifiers/email=c@d.io" })
        );

    [Test]
    public void Partitions_HoldAllOfAPersonInOneFile_AndCountWhatIsAlike()
    {
        using var ours = new Partitions(Path.Combine(_folder, "ours"), 3);
        using var theirs = new Partitions(Path.Combine(_folder, "theirs"), 3);
        foreach (var i in Enumerable.Range(0, 60))
        {
            ours.Add(RequestReader.Read(i, "PUT", $"/api/v1/customers/{i % 20}", new JObject { ["n"] = i }).Single());
            theirs.Add(RequestReader.Read(i + 100, "PUT", $"/api/v1/customers/{i % 20}", new JObject { ["n"] = i % 50 }).Single());
        }

        var parts = Enumerable.Range(0, 3).Select(i => Partitions.Read(ours, theirs, i)).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That((ours.Count, theirs.Count, parts.Sum(p => p.Alike)), Is.EqualTo((60, 60, 50)));
            Assert.That(parts.SelectMany(p => p.Ours).Select(o => o.Line), Is.EquivalentTo(Enumerable.Range(50, 10)));
            Assert.That(parts.SelectMany(p => p.Theirs).Select(o => o.Line), Is.EquivalentTo(Enumerable.Range(150, 10)));
            Assert.That(parts.SelectMany(p => p.Ours.Select(o => o.Who).Distinct()), Is.Unique);
            Assert.That(parts.All(p => p.Ours.Select(o => o.Who).ToHashSet().SetEquals(p.Theirs.Select(t => t.Who))));
        });
    }

    [TestCase("{", "theirs.jsonl, line 2 cannot be read: ")]
    [TestCase("""{"line":1}""", "theirs.jsonl, line 2 is no request: it needs a method, and a path or url.")]
    [TestCase("""{"method":"PUT","path":5}""", "line 2 is no request")]
    [TestCase("""{"requests":[5]}""", "line 2 has a request that is no object.")]
    [TestCase("""{"method":"PUT","path":"/","body":"{"}""", "line 2 has a body that is no JSON: ")]
    [TestCase("""{"method":"PUT","url":"http://[","body":{}}""", "line 2 has a path or url that is none: http://[")]
    public async Task ALine_ThatIsNoRequest_IsTold(string line, string told)
    {
        var ran = await RunAsync("""{"type":"identify","userId":"8"}""", "--theirs", Write("""{"method":"DELETE","path":"/api/v1/customers/1"}""", line));
        Assert.That(ran.Exit, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain(told));
    }

    [Test]
    public async Task Both_FromStdin_IsTold()
    {
        var ran = await InProcess.OnceAsync("events", "compare", "--ours", "-", "--theirs", "-");
        Assert.That(ran.Exit, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("--ours and --theirs cannot both be read from stdin."));
    }

    [Test]
    public async Task AFile_ThatIsNotThere_IsTold()
    {
        var ran = await RunAsync("", "--theirs", Path.Combine(_folder, "nothing.jsonl"));
        Assert.That(ran.Exit, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("nothing.jsonl cannot be read"));
    }

    [Test]
    public void ARecord_ThatCannotBeWritten_IsTold() =>
        Assert.That(
            async () => await SandboxServer.StartAsync(new SandboxOptions { Record = Path.Combine(_folder, "no", "record.jsonl") }),
            Throws.TypeOf<SandboxException>().With.Message.Contains("record.jsonl")
        );

    private static async Task<(int Exit, JObject Result)> CompareAsync(string profile, string theirs)
    {
        var ran = await RunAsync(Encoding.UTF8.GetString(s_events), "--profile", profile, "--theirs", theirs, "--json");
        return (ran.Exit, ConnectorJson.ParseObject(ran.Out));
    }

    private static Task<Ran> RunAsync(string events, params string[] args) =>
        InProcess.OnceAsync(["events", "compare", "--ours", "-", .. args], null, Encoding.UTF8.GetBytes(events));

    private string Write(params string[] lines)
    {
        var file = Path.Combine(_folder, "theirs.jsonl");
        File.WriteAllLines(file, lines);
        return file;
    }

    private static IEnumerable<string> Groups(JObject result) => result["differences"]!.Select(d => $"{d["action"]} {d["field"]} {d["kind"]} {d["count"]}");

    private static (int, int, int, int) Counts(JObject result) =>
        ((int)result["alike"]!, (int)result["differing"]!, (int)result["onlyOurs"]!, (int)result["onlyTheirs"]!);
}
