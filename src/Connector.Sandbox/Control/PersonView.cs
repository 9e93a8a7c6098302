using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A person as the control side shows them.</summary>
internal static class PersonView
{
    /// <summary>Finds by the shape of the identifier, else by any kind that fits.</summary>
    public static Person? Find(Workspace workspace, string identifier)
    {
        var people = workspace.People;
        return people.Find(Identifier.FromPath(identifier))
            ?? ((IdKind[])[IdKind.Id, IdKind.CioId, IdKind.Phone, IdKind.AnonymousId])
                .Select(kind => people.Find(new(kind, identifier)))
                .FirstOrDefault(p => p is not null);
    }

    public static JObject Whole(Workspace workspace, Person person) =>
        new()
        {
            ["identifiers"] = person.IdentifiersJson(),
            ["anonymousIds"] = new JArray(person.AnonymousIds),
            ["attributes"] = person.Attributes,
            ["unsubscribed"] = person.Unsubscribed,
            ["created"] = person.Created,
            ["updated"] = person.Updated,
            ["eventCount"] = person.EventCount,
            ["events"] = new JArray(person.Events.Select(e => e.ToJson())),
            ["devices"] = new JArray(person.Devices.Values.Select(d => d.ToJson())),
            ["segments"] = new JArray(workspace.Segments.Of(person).Select(s => new JObject { ["id"] = s.Id, ["name"] = s.Name })),
            ["relationships"] = new JArray(workspace.Objects.Of(person)),
            ["activities"] = new JArray(workspace.Activities.Of(new(IdKind.CioId, person.CioId), person).Select(a => a.ToJson())),
        };
}
