using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>What the convention tests loop over, so that a new action is covered from its first day.</summary>
internal static class Every
{
    public static IReadOnlyList<string> ActionId => Catalogue.Embedded.Ids;

    public static ActionManifest Manifest(string id) => Catalogue.Embedded.Find(id);

    /// <summary>Names of the inputs that the action's code reads: all but those that the run itself reads.</summary>
    public static IReadOnlyList<string> OwnInputs(ActionManifest manifest)
    {
        var shared = s_ofTheRun.SelectMany(Shared).ToHashSet(StringComparer.Ordinal);
        return [.. manifest.Properties.Select(p => p.Key).Where(name => !shared.Contains(name))];
    }

    private static readonly string[] s_ofTheRun = ["region", "resilience"];

    private static IEnumerable<string> Shared(string group) =>
        ((JObject)Bench.Json(System.Text.Encoding.UTF8.GetString(ManifestSource.Embedded.Read($"manifest/inputs/{group}.json")!))["properties"]!)
            .Properties()
            .Select(p => p.Name);
}

/// <summary>Inputs made from the manifest's own examples.</summary>
internal static class Seeds
{
    private static readonly (string Name, string[] Without, string? Method)[] s_sides =
    [
        ("all-fields, person", ["objectTypeId", "objectId", "people"], null),
        ("all-fields, object", ["id", "idType", "objects"], null),
    ];

    private static readonly string[] s_audiences = ["recipients", "emails", "ids", "perUserData", "dataFileUrl"];

    private static string[] NotWith(string audience) =>
        audience switch
        {
            "recipients" => ["emailAddDuplicates", "emailIgnoreMissing", "idIgnoreMissing"],
            "emails" => ["idIgnoreMissing"],
            "ids" => ["emailAddDuplicates", "emailIgnoreMissing"],
            _ => [],
        };

    // Inputs that exclude each other: each list is left out once.
    private static readonly Dictionary<string, (string Name, string[] Without, string? Method)[]> s_exclusive = new(StringComparer.Ordinal)
    {
        ["raw-request"] = [("all-fields, data", ["formData", "fileData", "fileDataFileNames"], "POST"), ("all-fields, form", ["data"], "POST")],
        ["submit-form"] = [("all-fields, e-mail address among the data", ["id", "email"], null)],
        ["send-event"] = [("all-fields, one event", ["events"], null), ("all-fields, list", ["event"], null)],
        ["add-relationships"] = s_sides,
        ["get-campaign-metrics"] =
        [
            ("all-fields, window", ["links", "unique", "period", "steps"], null),
            ("all-fields, links", ["startTime", "endTime", "resolution", "timeZone", "channel"], null),
        ],
        ["get-broadcast-metrics"] = [("all-fields, messages", ["links", "unique"], null), ("all-fields, links", ["channel"], null)],
        ["get-newsletter-metrics"] =
        [
            ("all-fields, messages", ["links", "unique", "content"], null),
            ("all-fields, links", ["channel", "content"], null),
            ("all-fields, variant", ["channel", "links", "unique"], null),
        ],
        ["create-newsletter"] =
        [
            ("all-fields, e-mail", ["recipients", "content", "url", "method"], null),
            ("all-fields, recipients", ["segments", "exceptSegments", "content", "url", "method"], null),
        ],
        ["update-newsletter-content"] =
        [
            ("all-fields, variant", ["language", "testGroup", "bodyPlain"], null),
            ("all-fields, language", ["content", "bodyPlain"], null),
        ],
        ["get-newsletter"] = [("all-fields, everything", ["content", "language", "testGroup"], null), ("all-fields, test group", ["content", "include"], null)],
        ["list-campaign-actions"] = [("all-fields, campaign", ["broadcast"], null), ("all-fields, broadcast", ["campaign"], null)],
        ["get-action-metrics"] =
        [
            ("all-fields, window", ["broadcast", "links", "unique", "period", "steps"], null),
            ("all-fields, links", ["broadcast", "startTime", "endTime", "resolution", "timeZone"], null),
            ("all-fields, broadcast", ["campaign", "startTime", "endTime", "resolution", "timeZone"], null),
        ],
        ["update-campaign-message"] = [("all-fields, campaign", ["broadcast", "language"], null), ("all-fields, translation", ["campaign"], null)],
        ["get-transactional-content"] = [("all-fields, variant", ["language"], null), ("all-fields, language", ["content"], null)],
        ["update-transactional-content"] = [("all-fields, variant", ["language"], null), ("all-fields, language", ["content"], null)],
        ["list-senders"] = [("all-fields, list", ["sender"], null), ("all-fields, sender", ["sort", "hidden", "limit", "start"], null)],
        ["get-export"] = [("all-fields, inline", ["file"], null)],
        ["export-deliveries"] =
        [
            ("all-fields, campaign", ["newsletter", "transactionalMessage", "action"], null),
            ("all-fields, newsletter", ["campaign", "transactionalMessage", "action"], null),
        ],
        ["trigger-broadcast"] =
        [
            .. s_audiences.Select(form => ($"all-fields, {form}", s_audiences.Where(other => other != form).Concat(NotWith(form)).ToArray(), (string?)null)),
        ],
        ["remove-relationships"] = s_sides,
        ["list-relationships"] = s_sides,
        ["update-collection"] = [("all-fields, rows", ["url"], null), ("all-fields, URL", ["rows"], null)],
        ["start-import"] = [("all-fields, people", ["objectTypeId"], null)],
        ["live-notification"] = [("all-fields, start", ["instanceId"], null)],
    };

    // Nothing is required on its own, but one of several: their examples show the least that can be sent.
    private static readonly string[] s_oneOfSeveral =
    [
        "add-relationships",
        "create-newsletter",
        "export-deliveries",
        "get-action-metrics",
        "list-campaign-actions",
        "list-relationships",
        "live-notification",
        "remove-relationships",
        "schedule-newsletter",
        "send-and-wait",
        "send-email",
        "send-event",
        "start-import",
        "track-anonymous",
        "update-campaign-message",
        "update-newsletter-content",
        "update-transactional-content",
        "update-collection",
    ];

    /// <summary>The inputs whose requests are compared: required ones only, all of them, and each example of the manifest.</summary>
    public static IEnumerable<KeyValuePair<string, JObject>> Of(ActionManifest manifest)
    {
        if (!s_oneOfSeveral.Contains(manifest.Id))
        {
            yield return KeyValuePair.Create("required-only", new JObject(manifest.Properties.Where(p => manifest.Required.Contains(p.Key)).Select(Seed)));
        }

        var all = new JObject(manifest.Properties.Where(p => p.Key != "region").Select(Seed));
        if (!s_exclusive.TryGetValue(manifest.Id, out var variants))
        {
            yield return KeyValuePair.Create("all-fields", all);
        }

        foreach (var (name, without, method) in variants ?? [])
        {
            var some = new JObject(all.Properties().Where(p => !without.Contains(p.Name)));
            if (method is not null)
            {
                some["method"] = method;
            }

            yield return KeyValuePair.Create(name, some);
        }

        foreach (var example in manifest.Examples)
        {
            yield return KeyValuePair.Create($"example: {example["title"]}", (JObject)example["input"]!.DeepClone());
        }
    }

    private static JProperty Seed(KeyValuePair<string, JObject> input) =>
        new(
            input.Key,
            (
                input.Value["examples"]?.FirstOrDefault()
                ?? input.Value["default"]
                ?? input.Value["enum"]?.FirstOrDefault()
                ?? throw new AssertionException($"{input.Key} has neither an example nor a default nor choices.")
            ).DeepClone()
        );
}
