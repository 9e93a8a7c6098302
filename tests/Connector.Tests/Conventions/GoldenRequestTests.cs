using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>The whole requests of every action, compared with the files in <c>Golden/</c>; <c>UPDATE_GOLDEN=1</c> writes them anew.</summary>
public class GoldenRequestTests
{
    private static readonly RunOptions s_run = new() { InvocationId = "golden" };
    private static readonly Dictionary<string, Connection> s_regions = new() { ["us"] = Bench.Us, ["eu"] = Bench.Eu };

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task Requests_OfEachSeed_AreTheGoldenOnes(string id)
    {
        var actual = new JObject();
        foreach (var (name, input) in Seeds.Of(Every.Manifest(id)))
        {
            var regions = new JObject();
            foreach (var (region, connection) in s_regions)
            {
                regions[region] = new JArray((await RequestsAsync(id, input, connection)).Select(r => new JArray(r.Text.Split('\n'))));
            }

            actual[name] = regions;
        }

        var file = Path.Combine(Repository.TestProject, "Golden", id + ".json");
        var text = ConnectorJson.ToText(actual, indented: true) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(file, text);
            Assert.Fail($"{file} was written anew. Look at the difference, then run the tests without UPDATE_GOLDEN.");
        }

        Assert.That(File.Exists(file), Is.True, $"{file} does not exist; run the tests once with UPDATE_GOLDEN=1 and look at what they write.");
        Assert.That(
            text,
            Is.EqualTo((await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n")),
            "Run the tests with UPDATE_GOLDEN=1 if the new requests are meant."
        );
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task Requests_RunTwice_AreTheSame(string id)
    {
        foreach (var (name, input) in Seeds.Of(Every.Manifest(id)))
        {
            var first = await RequestsAsync(id, input, Bench.Us);
            Assert.That((await RequestsAsync(id, input, Bench.Us)).Select(r => r.Text), Is.EqualTo(first.Select(r => r.Text)), name);
        }
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task Requests_RegionInput_WinsOverTheConnection(string id)
    {
        foreach (var (name, input) in Seeds.Of(Every.Manifest(id)))
        {
            var there = new JObject(input) { ["region"] = "eu" };
            Assert.That(
                (await RequestsAsync(id, there, Bench.Us)).Select(r => r.Text),
                Is.EqualTo((await RequestsAsync(id, input, Bench.Eu)).Select(r => r.Text)),
                name
            );
        }
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task DryRun_OfEachSeed_ShowsTheRealRequests(string id)
    {
        foreach (var (name, input) in Seeds.Of(Every.Manifest(id)))
        {
            using var bench = new Bench();
            var dry = await bench.Connector.DryRunAsync(id, input, Bench.Eu, s_run);
            Assert.That(bench.Wire.Requests, Is.Empty);

            var real = new JArray((await RequestsAsync(id, input, Bench.Eu)).Select(Shown));
            Assert.That(dry["requests"]!.ToString(), Is.EqualTo(real.ToString()), name);
        }
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task Run_OfEachSeed_LeavesTheCallersInputAlone(string id)
    {
        foreach (var (name, input) in Seeds.Of(Every.Manifest(id)))
        {
            var before = input.DeepClone();
            await RequestsAsync(id, input, Bench.Us);
            Assert.That(JToken.DeepEquals(input, before), Is.True, name);
        }
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task Requests_UnderTheVendorsDescription_AreValid(string id)
    {
        if (VendorDescription.Track is not { } vendor)
        {
            Assert.Ignore("The vendor's OpenAPI file is not at hand (../shared/spec beside the repository), so requests are not compared with it.");
            return;
        }

        var known = 0;
        foreach (var (name, input) in Seeds.Of(Every.Manifest(id)))
        {
            foreach (var request in (await RequestsAsync(id, input, Bench.Us)).Where(r => vendor.Knows(r)))
            {
                known++;
                Assert.That(vendor.Problems(request), Is.Empty, $"{name}\n{request.Text}");
            }
        }

        TestContext.Out.WriteLine($"{known} requests of {id} compared with the vendor's description.");
    }

    private static async Task<IReadOnlyList<WireRequest>> RequestsAsync(string id, JObject input, Connection connection)
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync(id, input, connection, s_run);
        return bench.Wire.Requests;
    }

    private static JObject Shown(WireRequest request)
    {
        var type = request.Header("Content-Type");
        var headers = request.Headers.Where(h => h.Key is not ("Authorization" or "User-Agent" or "Accept-Encoding" or "Content-Type"));
        return new JObject
        {
            ["method"] = request.Method,
            ["url"] = request.Url,
            ["headers"] = new JObject(
                new[] { new JProperty("Authorization", request.Header("Authorization")!.Split(' ')[0] + " ***") }
                    .Concat(type is null ? [] : [new JProperty("Content-Type", type)])
                    .Concat(headers.Select(h => new JProperty(h.Key, h.Value)))
            ),
            ["body"] =
                request.Body.Length == 0 ? null
                : type == "application/json" ? ConnectorJson.Parse(request.Body)
                : request.BodyText,
            ["bytes"] = request.Body.Length,
        };
    }
}
