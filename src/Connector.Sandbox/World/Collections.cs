using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A table of data that messages refer to.</summary>
internal sealed record Collection(int Id, string Name, JArray Rows, long Created, long Updated)
{
    public JObject ToJson() =>
        new()
        {
            ["id"] = Id,
            ["name"] = Name,
            ["rows"] = Rows.Count,
            ["bytes"] = Json.Bytes(Rows),
            ["schema"] = new JArray(Rows.OfType<JObject>().SelectMany(r => r.Properties()).Select(p => p.Name).Distinct()),
            ["created_at"] = Created,
            ["updated_at"] = Updated,
        };
}

/// <summary>The workspace's collections; one is there from the start.</summary>
internal sealed class Collections
{
    private readonly Workspace _workspace;
    private readonly SortedDictionary<int, Collection> _all = [];
    private int _made;

    public Collections(Workspace workspace)
    {
        this._workspace = workspace;
        Seed();
    }

    public IReadOnlyCollection<Collection> All => _all.Values;

    public Collection? Find(int id) => _all.GetValueOrDefault(id);

    public Collection? Find(string name) => _all.Values.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes one, or gives the one of an id another name and other rows.</summary>
    public Collection Put(string name, JArray rows, Collection? old = null)
    {
        var now = _workspace.Now;
        var collection = new Collection(old?.Id ?? ++_made, name, rows, old?.Created ?? now, now);
        _all[collection.Id] = collection;
        _workspace.Touch();
        return collection;
    }

    public void Delete(Collection collection)
    {
        _all.Remove(collection.Id);
        _workspace.Touch();
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("collections");
        new JArray(
            _all.Values.Select(c => new JObject
            {
                ["id"] = c.Id,
                ["name"] = c.Name,
                ["rows"] = c.Rows,
                ["created"] = c.Created,
                ["updated"] = c.Updated,
            })
        ).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        if (state["collections"] is not JArray collections)
        {
            return;
        }
        _all.Clear();
        foreach (var json in collections)
        {
            var id = (int)json["id"]!;
            _all[id] = new(id, (string)json["name"]!, (JArray)json["rows"]!, (long)json["created"]!, (long)json["updated"]!);
            _made = Math.Max(_made, id);
        }
    }

    public void Clear()
    {
        _all.Clear();
        _made = 0;
        Seed();
    }

    private void Seed() => Put("Events", [new JObject { ["name"] = "Spring sale", ["place"] = "Vienna" }]);
}
