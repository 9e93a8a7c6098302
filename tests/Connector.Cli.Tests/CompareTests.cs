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
            Assert.That(alike, Is.EqualTo(4), "one of them is refused");
            Assert.That(one["differences"], Is.Empty);
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
                    1 event in the profile segment, 0 refused and 0 skipped:
                    1 operation of ours, 1 of theirs.
                    0 are alike, 1 differs, 0 are only ours, 0 only theirs.
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

    [TestCase("{", "cannot be read: ")]
    [TestCase("""{"method":"PUT","path":"/api/v1/customers/8","body":{"pl""", "cannot be read: ")]
    [TestCase("""{"line":1}""", "is no request: it needs a method, and a path or url.")]
    [TestCase("{}", "is no request")]
    [TestCase("""{"method":"PUT","path":5}""", "is no request")]
    [TestCase("""{"method":" ","path":"/api/v1/customers/7"}""", "is no request")]
    [TestCase("""{"method":"PUT","path":""}""", "is no request")]
    [TestCase("""{"requests":[5]}""", "has a request that is no object.")]
    [TestCase("""{"method":"PUT","path":"/","body":"{"}""", "has a body that is no JSON: ")]
    [TestCase("""{"method":"POST","path":"/api/v1/customers/7/events","body":"name=Bought"}""", "has a body that is no JSON: ")]
    [TestCase("""{"method":"POST","path":"/api/v1/customers/7/events","body":"\u001f\ufffd\b"}""", "has a body that is no JSON: ")]
    [TestCase("""{"method":"PUT","path":"/api/v1/customers/7","body":[]}""", "has a body that is no object.")]
    [TestCase("""{"method":"PUT","url":"http://[","body":{}}""", "has a path or url that is none: http://[")]
    [TestCase("""{"method":"POST","path":"/api/v2/batch","body":{"batch":{}}}""", "has a body without a list batch.")]
    [TestCase("""{"method":"POST","path":"/api/v2/batch","body":{}}""", "has a body without a list batch.")]
    [TestCase("""{"method":"POST","path":"/api/v2/batch","body":{"batch":[5]}}""", "has an operation that is no object.")]
    [TestCase("""{"method":"POST","path":"/api/v2/entity","body":{}}""", "has an operation without an action.")]
    [TestCase("""{"method":"POST","path":"/api/v2/entity","body":{"type":"person","action":""}}""", "has an operation without an action.")]
    [TestCase("""{"method":"POST","path":"/api/v1/customers//events","body":{"name":"n"}}""", "has a path without an identifier: ")]
    [TestCase("""{"method":"PUT","path":"/api/v1/customers/","body":{}}""", "has a path without an identifier: ")]
    [TestCase("""{"method":"PUT","path":"/api/v1/customers/%20","body":{}}""", "has a path without an identifier: ")]
    [TestCase("""{"method":"POST","path":"/api/v1/segments/7/add_customers","body":{}}""", "has a body without a list ids.")]
    [TestCase("""{"method":"PUT","path":"/api/v1/customers/7/devices","body":{}}""", "has no device.")]
    public async Task ALine_ThatIsNoRequest_IsPassedOverAndCounted(string line, string told)
    {
        const string Event = """{"type":"identify","userId":"8"}""",
            Same = """{"method":"POST","path":"/api/v2/entity","body":{"type":"person","action":"identify","identifiers":{"id":"8"}}}""";
        var theirs = Write(line, Same);
        var text = await RunAsync(Event, "--theirs", theirs);
        var json = ConnectorJson.ParseObject((await RunAsync(Event, "--theirs", theirs, "--json")).Out);
        var alone = await RunAsync(Event, "--theirs", Write(line));
        Assert.Multiple(() =>
        {
            Assert.That((text.Exit, text.Error), Is.EqualTo((4, "")));
            Assert.That(text.Out, Does.Contain("1 line of theirs cannot be compared; line 1 " + told));
            Assert.That(Counts(json), Is.EqualTo((1, 0, 0, 0)), text.Out);
            Assert.That(((int)json["unreadable"]!, (int)json["firstUnreadable"]!["line"]!), Is.EqualTo((1, 1)));
            Assert.That(alone.Exit, Is.EqualTo(2));
            Assert.That(alone.Error, Does.Contain("theirs.jsonl holds no request that can be read: line 1 " + told));
        });
    }

    [Test]
    public async Task WhatDidNotCountThere_IsLeftOutAndCounted()
    {
        var theirs = Write(
            """{"line":1,"refused":"/userId: is missing"}""",
            """{"line":2,"skipped":"The event's integrations keep it from Customer.io."}""",
            """{"method":"PUT","path":"/api/v1/customers/8","body":{"plan":"no"},"status":400}""",
            """{"method":"PUT","path":"/api/v1/customers/8","body":"a=b","status":"401"}""",
            """{"method":"PUT","path":"/api/v1/customers/8","body":{"plan":"no"},"status":301}""",
            """{"method":"PUT","path":"/api/v1/customers/8","body":{"plan":"no"},"status":0}""",
            """{"requests":[{"method":"PUT","path":"/api/v1/customers/8","body":{"plan":"free"},"status":200.0}]}"""
        );
        var ran = await RunAsync("""{"type":"identify","userId":"8","traits":{"plan":"free"}}""", "--profile", "segment", "--theirs", theirs);
        Assert.That(
            (ran.Exit, ran.Out.ReplaceLineEndings("\n")),
            Is.EqualTo(
                (
                    0,
                    """
                    1 event in the profile segment, 0 refused and 0 skipped:
                    1 operation of ours, 1 of theirs.
                    1 is alike, 0 differ, 0 are only ours, 0 only theirs.
                    4 requests of theirs did not count: answered with another status than 2xx.
                    2 lines of theirs without a request: refused or skipped there.

                    """.ReplaceLineEndings("\n")
                )
            )
        );
    }

    [Test]
    public async Task RefusedByTheSandbox_DoesNotEndIt()
    {
        var record = Path.Combine(_folder, "theirs.jsonl");
        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Record = record }))
        {
            using var client = new HttpClient { BaseAddress = sandbox.Url };
            client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("site:key"u8));
            byte[] packed = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0];
            foreach (var content in (HttpContent[])[new StringContent("name=Bought"), new StringContent("{"), new ByteArrayContent(packed)])
            {
                using var answer = await client.PostAsync(new Uri("api/v1/customers/7/events?api_key=k1&id_type=id&Auth_token=k2", UriKind.Relative), content);
                Assert.That((int)answer.StatusCode, Is.EqualTo(400));
            }

            await InProcess.OnceAsync(["events", "send", "--profile", "rudderstack", "--in", "-"], sandbox, s_events);
        }

        var (_, result) = await CompareAsync("rudderstack", record);
        Assert.Multiple(() =>
        {
            Assert.That(((int)result["alike"]!, (int)result["failed"]!, (int)result["unreadable"]!), Is.EqualTo((6, 3, 0)));
            Assert.That(result["differences"], Is.Empty);
            Assert.That(File.ReadAllText(record), Does.Contain("?api_key=***&id_type=id&Auth_token=***").And.Not.Contain("k1").And.Not.Contain("k2"));
        });
    }

    [TestCase("""{"type":"identify"}""", "1 event in the profile connector, 1 refused and 0 skipped:")]
    [TestCase("""{"type":"identify","userId":"7","integrations":{"All":false}}""", "1 event in the profile connector, 0 refused and 1 skipped:")]
    [TestCase("", "0 events in the profile connector, 0 refused and 0 skipped:")]
    public async Task WhatComparesNothing_IsNoSuccess(string events, string told)
    {
        var ran = await RunAsync(events, "--theirs", Write());
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(4));
            Assert.That(ran.Out, Does.StartWith(told).And.Contain("\nNothing was compared.\n"));
        });
    }

    [Test]
    public async Task BeyondWhatIsKept_SumsStillAddUp()
    {
        var traits = new JObject(Enumerable.Range(0, 1100).Select(i => new JProperty($"f{i}", i)));
        var theirs = Write("""{"method":"PUT","path":"/api/v1/customers/7","body":{}}""");
        var identify = new JObject
        {
            ["type"] = "identify",
            ["userId"] = "7",
            ["traits"] = traits,
        };
        var many = string.Join('\n', Enumerable.Range(0, 130).Select(i => $$"""{"type":"call {{i}}"}"""));
        string[] args = ["--profile", "segment", "--theirs", theirs];
        var text = await RunAsync(identify.ToString(Formatting.None) + "\n" + many, args);
        var json = ConnectorJson.ParseObject((await RunAsync(identify.ToString(Formatting.None) + "\n" + many, [.. args, "--json"])).Out);
        Assert.Multiple(() =>
        {
            Assert.That(json["refusals"]!.Sum(r => (int)r["count"]!) + (int)json["moreRefusals"]!["count"]!, Is.EqualTo(130));
            Assert.That(((JArray)json["refusals"]!).Count + (int)json["moreRefusals"]!["reasons"]!, Is.EqualTo(130));
            Assert.That(json["differences"]!.Sum(d => (int)d["count"]!) + (int)json["moreDifferences"]!["count"]!, Is.EqualTo(1100));
            Assert.That((((JArray)json["differences"]!).Count, (int)json["moreDifferences"]!["fields"]!), Is.EqualTo((1000, 100)));
            Assert.That(text.Out, Does.Contain("\nand 30 more reasons, 30 events.\n"));
            Assert.That(text.Out, Does.Contain("\nand 900 more fields, 900 differences; --json shows 800 of them.\n"));
        });
    }

    [Test]
    public async Task ThePresentMoment_IsNoDifference_WhateverTheirTimeIs()
    {
        var report = """{"type":"track","userId":"7","event":"Report Delivery Event","properties":{"deliveryId":"D","metric":"opened"}}""";
        var identify = """{"type":"identify","userId":"7","traits":{"plan":"a"}}""";
        var page = """{"type":"page","userId":"7","name":"A","properties":{"url":"http://a.io/"}}""";
        await AlikeAsync(report + "\n" + report.Replace("\"D\"", "\"E\"", StringComparison.Ordinal), "connector");
        await AlikeAsync(identify, "connector", "--created-at-now", "true");
        await AlikeAsync(page, "segment-classic");
    }

    // What translates to times of now, beside the same at another time and in another order.
    private async Task AlikeAsync(string events, string profile, params string[] args)
    {
        var file = Path.Combine(_folder, "requests.jsonl");
        var translated = await InProcess.OnceAsync(
            ["events", "translate", "--profile", profile, "--in", "-", "--out", file, .. args],
            null,
            Encoding.UTF8.GetBytes(events)
        );
        Assert.That(translated.Exit, Is.Zero, translated.Error);
        var lines = File.ReadAllLines(file).Reverse().ToArray();
        var now = System.Text.RegularExpressions.Regex.Matches(string.Concat(lines), @":(\d{10})\b").Select(m => m.Groups[1].Value).Distinct().ToArray();
        Assert.That(now, Is.Not.Empty, lines[0]);
        lines = [.. lines.Select(line => now.Aggregate(line, (all, time) => all.Replace(time, "1600000000", StringComparison.Ordinal)))];
        var same = await RunAsync(events, ["--profile", profile, "--theirs", Write(lines), .. args]);
        Assert.That(same.Exit, Is.Zero, same.Out);
        var none = await RunAsync(
            events,
            ["--profile", profile, "--theirs", Write([.. lines.Select(l => l.Replace("1600000000", "null", StringComparison.Ordinal))]), .. args]
        );
        Assert.That(none.Exit, Is.EqualTo(4));
        Assert.That(none.Out, Does.Contain("\"now\"").And.Not.Contain("74"));
    }

    [Test]
    public async Task NamesAndValues_AreCutToTheWidthOfAScreen()
    {
        var name = string.Concat(Enumerable.Repeat("名前", 100));
        var traits = new JObject
        {
            [name] = name,
            ["plain"] = new string('v', 78),
            ["long"] = new string('v', 79),
        };
        var identify = new JObject
        {
            ["type"] = "identify",
            ["userId"] = "7",
            ["traits"] = traits,
        };
        var theirs = Write("""{"method":"PUT","path":"/api/v1/customers/7","body":{}}""");
        var ran = await RunAsync(identify.ToString(Formatting.None), "--profile", "segment", "--theirs", theirs);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Out, Does.Contain("  attributes/" + name[..34] + "…: only ours\n"));
            Assert.That(ran.Out, Does.Contain("ours, line 1: \"" + name[..39] + "…\n"));
            Assert.That(ran.Out, Does.Contain("ours, line 1: \"" + new string('v', 78) + "\"\n"));
            Assert.That(ran.Out, Does.Contain("ours, line 1: \"" + new string('v', 78) + "…\n"));
        });
    }

    [Test]
    public async Task WhatIsOnOneSideAlone_HasNoLineOfTheOther()
    {
        var ran = await RunAsync(
            """{"type":"identify","userId":"7"}""",
            "--theirs",
            Write("""{"method":"POST","path":"/api/v1/customers/9/events","body":{"type":" ","name":"n"}}""")
        );
        Assert.That(ran.Out, Does.Contain("person event  only they send this\n").And.Not.Contain("nothing"));
    }

    [TestCase("compare", "--theirs")]
    [TestCase("compare", "--ours")]
    [TestCase("translate", "--in")]
    [TestCase("send", "--in")]
    public async Task AFolder_OrAPackedFile_IsToldAsSuch(string command, string option)
    {
        var packed = Path.Combine(_folder, "packed.jsonl");
        File.WriteAllBytes(packed, [0x1F, 0x8B, 8, 0, 0]);
        string[] other =
            command != "compare" ? []
            : option == "--ours" ? ["--theirs", Write()]
            : ["--ours", Write()];
        using var sandbox = new InProcess(("CUSTOMERIO_SITE_ID", "s"), ("CUSTOMERIO_API_KEY", "k"));
        var folder = await sandbox.RunAsync(["events", command, option, _folder, .. other]);
        var file = await sandbox.RunAsync(["events", command, option, packed, .. other]);
        Assert.Multiple(() =>
        {
            Assert.That((folder.Exit, file.Exit), Is.EqualTo((2, 2)), folder.Error + file.Error);
            Assert.That(folder.Error, Does.Contain($"{_folder} is a folder, not a file."));
            Assert.That(file.Error, Does.Contain("packed.jsonl is packed with gzip. Unpack it"));
        });
    }

    [Test]
    public async Task ARecord_OnAFullDisk_IsToldToTheCaller_AndAtTheEnd()
    {
        Assume.That(File.Exists("/dev/full"));
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Record = "/dev/full", File = Path.Combine(_folder, "state.json") });
        using var client = new HttpClient { BaseAddress = sandbox.Url };
        using var answer = await client.GetAsync(new Uri("api/v1/accounts/region", UriKind.Relative));
        Assert.That((int)answer.StatusCode, Is.EqualTo(500));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("could not be recorded in /dev/full"));
        Assert.That(
            async () => await sandbox.DisposeAsync(),
            Throws
                .TypeOf<SandboxException>()
                .With.Message.Contains("1 of the requests could not be recorded in /dev/full")
                .And.InnerException.TypeOf<IOException>()
        );
        Assert.That(Path.Combine(_folder, "state.json"), Does.Exist);
    }

    [Test]
    public async Task ARecord_AfterAFullDisk_HoldsWholeLinesOnly()
    {
        using var disk = SmallDisk.Mount(1);
        var record = Path.Combine(disk.Folder, "record.jsonl");
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Record = record });
        using var client = new HttpClient { BaseAddress = sandbox.Url };
        Assert.That(await SendAsync("first"), Is.Not.EqualTo(500));
        disk.Fill();
        Assert.That(await SendAsync(new string('x', 20_000)), Is.EqualTo(500));
        File.Delete(Path.Combine(disk.Folder, "filler"));
        Assert.That(await SendAsync("last"), Is.Not.EqualTo(500));
        Assert.That(async () => await sandbox.DisposeAsync(), Throws.TypeOf<SandboxException>().With.Message.Contains("1 of the requests"));
        Assert.That(File.ReadAllLines(record).Select(l => (string?)ConnectorJson.ParseObject(l)["body"]), Is.EqualTo(new[] { "first", "last" }));

        async Task<int> SendAsync(string body)
        {
            using var content = new StringContent(body);
            using var answer = await client.PostAsync(new Uri("api/v1/events", UriKind.Relative), content);
            return (int)answer.StatusCode;
        }
    }

    [Test]
    public async Task ARecord_ThatEndsWithinALine_GoesOnInANewOne()
    {
        var record = Write("{}");
        File.AppendAllText(record, """{"method":""");
        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Record = record }))
        {
            using var client = new HttpClient { BaseAddress = sandbox.Url };
            using var one = await client.GetAsync(new Uri("api/v1/accounts/region", UriKind.Relative));
            using var other = await client.GetAsync(new Uri("api/v1/accounts/region", UriKind.Relative));
        }

        var lines = File.ReadAllLines(record);
        Assert.That(lines, Has.Length.EqualTo(4));
        Assert.That(lines[1], Is.EqualTo("""{"method":"""));
        Assert.That(lines[2..].Select(l => (string?)ConnectorJson.ParseObject(l)["path"]), Is.All.EqualTo("/api/v1/accounts/region"));
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
    public async Task ARecord_IsTheUsersAlone()
    {
        var record = Path.Combine(_folder, "private.jsonl");
        await using (await SandboxServer.StartAsync(new SandboxOptions { Record = record })) { }

        // On Windows the folder says whose its files are.
        Assert.That(OperatingSystem.IsWindows() || File.GetUnixFileMode(record) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
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
