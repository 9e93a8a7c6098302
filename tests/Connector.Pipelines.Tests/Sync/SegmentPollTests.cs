using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Sync;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

/// <summary>Who entered and left a segment, from one poll to the next.</summary>
public sealed class SegmentPollTests : Bench
{
    [Test]
    public async Task Poll_TellsWhoEnteredAndLeft_Once()
    {
        await MemberAsync("u1", "u2");
        var first = await PollAsync(new("VIP"));
        await MemberAsync("u3");
        await ImportAsync(ImportKind.SegmentMembers, Write("t.csv", "id,drop\nu1,1\n"), """{"segment":{"value":"VIP"},"delete":"drop"}""");
        var second = await PollAsync(new("VIP"));
        var third = await PollAsync(new("1"));
        Assert.Multiple(() =>
        {
            Assert.That(Shown(first), Is.EqualTo("first True, 2 members, entered , left "), "the first poll tells nobody");
            Assert.That(Shown(second), Is.EqualTo("first False, 2 members, entered u3, left u1"));
            Assert.That(Shown(third), Is.EqualTo("first False, 2 members, entered , left "));
            Assert.That(second["entered"]![0]!["cio_id"]!.Type, Is.EqualTo(JTokenType.String));
        });
    }

    [Test]
    public async Task Poll_OfAnotherName_RemembersForItself_AndTellsTheFirstWhereAsked()
    {
        await MemberAsync("u1");
        await PollAsync(new("VIP"));
        Assert.That(Shown(await PollAsync(new("VIP", TellFirst: true, Poll: "crm"))), Is.EqualTo("first True, 1 members, entered u1, left "));
        Assert.That(Shown(await PollAsync(new("VIP", TellFirst: true, Poll: "crm"))), Is.EqualTo("first False, 1 members, entered , left "));
    }

    [Test]
    public async Task Poll_ThatFails_TellsItTheNextTime()
    {
        await MemberAsync("u1");
        await PollAsync(new("VIP"));
        await MemberAsync("u2");
        await TellAsync(HttpMethod.Post, "faults", """{"match":{"path":"/v1/segments/1/membership"},"status":400,"times":1}""");
        Assert.That(Assert.ThrowsAsync<ConnectorException>(() => PollAsync(new("VIP")))!.Kind, Is.EqualTo(FailureKind.Rejected));
        Assert.That(Shown(await PollAsync(new("VIP"))), Is.EqualTo("first False, 2 members, entered u2, left "));
    }

    private async Task MemberAsync(params string[] ids)
    {
        if ((await AskAsync("segments"))["segments"]!.All(s => (string?)s["name"] != "VIP"))
        {
            await TellAsync(HttpMethod.Post, "segments", """{"name":"VIP"}""");
        }

        await ImportAsync(ImportKind.People, Write("p.csv", "id\n" + string.Join('\n', ids) + "\n"));
        await ImportAsync(ImportKind.SegmentMembers, Write("s.csv", "id,segment\n" + string.Concat(ids.Select(i => $"{i},VIP\n"))));
    }

    private async Task<JObject> PollAsync(SegmentPollRequest request)
    {
        using var connector = new CustomerIoConnector();
        return await new SegmentPoll(connector, Connection, Folder, TimeProvider.System).RunAsync(request, default);
    }

    private static string Shown(JObject changes)
    {
        string Ids(string key) => string.Join(',', changes[key]!.Select(p => (string?)p["id"]));
        return $"first {changes["first"]}, {changes["members"]} members, entered {Ids("entered")}, left {Ids("left")}";
    }
}
