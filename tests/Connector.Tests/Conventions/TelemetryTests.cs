using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>Nobody is told by a span or a metric whom a run was about: every input is marked, and every answer gives the mark back.</summary>
public class TelemetryTests
{
    private const string Mark = "mrkx";
    private const long Number = 870087008700;

    private static readonly Connection s_marked = new()
    {
        SiteId = $"site{Mark}",
        ApiKey = $"key{Mark}",
        AppApiKey = $"app{Mark}",
        PipelinesApiKey = $"pipelines{Mark}",
        Region = Region.Eu,
    };

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task Telemetry_OfMarkedInputs_HoldsNoMark(string id)
    {
        var manifest = Every.Manifest(id);
        using var heard = new Exported();
        var sent = 0;
        foreach (var (_, input) in Seeds.Of(manifest))
        {
            var marked = Marked(manifest, input);
            foreach (
                var answer in (Func<Answer>[])
                    [
                        Answer.Ok,
                        () =>
                            Answer.Status(400, $$$"""{"meta":{"error":"{{{Mark}}} {{{Number}}}"},"errors":[{"reason":"{{{Mark}}}","message":"{{{Mark}}}"}]}"""),
                        () => Answer.Status(503, $"{Mark} {Number}"),
                    ]
            )
            {
                using var bench = new Bench(Wire.Always(_ => answer()));
                try
                {
                    await bench.RunAsync(id, marked, s_marked, new RunOptions { InvocationId = $"{Mark}-invocation" });
                }
                catch (ConnectorException)
                {
                    // A failure is told as well.
                }

                sent += bench.Wire.Requests.Count(r =>
                    r.Text.Contains(Mark, StringComparison.Ordinal) || r.Text.Contains($"{Number}", StringComparison.Ordinal)
                );
            }
        }

        var told = heard.Spans.Select(Exported.Text).Concat(heard.Metrics).ToArray();
        Assert.That(told, Has.None.Contains(Mark).IgnoreCase.And.None.Contains($"{Number}"));
        if (Every.OwnInputs(manifest).Count > 0)
        {
            Assert.That(sent, Is.Positive, "the mark left with no request, so that this shows nothing");
        }

        // A request names its endpoint, if it is one of ours, and nothing in it was filled in by a caller.
        var attempts = heard.Spans.Where(s => s.Kind == System.Diagnostics.ActivityKind.Client).ToArray();
        Assert.That(attempts, Is.Not.Empty);
        if (id != "raw-request")
        {
            Assert.That(attempts.Select(s => (string?)s.GetTagItem("url.template")).OfType<string>(), Is.All.Match("^(/[a-z0-9_]+|/\\{id\\})+$"));
        }
    }

    /// <summary>The input with the mark in every text and every number that may be another one.</summary>
    private static JObject Marked(ActionManifest manifest, JObject input)
    {
        var marked = (JObject)input.DeepClone();
        foreach (var path in marked.Descendants().OfType<JValue>().Select(v => v.Path).ToArray())
        {
            var before = (JValue)marked.SelectToken(path)!;
            JToken[] others = before.Type switch
            {
                JTokenType.String => [$"{before.Value}{Mark}", $"{Mark}@example.com", Mark],
                JTokenType.Integer => [Number],
                _ => [],
            };
            foreach (var other in others)
            {
                var now = (JValue)marked.SelectToken(path)!;
                now.Replace(other.DeepClone());
                if (IsValid(manifest, marked))
                {
                    break;
                }

                marked.SelectToken(path)!.Replace(before.DeepClone());
            }
        }

        return marked;
    }

    private static bool IsValid(ActionManifest manifest, JObject input)
    {
        try
        {
            manifest.Validate(input);
            using var bench = new Bench();
            bench.Connector.DryRunAsync(manifest.Id, input, s_marked).GetAwaiter().GetResult();
            return true;
        }
        catch (ConnectorException)
        {
            return false;
        }
    }
}
