using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What each call of the Pipelines API does in the workspace, told as operations of Track v2.</summary>
internal static class PipelinesCalls
{
    public static readonly string[] Types = ["identify", "track", "page", "screen", "group", "alias"];

    /// <summary>Reads one call.</summary>
    /// <param name="workspace">Where it will be done.</param>
    /// <param name="sent">The call.</param>
    /// <param name="type">What its path says it is; null where it says so itself.</param>
    public static IReadOnlyList<Operation> Read(Workspace workspace, JToken sent, string? type)
    {
        if (sent is not JObject call)
        {
            return [Operations.Refused(new(Problem.Invalid, "", "a call must be a JSON object"))];
        }
        var kind = type ?? Json.Scalar(call["type"])?.ToLowerInvariant() ?? "";
        var problem =
            !Types.Contains(kind) ? new Problem(Problem.Invalid, "type", $"must be one of {string.Join(", ", Types)}")
            : kind == "track" && string.IsNullOrWhiteSpace(Json.Scalar(call["event"])) ? new Problem(Problem.Required, "event", "cannot be blank")
            : kind == "group" && string.IsNullOrWhiteSpace(Json.Scalar(call["groupId"])) ? new Problem(Problem.Required, "groupId", "cannot be blank")
            : kind == "alias" && (Who(call, "userId") is null || Who(call, "previousId") is null)
                ? new Problem(Problem.Required, "previousId", "an alias needs userId and previousId")
            : kind != "alias" && Person(call, kind) is null && !(kind == "track" && call["groupId"] is not null)
                ? new Problem(Problem.Required, "userId", "userId or anonymousId cannot be blank")
            : null;
        if (problem is not null)
        {
            return [Operations.Refused(problem)];
        }
        return
        [
            .. (
                kind switch
                {
                    "identify" => Identify(call),
                    "track" => Track(call),
                    "page" or "screen" => [Event(call, kind, Json.Scalar(call["name"]) ?? Json.Scalar((call["properties"] as JObject)?["url"]) ?? kind)],
                    "group" => [Group(call)],
                    _ => [Alias(workspace, call)],
                }
            ).Select(o => Operations.Read(workspace, o)),
        ];
    }

    private static IEnumerable<JObject> Identify(JObject call)
    {
        var attributes = new JObject();
        foreach (var (name, value) in call["traits"] as JObject ?? [])
        {
            attributes[name == "createdAt" ? "created_at" : name] = name is "createdAt" or "created_at" ? Seconds(value) ?? value : value;
        }
        var who = Person(call, "identify")!;
        if (who["anonymous_id"] is not null)
        {
            // Without a name nobody is created; what the anonymous person does is kept for whoever takes the id over.
            yield break;
        }
        if (Json.Scalar(call["anonymousId"]) is { Length: > 0 } anonymous)
        {
            attributes["anonymous_id"] = anonymous;
        }
        yield return Operation("person", "identify", who, ("attributes", attributes), ("timestamp", Seconds(call["timestamp"])));
    }

    private static IEnumerable<JObject> Track(JObject call)
    {
        var name = Json.Scalar(call["event"])!;
        var properties = call["properties"] as JObject ?? [];
        var device = (call["context"] as JObject)?["device"] as JObject ?? [];
        if (name == "Report Delivery Event")
        {
            return
            [
                Operation(
                    "delivery",
                    "event",
                    new JObject { ["id"] = properties["deliveryId"] },
                    ("name", properties["metric"]),
                    ("timestamp", Seconds(call["timestamp"]))
                ),
            ];
        }
        if (name == "Object Deleted")
        {
            return [Operation("object", "delete", Object(properties["objectId"], properties["objectTypeId"]))];
        }
        if (Person(call, "track") is not { } who)
        {
            return [];
        }
        return name switch
        {
            "User Deleted" => [Operation("person", "delete", who)],
            "User Suppressed" => [Operation("person", "suppress", who)],
            "User Unsuppressed" => [Operation("person", "unsuppress", who)],
            "Device Deleted" => [Operation("person", "delete_device", who, ("device", new JObject { ["token"] = device["token"] }))],
            "Device Created or Updated" =>
            [
                Operation("person", "add_device", who, ("device", new JObject { ["token"] = device["token"], ["platform"] = device["type"] })),
            ],
            "Relationship Deleted" =>
            [
                Operation(
                    "person",
                    "delete_relationships",
                    who,
                    ("cio_relationships", new JArray(new JObject { ["identifiers"] = Object(properties["objectId"], properties["objectTypeId"]) }))
                ),
            ],
            _ => [Event(call, "event", name)],
        };
    }

    private static JObject Event(JObject call, string action, string name) =>
        Operation(
            "person",
            action,
            Person(call, action)!,
            ("name", name),
            ("id", Json.Text(Json.Scalar(call["messageId"]))),
            ("timestamp", Seconds(call["timestamp"])),
            ("attributes", call["properties"])
        );

    private static JObject Group(JObject call)
    {
        var traits = (call["traits"] as JObject ?? []).DeepClone() as JObject ?? [];
        var type = call["objectTypeId"] ?? traits["objectTypeId"] ?? traits["object_type_id"];
        var relationship = traits["relationshipAttributes"] as JObject ?? [];
        foreach (var steering in (string[])["objectTypeId", "object_type_id", "relationshipAttributes"])
        {
            traits.Remove(steering);
        }
        var who = Person(call, "group")!;
        return Operation(
            "object",
            who["anonymous_id"] is null ? "identify" : "identify_anonymous",
            Object(call["groupId"], type),
            ("attributes", traits),
            ("cio_relationships", new JArray(new JObject { ["identifiers"] = who, ["relationship_attributes"] = relationship }))
        );
    }

    // Somebody known becomes one with the person that stays; an anonymous id is theirs from now on.
    private static JObject Alias(Workspace workspace, JObject call)
    {
        var (kept, previous) = (Who(call, "userId")!, Who(call, "previousId")!);
        return workspace.People.Find(Identifier.FromPath(Json.Scalar(call["previousId"])!)) is null
            ? Operation("person", "identify", kept, ("attributes", new JObject { ["anonymous_id"] = Json.Scalar(call["previousId"]) }))
            : new JObject
            {
                ["type"] = "person",
                ["action"] = "merge",
                ["primary"] = kept,
                ["secondary"] = previous,
            };
    }

    private static JObject? Person(JObject call, string type) =>
        Who(call, "userId")
        ?? (type == "identify" && Json.Scalar((call["traits"] as JObject)?["email"]) is { Length: > 0 } email ? new JObject { ["email"] = email } : null)
        ?? (Json.Scalar(call["anonymousId"]) is { Length: > 0 } anonymous ? new JObject { ["anonymous_id"] = anonymous } : null);

    private static JObject? Who(JObject call, string key)
    {
        if (Json.Scalar(call[key]) is not { Length: > 0 } text)
        {
            return null;
        }
        var who = Identifier.FromPath(text);
        return new JObject
        {
            [
                who.Kind switch
                {
                    IdKind.Email => "email",
                    IdKind.CioId => "cio_id",
                    _ => "id",
                }
            ] = who.Value,
        };
    }

    private static JObject Object(JToken? id, JToken? type) =>
        new() { ["object_type_id"] = Json.Scalar(type) ?? "1", ["object_id"] = Json.Text(Json.Scalar(id)) };

    private static JObject Operation(string type, string action, JObject who, params (string Name, JToken? Value)[] members)
    {
        var operation = new JObject
        {
            ["type"] = type,
            ["action"] = action,
            ["identifiers"] = who,
        };
        foreach (var (name, value) in members)
        {
            if (value is { Type: not JTokenType.Null })
            {
                operation[name] = value.DeepClone();
            }
        }
        return operation;
    }

    /// <summary>A date in ISO 8601 as Unix seconds; null for anything else.</summary>
    private static JValue? Seconds(JToken? time) =>
        time is JValue { Value: string text } && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read)
            ? new JValue(read.ToUnixTimeSeconds())
            : null;
}
