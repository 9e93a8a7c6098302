using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Official SDKs, over real HTTP: everything that they send arrives. They send several batches at once, so that only what they awaited is in
/// order.</summary>
[Category("Slow")]
public class SdkTests
{
    [TestCase("segment")]
    [TestCase("connector")]
    public async Task SG1_SG14_SegmentNode_EveryCall_Arrives(string profile)
    {
        await using var running = await Running.StartAsync(profile);
        await RunAsync(running, "segment.mjs");
        var person = running.Sandbox.Person("seg-7")!;
        Assert.Multiple(async () =>
        {
            Assert.That((string?)person["identifiers"]!["email"], Is.EqualTo("ada@example.com"));
            Assert.That((long)person["attributes"]!["created_at"]!, Is.EqualTo(1_769_851_800));
            Assert.That(
                person["events"]!.Select(e => $"{e["type"]} {e["name"]}"),
                Is.EquivalentTo(new[] { "event Bought", "page https://example.com/pricing", "screen Main" })
            );
            var bought = (JObject)person["events"]!.Single(e => (string?)e["name"] == "Bought");
            Assert.That(JToken.DeepEquals(bought["data"], JObject.Parse("""{"price":49.5,"tags":["a","ü😀"]}""")), bought.ToString());
            Assert.That((long)bought["timestamp"]!, Is.EqualTo(1_769_853_600));
            Assert.That((await running.ControlAsync("objects")).ToString(), Does.Contain("acme"));
            Assert.That(await Anonymous(running, "seg-anonymous"), Is.EqualTo(new[] { "Looked" }));
            Assert.That((string?)person["attributes"]!["was"], Is.EqualTo("here"), "merged");
        });
    }

    [TestCase("rudderstack")]
    [TestCase("connector")]
    public async Task RS1_RudderStackNode_EveryCall_Arrives(string profile)
    {
        await using var running = await Running.StartAsync(profile);
        await RunAsync(running, "rudderstack.mjs");
        var person = running.Sandbox.Person("rudder-7")!;
        var expected =
            profile == "rudderstack"
                ? new[] { "event Bought", "page Pricing", "event Viewed Main Screen" }
                : ["event Bought", "page https://example.com/pricing", "screen Main"];
        Assert.Multiple(async () =>
        {
            Assert.That((string?)person["identifiers"]!["email"], Is.EqualTo("grace@example.com"));
            Assert.That((long)person["attributes"]!["created_at"]!, Is.EqualTo(1_769_851_800));
            Assert.That(person["events"]!.Select(e => $"{e["type"]} {e["name"]}"), Is.EquivalentTo(expected));
            Assert.That((await running.ControlAsync("objects")).ToString(), Does.Contain("Acme"));
            Assert.That(await Anonymous(running, "rudder-anonymous"), Is.EqualTo(new[] { "Looked" }));
            Assert.That((string?)person["attributes"]!["was"], Is.EqualTo("here"), "merged");
        });
    }

    private static async Task RunAsync(Running running, string program)
    {
        var (exit, stdout, stderr) = await NodeTools.RunAsync("node", [program, running.Url.ToString().TrimEnd('/'), Running.Key]);
        Assert.That((exit, stdout.Trim().Split('\n')[^1]), Is.EqualTo((0, """{"failures":[]}""")), stdout + stderr);
        await running.SettleAsync();
        Assert.That(running.DeadLetters().Select(d => d.Reason + d.Text), Is.Empty);
    }

    private static async Task<string[]> Anonymous(Running running, string id) =>
        [.. (await running.ControlAsync("anonymous"))["anonymous"]?[id]?.Select(e => (string)e["name"]!) ?? []];
}
