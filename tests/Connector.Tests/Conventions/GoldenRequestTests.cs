using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>The whole requests of every action, compared with the files in <c>Golden/</c>; <c>UPDATE_GOLDEN=1</c> writes them anew.</summary>
public class GoldenRequestTests
{
    private static readonly RunOptions s_run = new() { InvocationId = "golden" };
    private static readonly KeyValuePair<string, string>[] s_json = [KeyValuePair.Create("Content-Type", "application/json")];
    private static readonly string[] s_described =
    [
        "add-device",
        "add-relationships",
        "add-to-segment",
        "batch",
        "change-identifier",
        "delete-device",
        "destroy",
        "destroy-object",
        "get-account-region",
        "identify",
        "identify-object",
        "link-anonymous",
        "merge-people",
        "raw-request",
        "remove-from-segment",
        "remove-relationships",
        "report-delivery-metric",
        "send-event",
        "set-subscription-preferences",
        "submit-form",
        "suppress",
        "track",
        "track-anonymous",
        "track-page-view",
        "track-screen-view",
        "unsubscribe-delivery",
        "unsuppress",
    ];
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

            if (Catalogue.Embedded.Code(Every.Manifest(id)) is IOperationAction action)
            {
                regions["batch"] = Operation(action, id, input);
            }

            actual[name] = regions;
        }

        var file = Path.Combine(Repository.Root, "tests", "Connector.Tests", "Golden", id + ".json");
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

        if (Catalogue.Embedded.Code(Every.Manifest(id)) is IOperationAction action)
        {
            foreach (var (name, input) in Seeds.Of(Every.Manifest(id)))
            {
                if (Operation(action, id, input) is not JObject operation)
                {
                    continue;
                }

                var request = new WireRequest("POST", "https://track.customer.io/api/v2/entity", s_json, ConnectorJson.ToBytes(operation));
                Assert.That(vendor.Problems(request), Is.Empty, $"{name}, in a batch\n{request.Text}");
            }
        }

        TestContext.Out.WriteLine($"{known} requests of {id} compared with the vendor's description.");
    }

    [Test]
    public async Task Requests_UnderTheVendorsDescription_CoverTheseActions()
    {
        if (VendorDescription.Track is not { } vendor)
        {
            Assert.Ignore("The vendor's OpenAPI file is not at hand (../shared/spec beside the repository), so it is not known what it covers.");
            return;
        }

        var covered = new List<string>();
        foreach (var id in Every.ActionId)
        {
            var requests = new List<WireRequest>();
            foreach (var (_, input) in Seeds.Of(Every.Manifest(id)))
            {
                requests.AddRange(await RequestsAsync(id, input, Bench.Us));
            }

            if (requests.Exists(vendor.Knows))
            {
                covered.Add(id);
            }
        }

        Assert.That(string.Join(" ", covered), Is.EqualTo(string.Join(" ", s_described)), "the others are of APIs whose description is not at hand");
    }

    /// <summary>What an action is in a batch, or why it cannot be so.</summary>
    private static JToken Operation(IOperationAction action, string id, JObject input)
    {
        var item = new ItemContext(() => FakeTime.Start, _ => EventIds.Derive("golden", id, 0), false);
        try
        {
            return ConnectorJson.Parse(OperationReader.Ours(action, Every.Manifest(id).Validate(input), item).ToBytes());
        }
        catch (ConnectorException e)
        {
            return e.Message;
        }
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
