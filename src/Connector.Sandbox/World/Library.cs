using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What Design Studio and the assets hold: things that are made, changed and listed, and that no message of the sandbox needs.</summary>
internal sealed class Library(Workspace workspace)
{
    private readonly SortedDictionary<string, List<JObject>> _all = new(StringComparer.Ordinal);
    private int _made;

    /// <summary>The things of a kind, oldest first.</summary>
    public IEnumerable<JObject> Of(string kind) => _all.TryGetValue(kind, out var things) ? things : [];

    public JObject? Find(string kind, string key, string id) => Of(kind).FirstOrDefault(t => Json.Scalar(t[key]) == id);

    /// <summary>Makes one with what was given.</summary>
    public JObject Add(string kind, bool isNumbered, JObject given)
    {
        var thing = new JObject { ["id"] = isNumbered ? ++_made : $"00000000-0000-4000-8000-{++_made:x12}" };
        thing.Merge(given);
        (thing["created_at"], thing["updated_at"]) = (workspace.Now, workspace.Now);
        (_all.TryGetValue(kind, out var things) ? things : _all[kind] = []).Add(thing);
        workspace.Touch();
        return thing;
    }

    /// <summary>Changes what is given, and leaves the rest.</summary>
    public JObject Change(JObject thing, JObject given)
    {
        foreach (var (name, value) in given)
        {
            if (name != "id")
            {
                thing[name] = value!.DeepClone();
            }
        }
        thing["updated_at"] = workspace.Now;
        workspace.Touch();
        return thing;
    }

    public void Remove(string kind, JObject thing)
    {
        _all[kind].Remove(thing);
        workspace.Touch();
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("library");
        new JObject(_all.Select(k => new JProperty(k.Key, new JArray(k.Value)))).WriteTo(writer);
        writer.WritePropertyName("libraryMade");
        writer.WriteValue(_made);
    }

    public void Load(JObject state)
    {
        _made = (int)(Json.Whole(state["libraryMade"]) ?? 0);
        foreach (var (kind, things) in state["library"] as JObject ?? [])
        {
            _all[kind] = [.. things!.OfType<JObject>()];
        }
    }

    public void Clear()
    {
        _all.Clear();
        _made = 0;
    }
}
