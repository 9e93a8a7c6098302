using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>How a request names an object: by type and id, or by cio_object_id.</summary>
internal readonly record struct ObjectKey(string? TypeId, string? ObjectId, string? CioObjectId)
{
    public override string ToString() => CioObjectId ?? $"{TypeId}:{ObjectId}";
}

/// <summary>One object, for example a company.</summary>
internal sealed record WorkspaceObject(string CioObjectId, string TypeId, string ObjectId, long Created)
{
    public JObject Attributes { get; set; } = [];

    public JObject IdentifiersJson() =>
        new()
        {
            ["object_type_id"] = TypeId,
            ["object_id"] = ObjectId,
            ["cio_object_id"] = CioObjectId,
        };

    public JObject ToJson() =>
        new()
        {
            ["identifiers"] = IdentifiersJson(),
            ["attributes"] = Attributes.DeepClone(),
            ["created"] = Created,
        };
}

/// <summary>The workspace's objects; whom they are related to stands with the people.</summary>
internal sealed class Objects(Workspace workspace)
{
    private readonly Dictionary<string, WorkspaceObject> _all = [];
    private readonly Dictionary<(string TypeId, string ObjectId), WorkspaceObject> _index = [];
    private readonly Dictionary<string, Dictionary<string, JObject>> _anonymous = [];
    private long _made;

    public IReadOnlyCollection<WorkspaceObject> All => _all.Values;

    public WorkspaceObject? Find(ObjectKey key) =>
        key.CioObjectId is { } cio ? _all.GetValueOrDefault(cio) : _index.GetValueOrDefault((key.TypeId!, key.ObjectId!));

    /// <summary>Creates or updates an object; null when it is named by a cio_object_id that nothing has.</summary>
    public WorkspaceObject? Identify(ObjectKey key, JObject attributes)
    {
        var found = FindOrCreate(key);
        if (found is null)
        {
            return null;
        }
        var merged = (JObject)found.Attributes.DeepClone();
        foreach (var (name, value) in attributes)
        {
            Set(merged, name, value!);
        }
        found.Attributes = merged;
        workspace.Touch();
        return found;
    }

    public void Delete(ObjectKey key)
    {
        if (Find(key) is not { } found)
        {
            return;
        }
        _all.Remove(found.CioObjectId);
        _index.Remove((found.TypeId, found.ObjectId));
        foreach (var person in workspace.People.All)
        {
            person.Relationships.Remove(found.CioObjectId);
        }
        workspace.Touch();
    }

    /// <summary>Relates a person, who is created when there is none, to an object, likewise.</summary>
    public void Relate(Identifier who, ObjectKey key, JObject attributes)
    {
        if (FindOrCreate(key) is not { } found)
        {
            return;
        }
        if (who.Kind == IdKind.AnonymousId && workspace.People.Find(who) is null)
        {
            _anonymous.TryAdd(who.Value, []);
            Merge(_anonymous[who.Value], found.CioObjectId, attributes);
        }
        else if (workspace.People.FindOrCreate(who) is { } person)
        {
            Merge(person.Relationships, found.CioObjectId, attributes);
            workspace.Activities.Add("add_relationship", person, key.ToString());
            workspace.Touch();
        }
        else
        {
            workspace.Activities.Drop("failed_relationship", who, workspace.People.WhyNobody(who), name: key.ToString());
        }
    }

    public void Unrelate(Identifier who, ObjectKey key)
    {
        if (workspace.People.Find(who) is { } person && Find(key) is { } found && person.Relationships.Remove(found.CioObjectId))
        {
            workspace.Activities.Add("delete_relationship", person, key.ToString());
            workspace.Touch();
        }
        else
        {
            workspace.Activities.Drop("failed_relationship", who, "there is no such relationship", name: key.ToString());
        }
    }

    /// <summary>Gives a person what was related to their anonymous id.</summary>
    public void Adopt(Person person, string anonymousId)
    {
        if (_anonymous.Remove(anonymousId, out var relationships))
        {
            foreach (var (cioObjectId, attributes) in relationships)
            {
                Merge(person.Relationships, cioObjectId, attributes);
            }
        }
    }

    public IEnumerable<JObject> Of(Person person) =>
        person
            .Relationships.Where(r => _all.ContainsKey(r.Key))
            .Select(r => new JObject
            {
                ["object_type_id"] = _all[r.Key].TypeId,
                ["identifiers"] = new JObject { ["object_id"] = _all[r.Key].ObjectId, ["cio_object_id"] = r.Key },
                ["attributes"] = r.Value.DeepClone(),
            });

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("objectsMade");
        writer.WriteValue(_made);
        writer.WritePropertyName("objects");
        new JArray(_all.Values.Select(o => o.ToJson())).WriteTo(writer);
        writer.WritePropertyName("anonymousRelationships");
        new JObject(_anonymous.Select(a => new JProperty(a.Key, new JObject(a.Value.Select(r => new JProperty(r.Key, r.Value)))))).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        _made = (long)state["objectsMade"]!;
        foreach (var json in state["objects"]!)
        {
            var ids = json["identifiers"]!;
            Keep(
                new((string)ids["cio_object_id"]!, (string)ids["object_type_id"]!, (string)ids["object_id"]!, (long)json["created"]!)
                {
                    Attributes = (JObject)json["attributes"]!,
                }
            );
        }
        foreach (var (id, relationships) in (JObject)state["anonymousRelationships"]!)
        {
            _anonymous[id] = ((JObject)relationships!).Properties().ToDictionary(r => r.Name, r => (JObject)r.Value);
        }
    }

    public void Clear()
    {
        _all.Clear();
        _index.Clear();
        _anonymous.Clear();
    }

    private WorkspaceObject? FindOrCreate(ObjectKey key)
    {
        if (Find(key) is { } found)
        {
            return found;
        }
        if (key.CioObjectId is not null)
        {
            workspace.Activities.Drop("failed_object_change", new(IdKind.Id, key.ToString()), "cio_object_id is unknown or deleted");
            return null;
        }
        return Keep(new($"ob{++_made:x6}", key.TypeId!, key.ObjectId!, workspace.Now));
    }

    private WorkspaceObject Keep(WorkspaceObject one)
    {
        _all[one.CioObjectId] = one;
        _index[(one.TypeId, one.ObjectId)] = one;
        workspace.Touch();
        return one;
    }

    private static void Merge(Dictionary<string, JObject> relationships, string cioObjectId, JObject attributes)
    {
        relationships.TryAdd(cioObjectId, []);
        foreach (var (name, value) in attributes)
        {
            Set(relationships[cioObjectId], name, value!);
        }
    }

    private static void Set(JObject attributes, string name, JToken value)
    {
        if (value is JValue { Value: null or "" })
        {
            attributes.Remove(name);
        }
        else
        {
            attributes[name] = value.DeepClone();
        }
    }
}
