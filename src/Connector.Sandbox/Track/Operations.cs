using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One operation of Track v2: what is wrong with it, or what it does.</summary>
internal sealed record Operation(IReadOnlyList<Problem> Problems, Action Apply);

/// <summary>The table of operations by type and action.</summary>
internal static class Operations
{
    private delegate Action Reader(Workspace workspace, JObject body, List<Problem> problems);

    private static readonly Dictionary<(string Type, string Action), Reader> s_table = new()
    {
        [("person", "identify")] = Identify,
        [("person", "delete")] = (w, b, p) => Person(b, p, w.People.Delete),
        [("person", "suppress")] = (w, b, p) => Person(b, p, w.People.Suppress),
        [("person", "unsuppress")] = (w, b, p) => Person(b, p, w.People.Unsuppress),
        [("person", "event")] = Track,
        [("person", "page")] = Track,
        [("person", "screen")] = Track,
        [("person", "add_device")] = AddDevice,
        [("person", "delete_device")] = DeleteDevice,
        [("person", "add_relationships")] = (w, b, p) => RelatePerson(w, b, p, add: true),
        [("person", "delete_relationships")] = (w, b, p) => RelatePerson(w, b, p, add: false),
        [("person", "merge")] = Merge,
        [("object", "identify")] = (w, b, p) => IdentifyObject(w, b, p, anonymous: false),
        [("object", "identify_anonymous")] = (w, b, p) => IdentifyObject(w, b, p, anonymous: true),
        [("object", "delete")] = DeleteObject,
        [("object", "add_relationships")] = (w, b, p) => RelateObject(w, b, p, add: true),
        [("object", "delete_relationships")] = (w, b, p) => RelateObject(w, b, p, add: false),
        [("delivery", "event")] = ReportDelivery,
    };

    public static Operation Read(Workspace workspace, JToken sent)
    {
        if (sent is not JObject body)
        {
            return Refused(new(Problem.Invalid, "", "an operation must be a JSON object"));
        }
        var (type, action) = (Json.Scalar(body["type"]) ?? "", Json.Scalar(body["action"]) ?? "");
        if (!s_table.TryGetValue((type, action), out var reader))
        {
            var types = s_table.Keys.Select(k => k.Type).Distinct();
            var actions = s_table.Keys.Where(k => k.Type == type).Select(k => k.Action);
            return Refused(types.Contains(type) ? Choice("action", action, actions) : Choice("type", type, types));
        }
        var problems = new List<Problem>();
        var apply = reader(workspace, body, problems);
        return new(problems, apply);
    }

    /// <summary>An operation that does nothing but say why.</summary>
    public static Operation Refused(Problem problem) => new([problem], () => { });

    private static Problem Choice(string field, string sent, IEnumerable<string> choices) =>
        new(sent.Length == 0 ? Problem.Required : Problem.Invalid, field, $"must be one of {string.Join(", ", choices)}");

    private static JObject Map(JObject body, string key, List<Problem> problems)
    {
        if (body[key] is { Type: not (JTokenType.Object or JTokenType.Null) })
        {
            problems.Add(new(Problem.Invalid, key, "must be an object"));
        }
        return body[key] as JObject ?? [];
    }

    private static Action Person(JObject body, List<Problem> problems, Action<Identifier> apply)
    {
        var who = Identifiers.Person(body["identifiers"], "identifiers", problems);
        return () => apply(who);
    }

    private static Action Identify(Workspace workspace, JObject body, List<Problem> problems)
    {
        var who = Identifiers.Person(body["identifiers"], "identifiers", problems);
        var attributes = Map(body, "attributes", problems);
        problems.AddRange(Limits.Map(attributes, "attributes"));
        var relate = body["cio_relationships"] is { Type: not JTokenType.Null } sent ? Relationships.OfPerson(sent, add: true, problems) : null;
        return () =>
        {
            if (workspace.People.Identify(who, attributes, Json.Whole(body["timestamp"])) is { } person)
            {
                relate?.Invoke(workspace, new(IdKind.CioId, person.CioId));
            }
        };
    }

    private static Action Track(Workspace workspace, JObject body, List<Problem> problems)
    {
        var who = Identifiers.Person(body["identifiers"], "identifiers", problems, anonymous: true);
        problems.AddRange(Limits.Event(body, "attributes"));
        // A timestamp that is none is replaced by the time of arrival.
        var (id, name, time) = (Json.Scalar(body["id"]), Json.Scalar(body["name"]), Json.Whole(body["timestamp"]));
        return () =>
        {
            var happened = workspace.Events.Make(id, (string?)body["action"], name!, time, body["attributes"]);
            if (who.Kind == IdKind.AnonymousId)
            {
                workspace.Events.TrackAnonymous(who.Value, happened);
            }
            else
            {
                workspace.Events.Track(who, happened);
            }
        };
    }

    private static Action AddDevice(Workspace workspace, JObject body, List<Problem> problems)
    {
        var who = Identifiers.Person(body["identifiers"], "identifiers", problems);
        var device = DeviceRoutes.Read(workspace, body["device"], "token", problems);
        return () => workspace.Devices.Add(who, device!);
    }

    private static Action DeleteDevice(Workspace workspace, JObject body, List<Problem> problems)
    {
        var who = Identifiers.Person(body["identifiers"], "identifiers", problems);
        var token = Json.Scalar((body["device"] as JObject)?["token"]);
        if (string.IsNullOrWhiteSpace(token))
        {
            problems.Add(new(Problem.Required, "device.token", "cannot be blank"));
        }
        return () => workspace.Devices.Remove(who, token!);
    }

    private static Action RelatePerson(Workspace workspace, JObject body, List<Problem> problems, bool add)
    {
        var who = Identifiers.Person(body["identifiers"], "identifiers", problems);
        var relate = Relationships.OfPerson(body["cio_relationships"], add, problems);
        return () => relate(workspace, who);
    }

    private static Action Merge(Workspace workspace, JObject body, List<Problem> problems)
    {
        var primary = Identifiers.Merged(body["primary"], "primary", problems);
        var secondary = Identifiers.Merged(body["secondary"], "secondary", problems);
        return () => workspace.People.Merge(primary, secondary);
    }

    private static Action IdentifyObject(Workspace workspace, JObject body, List<Problem> problems, bool anonymous)
    {
        var key = Identifiers.Object(body["identifiers"], "identifiers", problems);
        var attributes = Map(body, "attributes", problems);
        problems.AddRange(Limits.Of(attributes, "attributes"));
        var relate = body["cio_relationships"] is { Type: not JTokenType.Null } sent ? Relationships.OfObject(sent, add: true, anonymous, problems) : null;
        return () =>
        {
            if (workspace.Objects.Identify(key, attributes) is not null)
            {
                relate?.Invoke(workspace, key);
            }
        };
    }

    private static Action DeleteObject(Workspace workspace, JObject body, List<Problem> problems)
    {
        var key = Identifiers.Object(body["identifiers"], "identifiers", problems);
        return () => workspace.Objects.Delete(key);
    }

    private static Action RelateObject(Workspace workspace, JObject body, List<Problem> problems, bool add)
    {
        var key = Identifiers.Object(body["identifiers"], "identifiers", problems);
        var relate = Relationships.OfObject(body["cio_relationships"], add, anonymous: false, problems);
        return () => relate(workspace, key);
    }

    private static Action ReportDelivery(Workspace workspace, JObject body, List<Problem> problems)
    {
        var id = Json.Scalar((body["identifiers"] as JObject)?["id"]);
        if (string.IsNullOrWhiteSpace(id))
        {
            problems.Add(new(Problem.Required, "identifiers.id", "cannot be blank"));
        }
        var metric = Json.Scalar(body["name"]);
        if (metric is not ("opened" or "converted" or "delivered"))
        {
            problems.Add(Choice("name", metric ?? "", ["opened", "converted", "delivered"]));
        }
        return () => workspace.Deliveries.Report(id!, metric!, Json.Whole(body["timestamp"]));
    }
}
