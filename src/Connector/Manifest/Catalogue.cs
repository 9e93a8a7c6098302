using System.Collections.Concurrent;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>The actions and triggers of the connector; each is read when it is first asked for.</summary>
public sealed class Catalogue
{
    private const string ActionFolder = "manifest/actions/",
        TriggerFolder = "manifest/triggers/",
        JobFolder = "manifest/jobs/",
        ToolFolder = "manifest/tools/";
    private readonly ManifestSource _source;
    private readonly ConcurrentDictionary<string, ActionManifest> _actions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IActionCode> _code = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JObject> _inputs = new(StringComparer.Ordinal);

    private Catalogue(ManifestSource source)
    {
        _source = source;
    }

    /// <summary>The embedded manifest.</summary>
    public static Catalogue Embedded { get; } = new(ManifestSource.Embedded);

    /// <summary>Reads <c>connector.json</c>, <c>manifest/</c> and <c>icons/</c> from a folder, and checks all of it first.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The catalogue of the actions in that folder.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: names the first wrong file, the place in it and the reason.</exception>
    public static Catalogue FromFolder(string path)
    {
        var source = ManifestSource.Folder(path);
        ManifestCheck.Check(source);
        return new Catalogue(source);
    }

    /// <summary>Ids of all actions, in alphabetical order.</summary>
    public IReadOnlyList<string> Ids => field ??= IdsIn(ActionFolder);

    /// <summary>All actions, in alphabetical order of their ids.</summary>
    public IEnumerable<ActionManifest> All => Ids.Select(Find);

    /// <summary>All triggers, in alphabetical order of their ids.</summary>
    public IReadOnlyList<TriggerManifest> Triggers => field ??= [.. IdsIn(TriggerFolder).Select(id => new TriggerManifest(Read($"{TriggerFolder}{id}.json")))];

    /// <summary>What moves whole tables, in alphabetical order of their ids: no actions, and run by hosts that have a disk.</summary>
    public IReadOnlyList<ActionManifest> Jobs => field ??= [.. IdsIn(JobFolder).Select(id => Merge(Read($"{JobFolder}{id}.json"), Group))];

    /// <summary>What serves hosts and is no action, in alphabetical order of their ids; without those whose trigger is left out.</summary>
    internal IReadOnlyList<ToolManifest> Tools =>
        field ??= [
            .. IdsIn(ToolFolder)
                .Select(id => Read($"{ToolFolder}{id}.json"))
                .Select(file => (File: file, Needed: (string?)file["trigger"]))
                .Select(t => (t.File, t.Needed, Trigger: Triggers.FirstOrDefault(other => other.Id == t.Needed)))
                .Where(t => t.Needed is null || t.Trigger is not null)
                .Select(t => new ToolManifest(t.File, t.Trigger)),
        ];

    /// <summary>The connector itself: <c>connector.json</c>. Do not change it.</summary>
    public JObject Connector => field ??= Read("connector.json");

    /// <summary>The connection's fields: <c>manifest/connection.json</c>. Do not change it.</summary>
    public JObject Connection => field ??= Read("manifest/connection.json");

    /// <summary>What the profiles of events are, and what their rules are called: <c>manifest/profiles.json</c>. Do not change it.</summary>
    public JObject Profiles => field ??= Read("manifest/profiles.json");

    /// <summary>The words of the hub's OpenAPI documents beside those of the actions: <c>manifest/http.json</c>. Do not change it.</summary>
    internal JObject Http => field ??= _source.Has("manifest/http.json") ? Read("manifest/http.json") : Embedded.Http;

    /// <summary>Finds an action.</summary>
    /// <param name="id">Its id, such as <c>identify</c>.</param>
    /// <returns>Its manifest.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such action; the nearest id is named.</exception>
    public ActionManifest Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (_actions.TryGetValue(id, out var known))
        {
            return known;
        }

        var bytes = IsId(id) ? _source.Read($"{ActionFolder}{id}.json") : null;
        if (bytes is null)
        {
            var hint = Names.Nearest(id.ToLowerInvariant(), Ids) is { } nearest ? $" Did you mean \"{nearest}\"?" : "";
            throw new ConnectorException(FailureKind.Input, $"There is no action \"{id}\".{hint} connector actions lists them.");
        }

        return _actions.GetOrAdd(id, Merge(ConnectorJson.ParseObject(bytes), Group));
    }

    /// <summary>Whether there is such an action.</summary>
    internal bool Knows(string? id) => id is not null && (_actions.ContainsKey(id) || Ids.Contains(id, StringComparer.Ordinal));

    /// <summary>The JSON Schema of what users write, or of what a run gives.</summary>
    /// <param name="name">Which one: <c>import-map</c>, <c>sync</c>, <c>result</c> or <c>failure</c>.</param>
    /// <returns>A new object.</returns>
    public JObject FileSchema(string name)
    {
        var file = $"manifest/schema/{name}.schema.json";
        return _source.Has(file) ? Read(file) : Embedded.Read(file);
    }

    /// <summary>An icon's SVG text.</summary>
    /// <param name="name">The icon's name, such as <c>person</c>.</param>
    /// <param name="dark">The variant for dark backgrounds. Default false.</param>
    /// <returns>The SVG's bytes, null when there is no such icon.</returns>
    public byte[]? Icon(string name, bool dark = false) => _source.Read($"icons/{name}.{(dark ? "dark" : "light")}.svg");

    internal IActionCode Code(ActionManifest manifest) => _code.GetOrAdd(manifest.Id, _ => (IActionCode)Activator.CreateInstance(manifest.CodeType!)!);

    /// <summary>An action file with its included inputs: an input of the action's own that has an included one's name changes that one; a group
    /// marked first stands before the action's own.</summary>
    internal static ActionManifest Merge(JObject file, Func<string, JObject> group)
    {
        var input = (JObject)file["input"]!.DeepClone();
        var own = (JObject)input["properties"]!;
        var groups = (file["include"] as JArray ?? []).Select(name => group((string)name!)).ToArray();
        var inputs = new JObject();
        Add(first: true);
        inputs.Add(own.Properties().Where(p => !Array.Exists(groups, g => ((JObject)g["properties"]!).ContainsKey(p.Name))));
        Add(first: false);
        input["properties"] = inputs;
        input["additionalProperties"] = false;
        return new ActionManifest(file, input);

        void Add(bool first)
        {
            foreach (var group in groups.Where(g => ((bool?)g["first"] == true) == first))
            {
                inputs.Add(((JObject)group["properties"]!).Properties().Select(p => Merged(p, own)));
            }
        }
    }

    private static JProperty Merged(JProperty shared, JObject own)
    {
        var merged = (JObject)shared.Value.DeepClone();
        if (own[shared.Name] is JObject changes)
        {
            merged.Merge(changes, s_replaceLists);
        }

        return new JProperty(shared.Name, merged);
    }

    private static readonly JsonMergeSettings s_replaceLists = new() { MergeArrayHandling = MergeArrayHandling.Replace };

    private JObject Group(string name) => _inputs.GetOrAdd(name, n => Read($"manifest/inputs/{n}.json"));

    private JObject Read(string file) =>
        ConnectorJson.ParseObject(_source.Read(file) ?? throw new InvalidOperationException($"{file} is missing from the build."));

    private string[] IdsIn(string folder) =>
        [
            .. _source
                .Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal) && f.EndsWith(".json", StringComparison.Ordinal))
                .Select(f => f[folder.Length..^5])
                .Order(StringComparer.Ordinal),
        ];

    private static bool IsId(string id) => id.Length is > 0 and <= 100 && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
