using CustomerIo.Connector.Hub.Actions;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>The forms of the n8n nodes: a field that several operations have stands once, and is named where it is used.</summary>
internal sealed class N8nModel
{
    /// <summary>The package's name, which the types of its nodes begin with.</summary>
    public const string Package = "@customerio-connector/n8n-nodes-customerio";

    // What steers requests is the same for all operations.
    private const string Shared = "retries";

    // Where the trigger's settings stand.
    private static readonly string[] s_places = ["top", "filters", "options"];

    private readonly Catalogue _catalogue;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Makes the model.</summary>
    /// <param name="catalogue">The actions and the trigger.</param>
    public N8nModel(Catalogue catalogue)
    {
        _catalogue = catalogue;
        var resources = catalogue.All.GroupBy(a => a.Category).OrderBy(g => N8nWords.Resource(g.Key), StringComparer.Ordinal).ToArray();
        Choices = new JArray(resources.Select(Operations).Prepend(Resources(resources)));
        Common = new JArray(
            catalogue
                .All.SelectMany(a => a.Properties)
                .Where(p => IsShared(p.Value))
                .DistinctBy(p => p.Key)
                .SelectMany(p => N8nField.Of(p.Key, p.Value))
                .OrderBy(f => (string)f["displayName"]!, StringComparer.OrdinalIgnoreCase)
        );
        Forms = new JObject(resources.Select(r => new JProperty(N8nWords.Value(r.Key), new JObject(r.Select(a => new JProperty(a.Id, Form(a)))))));
        Trigger = Settings(catalogue.Triggers.Single());
    }

    /// <summary>The fields of all operations, by name.</summary>
    public SortedDictionary<string, JObject> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>The choice of the resource, and for each the choice of the operation.</summary>
    public JArray Choices { get; }

    /// <summary>Fields that every operation has.</summary>
    public JArray Common { get; }

    /// <summary>Lists of the workspace that values are chosen from.</summary>
    public JArray Lists =>
        new(
            Fields
                .Values.Append(Trigger)
                .SelectMany(f => f.Descendants().OfType<JProperty>())
                .Where(p => p.Name is "searchListMethod" or "loadOptionsMethod")
                .Select(p => (string)p.Value!)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );

    /// <summary>What each operation's form has, by resource and operation.</summary>
    public JObject Forms { get; }

    /// <summary>The settings of the trigger: at the top, filters and options.</summary>
    public JObject Trigger { get; }

    private static bool IsShared(JObject schema) => (string?)schema["x-ui"]?["section"] == Shared;

    private static JObject Resources(IEnumerable<IGrouping<string, ActionManifest>> resources) =>
        new()
        {
            ["displayName"] = "Resource",
            ["name"] = "resource",
            ["type"] = "options",
            ["noDataExpression"] = true,
            ["options"] = new JArray(resources.Select(r => new JObject { ["name"] = N8nWords.Resource(r.Key), ["value"] = N8nWords.Value(r.Key) })),
            ["default"] = N8nWords.Value("People"),
        };

    private static JObject Operations(IGrouping<string, ActionManifest> resource) =>
        new()
        {
            ["displayName"] = "Operation",
            ["name"] = "operation",
            ["type"] = "options",
            ["noDataExpression"] = true,
            ["displayOptions"] = new JObject { ["show"] = new JObject { ["resource"] = new JArray(N8nWords.Value(resource.Key)) } },
            ["options"] = new JArray(
                resource
                    .OrderBy(a => a.Title, StringComparer.OrdinalIgnoreCase)
                    .Select(a => new JObject
                    {
                        ["name"] = N8nWords.Title(a.Title),
                        ["value"] = a.Id,
                        ["description"] = N8nWords.Help(a.Description),
                        ["action"] = N8nWords.Sentence(a.Title, a.Category),
                    })
            ),
            ["default"] = resource.MinBy(a => FacadeCode.Rank(a.Id))!.Id,
        };

    private JObject Form(ActionManifest action)
    {
        var own = action.Properties.Where(p => !IsShared(p.Value)).ToArray();
        var required = action.Required.ToHashSet(StringComparer.Ordinal);
        var form = new JObject { ["top"] = Names(action, own.Where(p => required.Contains(p.Key))) };
        foreach (var group in own.Where(p => !required.Contains(p.Key)).GroupBy(p => Group(p.Value)).OrderBy(g => g.Key == "main" ? "" : g.Key))
        {
            form[group.Key] = Names(action, group);
        }

        if (action.Effect == ActionEffect.Read)
        {
            form["reads"] = true;
        }

        if (ActionsPart.CanBatch(action, _catalogue))
        {
            form["batches"] = true;
        }

        return form;
    }

    private static string Group(JObject schema) => (string?)(schema["x-ui"]?["section"] ?? schema["x-ui"]?["group"]) ?? "main";

    private JArray Names(ActionManifest action, IEnumerable<KeyValuePair<string, JObject>> inputs)
    {
        var names = new List<(string Name, string Title)>();
        foreach (var (key, schema) in inputs)
        {
            foreach (var field in N8nField.Of(key, schema))
            {
                var text = field.ToString(Formatting.None);
                if (!_names.TryGetValue(text, out var name))
                {
                    name = (string)field["name"]!;
                    _names[text] = name = Fields.ContainsKey(name) ? $"{name}@{action.Id}" : name;
                    Fields[name] = field;
                }

                names.Add((name, (string)field["displayName"]!));
            }
        }

        return new JArray(names.Select(n => n.Name));
    }

    // Its address is n8n's own.
    private static JObject Settings(TriggerManifest trigger)
    {
        var settings = trigger
            .Properties.Where(p => p.Key != "path")
            .Select(p => (p.Value, Field: p.Key == "events" ? Events(trigger, p) : N8nField.Of(p.Key, p.Value).First()));
        var groups = settings.ToLookup(s =>
            (string?)s.Value["x-ui"]?["editor"] == "list" ? "filters"
            : (string?)s.Value["x-ui"]?["group"] == "advanced" ? "options"
            : "top"
        );
        return new JObject(s_places.Select(g => new JProperty(g, new JArray(groups[g].Select(s => s.Field)))));
    }

    private static JObject Events(TriggerManifest trigger, KeyValuePair<string, JObject> events) =>
        new()
        {
            ["displayName"] = events.Value["title"],
            ["name"] = events.Key,
            ["type"] = "multiOptions",
            ["default"] = new JArray(),
            ["description"] = N8nWords.Help((string)events.Value["description"]!),
            ["options"] = new JArray(
                trigger
                    .Offered.OrderBy(e => e.Title, StringComparer.OrdinalIgnoreCase)
                    .Select(e => new JObject
                    {
                        ["name"] = N8nWords.Title(e.Title),
                        ["value"] = e.Name,
                        ["description"] = N8nWords.Help(e.Description),
                    })
            ),
        };
}
