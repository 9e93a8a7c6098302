using System.Globalization;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>What one line of recorded requests holds.</summary>
/// <param name="Operations">What its requests do.</param>
/// <param name="Failed">How many of its requests were answered with an error, and so did not count.</param>
/// <param name="IsEmpty">Whether it says why there is no request, as a line of <c>events translate</c>.</param>
internal sealed record RecordedLine(IReadOnlyList<ComparedOperation> Operations, int Failed = 0, bool IsEmpty = false);

/// <summary>Reads requests of the Track API as the operations that they stand for, whichever version says them.</summary>
internal static class RequestReader
{
    /// <summary>The operations of a line: one request, or an object with a list of <c>requests</c>.</summary>
    /// <exception cref="FormatException">It holds no request.</exception>
    public static RecordedLine Read(long line, JObject json)
    {
        if (json["method"] is null && json["requests"] is null && (json["refused"] ?? json["skipped"]) is JValue { Value: string })
        {
            return new([], IsEmpty: true);
        }

        JObject[] all = json["requests"] is JArray list
            ? [.. list.Select(r => r as JObject ?? throw new FormatException("has a request that is no object."))]
            : [json];
        JObject[] counted = [.. all.Where(r => !HasFailed(r))];
        return new([.. counted.SelectMany(r => One(line, r))], all.Length - counted.Length, all.Length == 0);
    }

    /// <param name="line">The line that the request comes from.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="target">Path and query, or a whole address.</param>
    /// <param name="body">The body.</param>
    /// <exception cref="FormatException">It is none that Customer.io would take.</exception>
    public static IEnumerable<ComparedOperation> Read(long line, string method, string target, JToken? body)
    {
        var uri = new Uri(new Uri("http://localhost"), target);
        var path = uri.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString).SkipWhile(s => s == "api").ToArray();
        if (
            path is ["v1", "customers" or "segments", _, ..]
                ? path.Any(string.IsNullOrWhiteSpace)
                : path is ["v1", "customers"] && !method.Equals("POST", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new FormatException($"has a path without an identifier: {Shown.Head(uri.AbsolutePath, 100)}");
        }

        var members =
            body is null or JValue { Value: null } ? []
            : body is JObject some || path is not ["v1" or "v2", ..] ? body as JObject ?? []
            : throw new FormatException("has a body that is no object.");
        return (method.ToUpperInvariant(), path) switch
        {
            ("POST", ["v2", "batch"]) => List(members, "batch")
                .Select(o => V2(line, o as JObject ?? throw new FormatException("has an operation that is no object."))),
            ("POST", ["v2", "entity"]) => [V2(line, members)],
            ("PUT", ["v1", "customers", var id]) => [Identify(line, id, members)],
            ("DELETE", ["v1", "customers", var id]) => [Person(line, id, "delete")],
            ("POST", ["v1", "customers", var id, "suppress" or "unsuppress"]) => [Person(line, id, path[^1])],
            ("POST", ["v1", "customers", var id, "events"]) => [Event(line, ByShape(id), members)],
            ("POST", ["v1", "events"]) => [Event(line, new JObject { ["anonymous_id"] = members["anonymous_id"] }, members)],
            ("PUT" or "POST", ["v1", "customers", var id, "devices"]) =>
            [
                Device(line, id, members["device"] as JObject ?? throw new FormatException("has no device.")),
            ],
            ("DELETE", ["v1", "customers", var id, "devices", var token]) => [Person(line, id, "delete_device", ("device", new JObject { ["token"] = token }))],
            ("POST", ["v1", "merge_customers"]) => [ComparedOperation.Of(line, "person merge", members)],
            ("POST", ["v1", "segments", var segment, "add_customers" or "remove_customers"]) => List(members, "ids")
                .Select(id =>
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
        if (Word(json["method"]) is not { } method || Word(json["path"] ?? json["url"]) is not { } target)
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

    // What was answered so changed nothing there, or came again.
    private static bool HasFailed(JObject json) =>
        json["status"] is JValue { Value: not null } status
        && double.TryParse(ConnectorJson.ScalarText(status), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is < 200 or >= 300;

    private static JArray List(JObject members, string name) => members[name] as JArray ?? throw new FormatException($"has a body without a list {name}.");

    private static string? Word(JToken? value) => value is JValue { Value: string text } && !string.IsNullOrWhiteSpace(text) ? text : null;

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
        var action = Word(operation["action"]) ?? throw new FormatException("has an operation without an action.");
        return ComparedOperation.Of(line, $"{Word(operation["type"]) ?? "person"} {action}", members);
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
            $"person {Word(body["type"]) ?? "event"}",
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
