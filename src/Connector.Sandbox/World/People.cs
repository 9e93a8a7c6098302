using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The workspace's people and the rules of who is meant by which identifier.</summary>
internal sealed class People(Workspace workspace)
{
    private static readonly HashSet<string> s_controls = ["_update", "_timestamp", "cio_relationships", "cio_id", "anonymous_id", "id", "email", "phone"];
    private readonly Dictionary<Identifier, Person> _index = [];
    private readonly Dictionary<string, Person> _all = [];
    private readonly HashSet<Identifier> _suppressed = [];
    private long _made;

    /// <summary>Everybody, in the order they were created.</summary>
    public IReadOnlyCollection<Person> All => _all.Values;

    public Person? Find(Identifier who) => who.Kind == IdKind.CioId ? _all.GetValueOrDefault(who.Value) : _index.GetValueOrDefault(who);

    public bool IsSuppressed(Identifier who) => _suppressed.Contains(who);

    /// <summary>Creates or updates a person, perhaps through a link in a delivery; null when the request was silently dropped.</summary>
    public Person? Identify(Identifier who, JObject attributes, long? timestamp = null, Delivery? cause = null)
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
            return Dropped(WhyNobody(who));
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
        else if (timestamp < person.Changed)
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
        if (attributes.Count > 0)
        {
            person.Changed = person.Updated;
        }
        Apply(person, attributes, cause);
        if (Json.Scalar(attributes["anonymous_id"]) is { Length: > 0 } anonymous)
        {
            workspace.Events.Adopt(person, anonymous);
        }
        workspace.Touch();
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

    /// <summary>Deletes a person and blocks their identifiers, or one that nobody has.</summary>
    public void Suppress(Identifier who)
    {
        workspace.Touch();
        _suppressed.Add(who);
        if (Find(who) is { } person)
        {
            _suppressed.UnionWith(person.Identifiers.Where(i => i.Kind is IdKind.Id or IdKind.Email or IdKind.Phone));
            Remove(person);
            workspace.Activities.Add("profile_delete", person, "suppressed");
        }
    }

    /// <summary>Lifts the block of one identifier; the person does not come back.</summary>
    public void Unsuppress(Identifier who)
    {
        workspace.Touch();
        _suppressed.Remove(who);
    }

    /// <summary>Moves into the primary what it lacks and deletes the secondary.</summary>
    public void Merge(Identifier primary, Identifier secondary)
    {
        if (Find(primary) is not { } kept || Find(secondary) is not { } gone || kept == gone)
        {
            var reason =
                Find(primary) is null ? "the primary does not exist"
                : Find(secondary) is null ? "the secondary does not exist"
                : "both are one person";
            workspace.Activities.Drop("failed_merge", primary, reason, Find(primary), details: new() { ["secondary"] = secondary.ToString() });
            return;
        }
        var memberships = workspace.Segments.Of(gone).Where(s => s.IsManual).ToList();
        Remove(gone);
        foreach (var identifier in gone.Identifiers.Where(i => i.Kind == IdKind.AnonymousId || (i.Kind != IdKind.CioId && kept[i.Kind] is null)))
        {
            if (identifier.Kind == IdKind.AnonymousId)
            {
                Attach(kept, identifier);
            }
            else
            {
                Assign(kept, identifier, mayChange: false, primary);
            }
        }
        var attributes = kept.Attributes;
        foreach (var (name, value) in gone.Attributes)
        {
            if (attributes[name] is null or JValue { Value: null or "" })
            {
                attributes[name] = value!.DeepClone();
            }
        }
        kept.Attributes = attributes;
        kept.Add(gone.Events.Where(e => e.Timestamp >= workspace.Now - Events.MergeWindow));
        memberships.ForEach(s => s.Members.Add(kept.CioId));
        workspace.Deliveries.Hand(gone, kept);
        workspace.OptOuts.Hand(gone, kept);
        workspace.Activities.Add("profile_merge", kept, secondary.ToString());
        workspace.Touch();
    }

    /// <summary>Takes somebody in who was there before, without a word in the log.</summary>
    public Person Put(string id, string email, long created, JObject attributes)
    {
        var person = new Person($"a3{++_made:x6}", created) { Attributes = attributes };
        (person[IdKind.Id], person[IdKind.Email]) = (id, email);
        Keep(person);
        return person;
    }

    /// <summary>Why a person can neither be found nor made.</summary>
    public string WhyNobody(Identifier who) => IsSuppressed(who) ? "suppressed" : "cio_id is unknown or deleted";

    /// <summary>Lets an anonymous id point at a person.</summary>
    public void Attach(Person person, Identifier anonymous)
    {
        person.AnonymousIds.Add(anonymous.Value);
        _index[anonymous] = person;
    }

    public void Clear()
    {
        _index.Clear();
        _all.Clear();
        _suppressed.Clear();
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("peopleMade");
        writer.WriteValue(_made);
        writer.WritePropertyName("people");
        writer.WriteStartArray();
        foreach (var person in _all.Values)
        {
            person.ToState().WriteTo(writer);
        }
        writer.WriteEndArray();
        writer.WritePropertyName("suppressed");
        new JArray(_suppressed.Select(i => new JObject { ["kind"] = i.Kind.ToString(), ["value"] = i.Value })).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        _made = (long)state["peopleMade"]!;
        foreach (var person in (JArray)state["people"]!)
        {
            Keep(Person.FromState((JObject)person));
        }
        _suppressed.UnionWith(((JArray)state["suppressed"]!).Select(i => new Identifier(Enum.Parse<IdKind>((string)i["kind"]!), (string)i["value"]!)));
    }

    private void Keep(Person person)
    {
        _all[person.CioId] = person;
        foreach (var identifier in person.Identifiers.Where(i => i.Kind != IdKind.CioId))
        {
            _index[identifier] = person;
        }
        workspace.Devices.Own(person);
    }

    private Person Create()
    {
        // Opaque in the vendor's world, and shaped like theirs; nobody should compute it.
        var person = new Person($"a3{++_made:x6}", workspace.Now);
        _all[person.CioId] = person;
        workspace.Activities.Add("profile_create", person);
        return person;
    }

    private void Remove(Person person)
    {
        workspace.Devices.Forget(person);
        workspace.Segments.Forget(person);
        _all.Remove(person.CioId);
        foreach (var identifier in person.Identifiers)
        {
            _index.Remove(identifier);
        }
        workspace.Touch();
    }

    private void Assign(Person person, Identifier identifier, bool mayChange, Identifier who)
    {
        if (identifier.Kind == IdKind.CioId)
        {
            return;
        }
        var current = person[identifier.Kind] is { } value ? new Identifier(identifier.Kind, value) : (Identifier?)null;
        var reason =
            _index.TryGetValue(identifier, out var owner) && owner != person ? "belongs to another person"
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
            _index.Remove(old);
        }
        person[identifier.Kind] = identifier.Original;
        _index[identifier] = person;
    }

    private void Apply(Person person, JObject sent, Delivery? cause)
    {
        var (attributes, before) = (person.Attributes, person.PackedAttributes);
        var changed = false;
        foreach (var (name, value) in sent)
        {
            changed |= !s_controls.Contains(name) && Change(attributes, name, value!);
        }
        if (changed)
        {
            person.Attributes = attributes;
            workspace.Activities.AddChange(person, before, person.PackedAttributes);
            workspace.Reports.Person(person, before, cause);
        }
    }

    /// <summary>Sets an attribute, or removes it for an empty text; false when that changes nothing.</summary>
    private static bool Change(JObject attributes, string name, JToken value)
    {
        const string Topic = "cio_subscription_preferences.topics.";
        if (name.StartsWith(Topic, StringComparison.Ordinal))
        {
            var merged = attributes["cio_subscription_preferences"]?.DeepClone() as JObject ?? [];
            var topics = merged["topics"] as JObject ?? [];
            topics[name[Topic.Length..]] = value.DeepClone();
            merged["topics"] = topics;
            return Change(attributes, "cio_subscription_preferences", merged);
        }
        var from = attributes[name];
        var isEmpty = value is JValue { Value: "" };
        if (isEmpty ? from is null : JToken.DeepEquals(from, value))
        {
            return false;
        }
        if (isEmpty)
        {
            attributes.Remove(name);
        }
        else
        {
            attributes[name] = value.DeepClone();
        }
        return true;
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

    /// <summary>What a kind of identifier is called in requests.</summary>
    public static string Name(IdKind kind) =>
        kind switch
        {
            IdKind.Id => "id",
            IdKind.Email => "email",
            IdKind.Phone => "phone",
            IdKind.CioId => "cio_id",
            _ => "anonymous_id",
        };
}
