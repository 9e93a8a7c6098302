using System.Globalization;
using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>Every field of every form, without a browser: what the form says of a value, what the server makes of it, what the runner says.</summary>
public sealed class FieldTests
{
    private static readonly JObject s_model = Flows.Model(NodeRedFiles.Generate(Catalogue.Embedded).Single(f => f.Path == "resources/model.js").Content);

    private static readonly string[] s_times =
    [
        "yesterday",
        "2026-01-31T09:30:00",
        "2026-02-30T00:00:00Z",
        "20260131",
        "1769851800",
        "2026-01-31T09:30:00+02:00",
        "202601310930",
    ];

    private static IEnumerable<JToken> Forms => s_model["actions"]!.Concat(s_model["jobs"]!);

    [Test]
    public async Task Field_EveryExampleAndItsPlaceholder_AreTakenByFormAndRunner()
    {
        var cases = new List<(JToken Form, string? Key, JObject Config)>();
        foreach (var form in Forms)
        {
            foreach (var example in form["examples"]!)
            {
                var config = new JObject();
                foreach (var (key, value) in (JObject)example["input"]!)
                {
                    NodeRedExamples.Fill(config, form["fields"]!.Single(f => (string)f["key"]! == key), value!);
                }

                cases.Add((form, null, config));
            }

            foreach (
                var field in form["fields"]!.Where(f => f["placeholder"] is { } text && !((string)text!).StartsWith("Default: ", StringComparison.Ordinal))
            )
            {
                var key = (string)field["key"]!;
                cases.Add((form, key, new JObject { [$"p_{key}"] = field["placeholder"], [$"p_{key}_t"] = field["valueTypes"]![0] }));
            }
        }

        var answers = await WalkAsync(cases.Select(c => (c.Form, c.Config)));
        Assert.That(cases.Count(c => c.Key is not null), Is.GreaterThan(100));
        Assert.Multiple(() =>
        {
            foreach (var (at, (form, key, config)) in cases.Index())
            {
                var about = $"{form["id"]}, {key ?? "example"}, {config.ToString(Formatting.None)}";
                var answer = answers[at];
                Assert.That(key is null ? answer["problems"] : answer["problems"]![key], key is null ? Is.Empty : Is.Null, about);
                var refused = answer["refused"]?.Where(p => key is null || (string)p["path"]! == $"/{key}").ToArray() ?? [];
                Assert.That(refused, Is.Empty, about);
                if (answer["input"] is JObject input)
                {
                    Assert.That(Refusals(form, input).Where(p => key is null || p.Path == $"/{key}").Select(p => $"{p.Path} {p.Message}"), Is.Empty, about);
                }
            }
        });
    }

    [Test]
    public async Task Field_WhatTheRunnerRefusesForItsShape_IsRefusedByTheFormInTheSameWords()
    {
        var cases = new List<(JToken Form, JToken Field, JObject Config)>();
        foreach (var form in Forms)
        {
            foreach (var field in form["fields"]!)
            {
                var key = (string)field["key"]!;
                foreach (var (type, text) in Unfit(field).Where(u => field["valueTypes"]!.Any(t => (string)t! == u.Type)))
                {
                    cases.Add((form, field, new JObject { [$"p_{key}"] = text, [$"p_{key}_t"] = type }));
                }
            }
        }

        var answers = await WalkAsync(cases.Select(c => (c.Form, c.Config)));
        var refusals = 0;
        Assert.Multiple(() =>
        {
            foreach (var (at, (form, field, config)) in cases.Index())
            {
                var (key, answer) = ((string)field["key"]!, answers[at]);
                var own = answer["refused"]?.FirstOrDefault(p => (string)p["path"]! == $"/{key}");
                var runner =
                    own is not null ? (string)own["message"]!
                    : answer["input"] is JObject input ? Said(Refusals(form, input), key)
                    : null;
                if (own is null && answer["refused"] is not null)
                {
                    // Another input is required, so the value is shown to the runner by itself.
                    var (type, text) = ((string)config[$"p_{key}_t"]!, (string)config[$"p_{key}"]!);
                    runner = Read(type, text) is { } value ? Said(Refusals(form, new JObject { [key] = value }), key) : null;
                }

                refusals += runner is null ? 0 : 1;
                Assert.That(
                    (string?)answer["problems"]![key],
                    Is.EqualTo(runner is null ? null : $"{field["title"]} {runner}"),
                    $"{form["id"]}, {config.ToString(Formatting.None)}"
                );
            }
        });
        Assert.That(refusals, Is.GreaterThan(300));
    }

    /// <summary>What is said of one input first; of an item of a list with its place.</summary>
    private static string? Said(IEnumerable<Problem> problems, string key) =>
        problems.FirstOrDefault(p => p.Path == $"/{key}" || p.Path.StartsWith($"/{key}/", StringComparison.Ordinal)) is not { } problem ? null
        : problem.Path == $"/{key}" ? problem.Message
        : int.TryParse(problem.Path.Split('/')[2], CultureInfo.InvariantCulture, out var item) ? $"item {item + 1} {problem.Message}"
        : $"\"{problem.Path.Split('/')[2]}\" {problem.Message}";

    /// <summary>Texts that some shape does not allow.</summary>
    private static IEnumerable<(string Type, string Text)> Unfit(JToken field)
    {
        yield return ("date", "yesterday");
        yield return ("date", "2026-02-30");
        yield return ("num", "12x");
        yield return ("num", "1.5");
        yield return ("num", "-1");
        yield return ("num", "1000000000000");
        yield return ("json", "{");
        yield return ("json", "[1]");
        yield return ("json", "{\"a\":1}");
        yield return ("json", "true");
        yield return ("str", "x");
        yield return ("str", new string('x', 160));
        if ((string)field["editor"]! == "time")
        {
            foreach (var text in s_times)
            {
                yield return ("str", text);
            }
        }
    }

    private static JToken? Read(string type, string text) =>
        type switch
        {
            "str" or "choice" => text,
            "num" => double.Parse(text, CultureInfo.InvariantCulture) is var n && n == Math.Floor(n) ? new JValue((long)n) : new JValue(n),
            "json" => JToken.Parse(text),
            _ => null,
        };

    private static IReadOnlyList<Problem> Refusals(JToken form, JObject input)
    {
        try
        {
            Catalogue.Embedded.All.Concat(Catalogue.Embedded.Jobs).Single(a => a.Id == (string)form["id"]!).Validate((JObject)input.DeepClone());
            return [];
        }
        catch (ConnectorException e)
        {
            return e.Problems;
        }
    }

    private static Task<JArray> WalkAsync(IEnumerable<(JToken Form, JObject Config)> cases) => WalkAsync(cases.Select(c => (c.Form, c.Config, (JToken?)null)));

    /// <summary>What form and server make of nodes; with secrets it is the server alone, and the form may be one that no package has.</summary>
    internal static async Task<JArray> WalkAsync(IEnumerable<(JToken Form, JObject Config, JToken? Secrets)> cases)
    {
        var file = Path.GetTempFileName();
        try
        {
            var text = new JArray(
                cases.Select(c => new JObject
                {
                    ["type"] = c.Form["type"],
                    ["config"] = c.Config,
                    ["form"] = c.Secrets is null ? null : c.Form,
                    ["credentials"] = c.Secrets,
                })
            );
            await File.WriteAllTextAsync(file, text.ToString(Formatting.None));
            return JArray.Parse(await Command.RunAsync(Repo.Node, "node", ["walk.js", Repo.Package, file]));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
