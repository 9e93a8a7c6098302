using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The workspace's people and the rules of who is meant by which identifier.</summary>
internal sealed class People(Workspace workspace)
{
    private static readonly HashSet<string> Controls = ["_update", "_timestamp", "cio_relationships", "cio_id", "anonymous_id", "id", "email", "phone"];
    private readonly Dictionary<Identifier, Person> index = [];
    private readonly Dictionary<string, Person> all = [];
    private readonly HashSet<Identifier> suppressed = [];
    private long made;

    /// <summary>Everybody, in the order they were created.</summary>
    public IReadOnlyCollection<Person> All => all.Values;

    public Person? Find(Identifier who) => index.GetValueOrDefault(who);

    public bool IsSuppressed(Identifier who) => suppressed.Contains(who);

    /// <summary>Creates or updates a person; null when the request was silently dropped.</summary>
    public Person? Identify(Identifier who, JObject attributes, long? timestamp = null)
    {
        timestamp ??= Json.Whole(attributes["_timestamp"]);
        var named = Named(attributes).ToList();
        if (IsSuppressed(who) || named.Any(IsSuppressed))
        {
            return Dropped("suppressed");
        }
        var person = Find(who);
        if (person is null && who.Kind == IdKind.CioId)
        {
            return Dropped("cio_id is unknown or deleted");
        }
        person ??= named.Select(Find).FirstOrDefault(p => p is not null);
        if (person is null)
        {
            if (UpdateOnly(attributes["_update"]))
            {
                return Dropped("_update is true and nobody has this identifier");
            }
            person = Create();
        }
        else if (timestamp < person.Updated)
        {
            workspace.Activities.Drop("skipped_update", who, "older than the person's last change", person);
            return person;
        }
        foreach (var identifier in named.Prepend(who))
        {
            Assign(person, identifier, mayChange: who.Kind == IdKind.CioId, who);
        }
        var now = workspace.Now;
        person.Updated = Math.Max(person.Updated, Math.Min(timestamp ?? now, now));
        Apply(person, attributes);
        if (Json.Scalar(attributes["anonymous_id"]) is { Length: > 0 } anonymous)
        {
            workspace.Events.Adopt(person, anonymous);
        }
        workspace.Changed(person);
        return person;

        Person? Dropped(string reason)
        {
            workspace.Activities.Drop("failed_attribute_change", who, reason, details: new() { ["attributes"] = attributes.DeepClone() });
            return null;
        }
    }

    /// <summary>Finds a person, or makes one as an identify without attributes would; null when that is not possible.</summary>
    public Person? FindOrCreate(Identifier who) => Find(who) ?? (who.Kind == IdKind.CioId || IsSuppressed(who) ? null : Identify(who, []));

    public void Delete(Identifier who)
    {
        if (Find(who) is { } person)
        {
            Remove(person);
            workspace.Activities.Add("profile_delete", person);
        }
    }

    /// <summary>Lets an anonymous id point at a person.</summary>
    public void Attach(Person person, Identifier anonymous)
    {
        person.AnonymousIds.Add(anonymous.Value);
        index[anonymous] = person;
    }

    public void Clear()
    {
        index.Clear();
        all.Clear();
        suppressed.Clear();
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("peopleMade");
        writer.WriteValue(made);
        writer.WritePropertyName("people");
        writer.WriteStartArray();
        foreach (var person in all.Values)
        {
            person.ToState().WriteTo(writer);
        }
        writer.WriteEndArray();
        writer.WritePropertyName("suppressed");
        new JArray(suppressed.Select(i => new JObject { ["kind"] = i.Kind.ToString(), ["value"] = i.Value })).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        made = (long)state["peopleMade"]!;
        foreach (var person in ((JArray)state["people"]!).Select(p => Person.FromState((JObject)p)))
        {
            all[person.CioId] = person;
            foreach (var identifier in person.Identifiers)
            {
                index[identifier] = person;
            }
        }
        suppressed.UnionWith(((JArray)state["suppressed"]!).Select(i => new Identifier(Enum.Parse<IdKind>((string)i["kind"]!), (string)i["value"]!)));
    }

    private Person Create()
    {
        // Opaque in the vendor's world, and shaped like theirs; nobody should compute it.
        var person = new Person($"a3{++made:x6}", workspace.Now);
        all[person.CioId] = person;
        index[new(IdKind.CioId, person.CioId)] = person;
        workspace.Activities.Add("profile_create", person);
        return person;
    }

    private void Remove(Person person)
    {
        workspace.Changed(person);
        all.Remove(person.CioId);
        foreach (var identifier in person.Identifiers)
        {
            index.Remove(identifier);
        }
    }

    private void Assign(Person person, Identifier identifier, bool mayChange, Identifier who)
    {
        if (identifier.Kind == IdKind.CioId)
        {
            return;
        }
        var current = person[identifier.Kind] is { } value ? new Identifier(identifier.Kind, value) : (Identifier?)null;
        var reason = index.TryGetValue(identifier, out var owner) && owner != person ? "belongs to another person"
            : current is null || current == identifier || mayChange || (identifier.Kind == IdKind.Email && workspace.Settings.UpdateEmailWithId) ? null
            : "is already set and can only be changed through cio_id";
        if (reason is not null)
        {
            var name = Name(identifier.Kind);
            workspace.Activities.Drop("failed_attribute_change", who, $"{name} {reason}", person, details: new() { [name] = identifier.Original });
            return;
        }
        if (current is { } old)
        {
            index.Remove(old);
        }
        person[identifier.Kind] = identifier.Original;
        index[identifier] = person;
    }

    private void Apply(Person person, JObject attributes)
    {
        JObject? changes = null;
        foreach (var (name, value) in attributes)
        {
            if (!Controls.Contains(name) && Change(person, name, value!) is { } change)
            {
                (changes ??= [])[name] = change;
            }
        }
        if (changes is not null)
        {
            workspace.Activities.Add("attribute_change", person, data: changes);
        }
    }

    private static JObject? Change(Person person, string name, JToken value)
    {
        const string Topic = "cio_subscription_preferences.topics.";
        if (name.StartsWith(Topic, StringComparison.Ordinal))
        {
            var merged = person.Attributes["cio_subscription_preferences"]?.DeepClone() as JObject ?? [];
            var topics = merged["topics"] as JObject ?? [];
            topics[name[Topic.Length..]] = value.DeepClone();
            merged["topics"] = topics;
            return Change(person, "cio_subscription_preferences", merged);
        }
        var from = person.Attributes[name];
        var isEmpty = value is JValue { Value: "" };
        if (isEmpty ? from is null : JToken.DeepEquals(from, value))
        {
            return null;
        }
        var change = new JObject { ["from"] = from?.DeepClone(), ["to"] = value.DeepClone() };
        if (isEmpty)
        {
            person.Attributes.Remove(name);
        }
        else
        {
            person.Attributes[name] = value.DeepClone();
        }
        return change;
    }

    private static IEnumerable<Identifier> Named(JObject attributes)
    {
        foreach (var kind in (IdKind[])[IdKind.Id, IdKind.Email, IdKind.Phone])
        {
            if (Json.Scalar(attributes[Name(kind)]) is { Length: > 0 } value)
            {
                yield return new(kind, value);
            }
        }
    }

    private static bool UpdateOnly(JToken? token) => token is JValue { Value: true or "true" };

    private static string Name(IdKind kind) => kind switch
    {
        IdKind.Id => "id",
        IdKind.Email => "email",
        IdKind.Phone => "phone",
        IdKind.CioId => "cio_id",
        _ => "anonymous_id",
    };
}
