using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>Refuses what deletes, suppresses, merges, unsubscribes, ends a relationship or a membership, whatever action, batch, event or raw request
/// asks for it.</summary>
internal static class DestructiveGuard
{
    // What a person or object can be asked for beside what destroys; anything else is refused, as nobody can say what it does.
    private static readonly HashSet<string> s_harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "identify",
        "identify_anonymous",
        "event",
        "page",
        "screen",
        "add_device",
        "add_relationships",
        "unsuppress",
        "viewed_content",
        "clicked_content",
    };

    private static readonly HashSet<string> s_destroying = new(StringComparer.OrdinalIgnoreCase)
    {
        "delete",
        "delete_device",
        "delete_relationships",
        "merge",
        "suppress",
    };
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "User Deleted",
        "User Suppressed",
        "Object Deleted",
        "Device Deleted",
        "Relationship Deleted",
    };

    /// <param name="request">The request.</param>
    /// <param name="endpoint">What it leads to; null for one that reads or deletes.</param>
    /// <param name="body">Its body.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: the request destroys something.</exception>
    public static void Check(ApiRequest request, Endpoint? endpoint, JToken body)
    {
        if (request.Method == HttpMethod.Delete)
        {
            throw Refused("a DELETE request", "");
        }

        if (endpoint is null)
        {
            // The links in mails work when they are read.
            if (request.Api == ApiName.Track && Guards.Segments(request) is ["unsubscribe", ..])
            {
                throw Refused("unsubscribing the person who got a message", "");
            }

            return;
        }

        if (endpoint.Destroys is { } destroys)
        {
            throw Refused(destroys, "");
        }

        if (endpoint.Carries == Carries.Person)
        {
            CheckRelationships(Guards.One(body, "person"), "");
        }

        foreach (var (operation, path) in Guards.Operations(body, endpoint))
        {
            CheckRelationships(operation, path);
            CheckRelationships(Guards.Value(operation, "attributes", path), path + "/attributes");
            var action = (Guards.Value(operation, "action", path) as JValue)?.Value as string;
            if (action is null || !s_harmless.Contains(action))
            {
                throw Refused(s_destroying.Contains(action ?? "") ? $"the action \"{action}\"" : "an operation whose action is not known", path);
            }
        }

        foreach (var (call, path, type) in Guards.Calls(body, request, endpoint))
        {
            CheckRelationships(Guards.Value(call, "traits", path), path + "/traits");
            // Without its own key, an event's name might be read from the one that the other calls have.
            var name = Guards.Value(call, "event", path) ?? (type == "track" ? Guards.Value(call, "name", path) : null);
            if (type == "alias" || (name is not null && (name is not JValue { Value: string text } || s_reserved.Contains(Plain(text)))))
            {
                throw Refused(
                    type == "alias" ? "merging two people" : "an event that deletes, suppresses or ends a relationship, or whose name is not a text",
                    path
                );
            }
        }
    }

    /// <summary>The refusal of an action whose effect is <c>destroy</c>.</summary>
    public static ConnectorException Refused(string what, string path)
    {
        var message =
            $"This connection blocks what cannot be undone, and so {what}{(path.Length > 0 ? $" ({path})" : "")}; nothing was sent. Its "
            + "owner can switch Block Destructive off (CUSTOMERIO_BLOCK_DESTRUCTIVE).";
        return new ConnectorException(FailureKind.Connection, message, [new Problem(path, message)]);
    }

    // Attributes of a person may carry their relationships, with what to do with these: beside a list that is added, nothing is known to be harmless.
    private static void CheckRelationships(JToken? holder, string path)
    {
        const string Key = "cio_relationships";
        if (holder is not JObject attributes)
        {
            return;
        }

        if (attributes.Properties().Any(p => Guards.Folded(p.Name).StartsWith(Key + ".", StringComparison.Ordinal)))
        {
            throw Refused("a change inside relationships", $"{path}/{Key}");
        }

        var value = Guards.Value(attributes, Key, path);
        var adds = value switch
        {
            null or JValue { Value: null } => true,
            JArray list => list.All(item => item is JObject entry && Guards.Value(entry, "action", $"{path}/{Key}") is null),
            JObject one => Guards.Value(one, "action", $"{path}/{Key}") is JValue { Value: string action } && Guards.Folded(action) == "add_relationships",
            _ => false,
        };
        if (!adds)
        {
            throw Refused("ending relationships, or a form of them that is not known", $"{path}/{Key}");
        }
    }

    private static string Plain(string name) => string.Join(' ', Guards.Folded(name).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
