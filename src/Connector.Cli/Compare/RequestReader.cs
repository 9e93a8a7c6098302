using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>Reads requests of the Track API as the operations that they stand for, whichever version says them.</summary>
internal static class RequestReader
{
    /// <summary>The operations of a line: one request, or an object with a list of <c>requests</c>.</summary>
    /// <exception cref="FormatException">It holds no request.</exception>
    public static IEnumerable<ComparedOperation> Read(long line, JObject json) =>
        json["requests"] is JArray list
            ? list.SelectMany(r => One(line, r as JObject ?? throw new FormatException("has a request that is no object."))).ToArray()
            : One(line, json);

    /// <param name="line">The line that the request comes from.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="target">Path and query, or a whole address.</param>
    /// <param name="body">The body.</param>
    public static IEnumerable<ComparedOperation> Read(long line, string method, string target, JToken? body)
    {
        var uri = new Uri(new Uri("http://localhost"), target);
        var path = uri.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString).SkipWhile(s => s == "api").ToArray();
        var members = body as JObject ?? [];
        return (method.ToUpperInvariant(), path) switch
        {
            ("POST", ["v2", "batch"]) => (members["batch"] as JArray ?? []).OfType<JObject>().Select(o => V2(line, o)),
            ("POST", ["v2", "entity"]) => [V2(line, members)],
            ("PUT", ["v1", "customers", var id]) => [Identify(line, id, members)],
            ("DELETE", ["v1", "customers", var id]) => [Person(line, id, "delete")],
            ("POST", ["v1", "customers", var id, "suppress" or "unsuppress"]) => [Person(line, id, path[^1])],
            ("POST", ["v1", "customers", var id, "events"]) => [Event(line, ByShape(id), members)],
            ("POST", ["v1", "events"]) => [Event(line, new JObject { ["anonymous_id"] = members["anonymous_id"] }, members)],
            ("PUT" or "POST", ["v1", "customers", var id, "devices"]) => [Device(line, id, members["device"] as JObject ?? [])],
            ("DELETE", ["v1", "customers", var id, "devices", var token]) => [Person(line, id, "delete_device", ("device", new JObject { ["token"] = token }))],
            ("POST", ["v1", "merge_customers"]) => [ComparedOperation.Of(line, "person merge", members)],
            ("POST", ["v1", "segments", var segment, "add_customers" or "remove_customers"]) => (members["ids"] as JArray ?? []).Select(id =>
                ComparedOperation.Of(
                    line,
                    "segment " + path[^1],
                    new JObject
                    {
                        ["segment"] = segment,
                        ["identifiers"] = new JObject { [IdType(uri.Query)] = id },
                    }
                )
            ),
            _ => [ComparedOperation.Of(line, $"{method.ToUpperInvariant()} {uri.AbsolutePath}", body as JObject ?? new JObject { ["body"] = body })],
        };
    }

    private static IEnumerable<ComparedOperation> One(long line, JObject json)
    {
        // What was answered so comes again.
        if (json["status"] is JValue { Value: long and (429 or >= 500) })
        {
            return [];
        }

        if ((json["method"] as JValue)?.Value is not string method || ((json["path"] ?? json["url"]) as JValue)?.Value is not string target)
        {
            throw new FormatException("is no request: it needs a method, and a path or url.");
        }

        try
        {
            return [.. Read(line, method, target, Body(json))];
        }
        catch (UriFormatException)
        {
            throw new FormatException($"has a path or url that is none: {Shown.Head(target, 100)}");
        }
    }

    // As a text where whoever recorded it did not look inside.
    private static JToken? Body(JObject json)
    {
        try
        {
            return json["body"] is JValue { Value: string text } ? ConnectorJson.Parse(text) : json["body"];
        }
        catch (FormatException e)
        {
            throw new FormatException("has a body that is no JSON: " + e.Message);
        }
    }

    private static ComparedOperation V2(long line, JObject operation)
    {
        var members = new JObject(operation.Properties().Where(p => p.Name is not ("type" or "action")));
        return ComparedOperation.Of(line, $"{operation["type"] ?? "person"} {operation["action"]}", members);
    }

    private static ComparedOperation Identify(long line, string id, JObject body)
    {
        var attributes = new JObject(body.Properties().Where(p => p.Name != "cio_relationships"));
        return Person(
            line,
            id,
            "identify",
            ("attributes", attributes),
            ("cio_relationships", (body["cio_relationships"] as JObject)?["relationships"] ?? body["cio_relationships"])
        );
    }

    private static ComparedOperation Event(long line, JObject who, JObject body) =>
        Operation(
            line,
            $"person {body["type"] ?? "event"}",
            ("identifiers", who),
            ("name", body["name"]),
            ("timestamp", body["timestamp"]),
            ("attributes", body["data"])
        );

    private static ComparedOperation Device(long line, string id, JObject body)
    {
        var device = new JObject();
        var attributes = body["attributes"] as JObject is { } own ? new JObject(own) : [];
        foreach (var (name, value) in body)
        {
            switch (name)
            {
                case "id":
                    device["token"] = value;
                    break;
                case "platform" or "last_used":
                    device[name] = value;
                    break;
                case "attributes":
                    break;
                default:
                    attributes[name] = value;
                    break;
            }
        }

        device["attributes"] = attributes;
        return Person(line, id, "add_device", ("device", device));
    }

    private static ComparedOperation Person(long line, string id, string action, params (string, JToken?)[] members) =>
        Operation(line, "person " + action, [("identifiers", ByShape(id)), .. members]);

    private static ComparedOperation Operation(long line, string action, params (string Name, JToken? Value)[] members) =>
        ComparedOperation.Of(line, action, new JObject(members.Where(m => m.Value is not null).Select(m => new JProperty(m.Name, m.Value))));

    // As the paths of v1 are read.
    private static JObject ByShape(string id) =>
        id.StartsWith("cio_", StringComparison.Ordinal) ? new JObject { ["cio_id"] = Track.Person.Bare(id) }
        : Track.Person.LooksLikeEmail(id) ? new JObject { ["email"] = id }
        : new JObject { ["id"] = id };

    private static string IdType(string query) =>
        query.TrimStart('?').Split('&').Select(p => p.Split('=', 2)).FirstOrDefault(p => p is ["id_type", _])?[1] ?? "id";
}
