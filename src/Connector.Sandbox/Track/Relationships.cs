using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Reads <c>cio_relationships</c> in its three forms; each becomes what is to be done with the workspace.</summary>
internal static class Relationships
{
    private const string Field = "cio_relationships";

    /// <summary>Track v1: an object that says whether to add or to delete.</summary>
    public static Action<Workspace, Identifier>? OfPersonV1(JToken sent, List<Problem> problems)
    {
        if (sent is not JObject o || Json.Scalar(o["action"]) is not ("add_relationships" or "delete_relationships"))
        {
            problems.Add(new(Problem.Invalid, Field, "must be an object whose action is add_relationships or delete_relationships"));
            return null;
        }
        return OfPerson(o["relationships"], Json.Scalar(o["action"]) == "add_relationships", $"{Field}.relationships", problems);
    }

    /// <summary>Track v2 on a person: a list of objects.</summary>
    public static Action<Workspace, Identifier> OfPerson(JToken? sent, bool add, List<Problem> problems) => OfPerson(sent, add, Field, problems);

    /// <summary>Track v2 on an object: a list of people.</summary>
    public static Action<Workspace, ObjectKey> OfObject(JToken? sent, bool add, bool anonymous, List<Problem> problems)
    {
        var people = new List<(Identifier Who, JObject Attributes)>();
        foreach (var (item, field) in Items(sent, Field, problems))
        {
            people.Add((Identifiers.Person(item["identifiers"], $"{field}.identifiers", problems, anonymous), Attributes(item, field, problems)));
        }
        return (workspace, key) => people.ForEach(p => Change(workspace, p.Who, key, p.Attributes, add));
    }

    private static Action<Workspace, Identifier> OfPerson(JToken? sent, bool add, string list, List<Problem> problems)
    {
        var objects = new List<(ObjectKey Key, JObject Attributes)>();
        foreach (var (item, field) in Items(sent, list, problems))
        {
            objects.Add((Identifiers.Object(item["identifiers"], $"{field}.identifiers", problems), Attributes(item, field, problems)));
        }
        return (workspace, who) => objects.ForEach(o => Change(workspace, who, o.Key, o.Attributes, add));
    }

    private static void Change(Workspace workspace, Identifier who, ObjectKey key, JObject attributes, bool add)
    {
        if (add)
        {
            workspace.Objects.Relate(who, key, attributes);
        }
        else
        {
            workspace.Objects.Unrelate(who, key);
        }
    }

    private static IEnumerable<(JObject Item, string Field)> Items(JToken? sent, string field, List<Problem> problems)
    {
        if (sent is not JArray list)
        {
            problems.Add(new(sent is null ? Problem.Required : Problem.Invalid, field, "must be a list"));
            return [];
        }
        return list.Select((item, i) => (item as JObject ?? [], $"{field}[{i}]"));
    }

    private static JObject Attributes(JObject item, string field, List<Problem> problems)
    {
        var where = $"{field}.relationship_attributes";
        if (item["relationship_attributes"] is not (null or JObject or JValue { Value: null }))
        {
            problems.Add(new(Problem.Invalid, where, "must be an object"));
        }
        var attributes = item["relationship_attributes"] as JObject ?? [];
        problems.AddRange(Limits.Of(attributes, where));
        return attributes;
    }
}
