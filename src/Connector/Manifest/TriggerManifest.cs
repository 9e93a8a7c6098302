using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>One event that a trigger may bring, as the manifest describes it.</summary>
/// <param name="Name">What Customer.io calls it where a webhook is set up, such as <c>email_sent</c>.</param>
/// <param name="ObjectType">The channel: the delivery's <c>object_type</c>.</param>
/// <param name="Metric">What happened: the delivery's <c>metric</c>.</param>
/// <param name="Title">What people call it, such as <c>Email Sent</c>.</param>
/// <param name="Description">What it means, in a sentence.</param>
/// <param name="Offered">Whether a webhook can be set up for it; some are only ever delivered.</param>
/// <param name="Data">Names of the <c>data</c> that it has beside what all have.</param>
/// <param name="Names">Other systems' names for it, where they differ from the title.</param>
public sealed record TriggerEvent(
    string Name,
    string ObjectType,
    string Metric,
    string Title,
    string Description,
    bool Offered,
    IReadOnlyList<string> Data,
    IReadOnlyDictionary<string, string> Names
);

/// <summary>The events of one channel, as forms group them.</summary>
/// <param name="ObjectType">The channel.</param>
/// <param name="Title">What people call the channel.</param>
/// <param name="Events">Its events.</param>
public sealed record TriggerEventGroup(string ObjectType, string Title, IReadOnlyList<TriggerEvent> Events);

/// <summary>One trigger as its manifest file describes it.</summary>
public sealed class TriggerManifest
{
    private readonly JObject _file;
    private readonly Lazy<InputSchema> _schema;
    private readonly Dictionary<(string ObjectType, string Metric), TriggerEvent> _events;

    internal TriggerManifest(JObject file)
    {
        _file = file;
        Id = (string)file["id"]!;
        Title = (string)file["title"]!;
        Description = (string)file["description"]!;
        Category = (string)file["category"]!;
        Icon = (string)file["icon"]!;
        Keywords = [.. (file["keywords"] ?? new JArray()).Select(w => (string)w!)];
        Credentials = [.. file["credentials"]!.Select(c => (string)c!)];
        Groups = [.. file["events"]!.Cast<JObject>().Select(Group)];
        _events = Groups.SelectMany(g => g.Events).ToDictionary(e => (e.ObjectType, e.Metric));
        Input = (JObject)file["input"]!.DeepClone();
        Input["additionalProperties"] = false;
        // The names stand once in the file, and here become the choices of the input.
        Input["properties"]!["events"]?["items"]?["enum"] = new JArray(Offered.Select(e => e.Name));
        _schema = new Lazy<InputSchema>(() => new InputSchema(Input));
    }

    /// <summary>Kebab-case id, such as <c>reporting-event</c>.</summary>
    public string Id { get; }

    /// <summary>What people call the trigger.</summary>
    public string Title { get; }

    /// <summary>What starts it, in a sentence or two.</summary>
    public string Description { get; }

    /// <summary>The group it is listed under.</summary>
    public string Category { get; }

    /// <summary>Name of its icon: <c>icons/{name}.light.svg</c> and <c>icons/{name}.dark.svg</c>.</summary>
    public string Icon { get; }

    /// <summary>Further words that people look for it by, such as <c>webhook</c>.</summary>
    public IReadOnlyList<string> Keywords { get; }

    /// <summary>The credentials it can use: <c>webhook</c> is the signing key.</summary>
    public IReadOnlyList<string> Credentials { get; }

    /// <summary>JSON Schema of the settings. Do not change it.</summary>
    public JObject Input { get; }

    /// <summary>The events by channel, in form order.</summary>
    public IReadOnlyList<TriggerEventGroup> Groups { get; }

    /// <summary>The events that a webhook can be set up for.</summary>
    public IEnumerable<TriggerEvent> Offered => Groups.SelectMany(g => g.Events).Where(e => e.Offered);

    /// <summary>Names of the <c>data</c> that every event may have.</summary>
    public IReadOnlyList<string> CommonData => field ??= [.. _file["common"]!.Select(n => (string)n!)];

    /// <summary>Examples: each has <c>title</c> and <c>input</c>. Do not change them.</summary>
    public IEnumerable<JObject> Examples => (_file["examples"] as JArray ?? []).OfType<JObject>();

    /// <summary>The settings by name, in form order.</summary>
    public IEnumerable<KeyValuePair<string, JObject>> Properties =>
        ((JObject)Input["properties"]!).Properties().Select(p => KeyValuePair.Create(p.Name, (JObject)p.Value));

    /// <summary>Finds an event by what a delivery says.</summary>
    /// <param name="objectType">The delivery's <c>object_type</c>.</param>
    /// <param name="metric">The delivery's <c>metric</c>.</param>
    /// <returns>The event, null when the manifest does not know it.</returns>
    public TriggerEvent? Find(string objectType, string metric) => _events.GetValueOrDefault((objectType, metric));

    /// <summary>Finds an event by name.</summary>
    /// <param name="name">Its name, such as <c>email_sent</c>.</param>
    /// <returns>The event, null when the manifest does not know it.</returns>
    public TriggerEvent? Find(string name) => _events.Values.FirstOrDefault(e => e.Name == name);

    /// <summary>The JSON Schema of what one event brings, as Customer.io sends it.</summary>
    /// <param name="one">The event; null for what holds for all of them, known or not.</param>
    /// <returns>A new schema; values may be absent, and further ones may come.</returns>
    public JObject Output(TriggerEvent? one = null)
    {
        var fields = (JObject)_file["fields"]!;
        var names = one is null ? fields.Properties().Select(p => p.Name) : CommonData.Concat(one.Data);
        return new JObject
        {
            ["type"] = "object",
            ["properties"] = new JObject
            {
                ["event_id"] = Text(null),
                ["object_type"] = one is null ? Text(null) : Text(Channels(one)),
                ["metric"] = one is null ? Text(null) : Text([one.Metric]),
                ["timestamp"] = new JObject { ["type"] = "integer" },
                ["data"] = new JObject { ["type"] = "object", ["properties"] = new JObject(names.Select(n => new JProperty(n, fields[n]!.DeepClone()))) },
            },
        };
    }

    /// <summary>An example of what one event brings.</summary>
    /// <param name="one">The event.</param>
    /// <param name="eventId">Its id.</param>
    /// <param name="time">When it happened.</param>
    /// <returns>A new delivery, as Customer.io would send it.</returns>
    public JObject Sample(TriggerEvent one, string eventId, DateTimeOffset time)
    {
        var fields = (JObject)_file["fields"]!;
        var data = new JObject(
            CommonData
                .Concat(one.Data)
                .Where(n => fields[n]!["examples"] is JArray { Count: > 0 })
                .Select(n => new JProperty(n, fields[n]!["examples"]![0]!.DeepClone()))
        );
        if (one.Data.Contains("recipient"))
        {
            data["recipient"] = fields["recipient"]!["x-examples"]?[one.ObjectType]?.DeepClone() ?? data["recipient"];
        }

        return new JObject
        {
            ["event_id"] = eventId,
            ["object_type"] = one.ObjectType,
            ["metric"] = one.Metric,
            ["timestamp"] = time.ToUnixTimeSeconds(),
            ["data"] = data,
        };
    }

    /// <summary>Checks settings and puts them in place: every problem at once, defaults filled, the caller's object untouched.</summary>
    internal InputValues Validate(JObject input) => _schema.Value.Bind(input);

    // A subscription changes through the channel whose message led to it.
    private JArray Channels(TriggerEvent one) => one.ObjectType == "customer" ? [.. Groups.Select(g => g.ObjectType)] : [one.ObjectType];

    private static JObject Text(JArray? choices) =>
        choices is null ? new JObject { ["type"] = "string" } : new JObject { ["type"] = "string", ["enum"] = choices };

    private TriggerEventGroup Group(JObject group)
    {
        var objectType = (string)group["objectType"]!;
        return new TriggerEventGroup(objectType, (string)group["title"]!, [.. group["events"]!.Cast<JObject>().Select(e => Event(objectType, e))]);
    }

    private TriggerEvent Event(string objectType, JObject json) =>
        new(
            (string)json["name"]!,
            objectType,
            (string)json["metric"]!,
            (string)json["title"]!,
            (string?)_file["metrics"]![(string)json["metric"]!] ?? "",
            (bool?)json["offered"] ?? true,
            [.. json["data"]!.Select(d => (string)d!)],
            ((json["names"] as JObject)?.Properties() ?? []).ToDictionary(p => p.Name, p => (string)p.Value!, StringComparer.Ordinal)
        );
}
