using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>What an action can be made to do is what its manifest says of it: the hints for agents are made of that.</summary>
public class EffectTests
{
    // Inputs that ask for the most an action can do, where its examples ask for less.
    private static readonly Dictionary<string, string[]> s_most = new(StringComparer.Ordinal)
    {
        ["batch"] =
        [
            """{"operations":[{"action":"destroy","input":{"id":"1"}}]}""",
            """{"operations":[{"action":"track","input":{"id":"1","eventName":"x"}}]}""",
        ],
        ["change-identifier"] = ["""{"id":"cio_a3000001","identifier":"id","value":"9","ifTaken":"merge"}"""],
        ["raw-request"] = ["""{"url":"/v1/customers/5","method":"DELETE"}""", """{"url":"/v1/send/email","method":"POST","api":"app","data":{}}"""],
        ["send-event"] =
        [
            """{"profile":"segment","event":{"type":"track","event":"User Deleted","userId":"1"}}""",
            """{"event":{"type":"track","event":"x","userId":"1"}}""",
        ],
    };

    // The ends of paths by which messages of Customer.io's own begin to go out.
    private static readonly string[] s_starts = ["triggers", "newsletters", "send", "schedule"];

    // They ask by POST.
    private static readonly string[] s_questions = ["/v1/customers", "/v1/customers/attributes", "/v1/objects"];

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task Action_WhatItCanDo_IsWhatItsManifestSays(string id)
    {
        var manifest = Every.Manifest(id);
        using var bench = new Bench();
        bool destroys = false,
            redirects = false,
            sends = false,
            writes = false,
            differs = false;
        foreach (var input in Seeds.Of(manifest).Select(s => s.Value).Concat(s_most.GetValueOrDefault(id, []).Select(Bench.Json)))
        {
            var (first, second) = (await RequestsAsync(bench, id, input), await RequestsAsync(bench, id, input));
            differs |= !JToken.DeepEquals(first, second);
            foreach (var request in first)
            {
                var (method, path) = ((string)request["method"]!, new Uri((string)request["url"]!).AbsolutePath);
                sends |= method == "POST" && (path.StartsWith("/v1/send/", StringComparison.Ordinal) || s_starts.Contains(path.Split('/')[^1]));
                writes |= method != "GET" && !s_questions.Contains(path);
                // What is changed in a workflow that runs may go to somebody else, or begin to go out.
                redirects |=
                    method != "GET"
                    && (path.StartsWith("/v1/reporting_webhooks", StringComparison.Ordinal) || path.Contains("/actions/", StringComparison.Ordinal));
            }

            destroys |= await IsBlockedAsync(bench, id, input);
        }

        var unsafeWrite = manifest is { Effect: ActionEffect.Write, Idempotent: false };
        Assert.Multiple(() =>
        {
            Assert.That(writes, Is.EqualTo(manifest.Effect != ActionEffect.Read), "effect");
            Assert.That(!sends || manifest.Effect == ActionEffect.Send || unsafeWrite, "it sends messages");
            Assert.That(
                !(destroys || redirects) || manifest.CanDestroy || manifest.Effect == ActionEffect.Destroy || unsafeWrite,
                "it destroys or redirects: \"canDestroy\" must say so"
            );
            Assert.That(!manifest.CanDestroy || destroys || redirects, "\"canDestroy\", but nothing here does");
            Assert.That(
                !differs || !manifest.Idempotent || manifest.MakesEvents || manifest.Properties.Any(p => p.Key == "eventId"),
                "two runs send two events: \"makesEvents\" must say so"
            );
            Assert.That(!manifest.MakesEvents || differs, "\"makesEvents\", but two runs send the same");
        });
    }

    [Test]
    public void InputsThatNameAFileToWrite_AreMarked() =>
        Assert.That(
            Catalogue.Embedded.All.Concat(Catalogue.Embedded.Jobs).SelectMany(a => a.Writes.Select(w => $"{a.Id} {w}")),
            Is.EquivalentTo(new[] { "get-export file", "run-import errors" })
        );

    private static async Task<JArray> RequestsAsync(Bench bench, string id, JObject input) =>
        (JArray)(await bench.Connector.DryRunAsync(id, input, Bench.Us))["requests"]!;

    private static async Task<bool> IsBlockedAsync(Bench bench, string id, JObject input)
    {
        try
        {
            await bench.Connector.DryRunAsync(
                id,
                input,
                new Connection
                {
                    SiteId = "s",
                    ApiKey = "k",
                    AppApiKey = "a",
                    PipelinesApiKey = "p",
                    Region = Region.Us,
                    BlockDestructive = true,
                }
            );
            return false;
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Connection)
        {
            return true;
        }
    }
}
