using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Pieces of text by name, which messages share; one is there from the start.</summary>
internal sealed class Snippets
{
    private readonly Workspace _workspace;
    private readonly SortedDictionary<string, (string Value, long Updated)> _all = new(StringComparer.Ordinal);

    public Snippets(Workspace workspace)
    {
        this._workspace = workspace;
        Seed();
    }

    public IEnumerable<JObject> All => _all.Keys.Select(Show);

    public bool Has(string name) => _all.ContainsKey(name);

    public string? Value(string name) => _all.TryGetValue(name, out var snippet) ? snippet.Value : null;

    /// <summary>Makes one or replaces what it says, and shows it.</summary>
    public JObject Put(string name, string value)
    {
        _all[name] = (value, _workspace.Now);
        _workspace.Touch();
        return Show(name);
    }

    public void Delete(string name)
    {
        _all.Remove(name);
        _workspace.Touch();
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("snippets");
        new JArray(All).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        if (state["snippets"] is not JArray snippets)
        {
            return;
        }
        _all.Clear();
        foreach (var json in snippets)
        {
            _all[(string)json["name"]!] = ((string)json["value"]!, (long)json["updated_at"]!);
        }
    }

    public void Clear()
    {
        _all.Clear();
        Seed();
    }

    private JObject Show(string name) =>
        new()
        {
            ["name"] = name,
            ["value"] = _all[name].Value,
            ["updated_at"] = _all[name].Updated,
        };

    private void Seed() => Put("address", "Acme, Vienna");
}
