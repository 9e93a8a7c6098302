using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>One tool that serves hosts and is no action, as its manifest file describes it.</summary>
internal sealed class ToolManifest
{
    private readonly Lazy<InputSchema> _schema;

    /// <param name="file">The file.</param>
    /// <param name="trigger">The trigger that the tool serves; null when it serves none.</param>
    public ToolManifest(JObject file, TriggerManifest? trigger)
    {
        Id = (string)file["id"]!;
        Title = (string)file["title"]!;
        Description = (string)file["description"]!;
        Icon = (string?)file["icon"];
        Effect = Enum.Parse<ActionEffect>((string)file["effect"]!, true);
        Idempotent = (bool)file["idempotent"]!;
        CanDestroy = (bool?)file["canDestroy"] ?? false;
        IsLocal = (bool?)file["local"] ?? false;
        Audience = (string?)file["audience"];
        Trigger = trigger;
        Input = (JObject)file["input"]!.DeepClone();
        Output = (JObject)file["output"]!;
        Examples = [.. file["examples"]!.Cast<JObject>()];
        // The names stand once, in the trigger's file, and here become the choices of the input.
        foreach (var names in Input.Descendants().OfType<JObject>().Where(s => (string?)s[FromTrigger] == "events"))
        {
            names["enum"] = new JArray(trigger!.Offered.Select(e => e.Name));
        }

        _schema = new Lazy<InputSchema>(() => new InputSchema(Input));
    }

    /// <summary>The keyword of an input that the trigger's file describes: its <c>settings</c>, or the names of its <c>events</c>.</summary>
    public const string FromTrigger = "x-trigger";

    public string Id { get; }

    public string Title { get; }

    public string Description { get; }

    /// <summary>Name of its icon; null when it has none.</summary>
    public string? Icon { get; }

    public ActionEffect Effect { get; }

    public bool Idempotent { get; }

    /// <summary>Whether it can redirect or destroy, although its effect is a lesser one.</summary>
    public bool CanDestroy { get; }

    /// <summary>Whether it stays on this machine.</summary>
    public bool IsLocal { get; }

    /// <summary>Whom it is for: <c>hosts</c> that build forms, or lists that are <c>search</c>ed; null for everybody.</summary>
    public string? Audience { get; }

    /// <summary>The trigger that it serves; null when it serves none.</summary>
    public TriggerManifest? Trigger { get; }

    /// <summary>JSON Schema of the input. Do not change it.</summary>
    public JObject Input { get; }

    /// <summary>JSON Schema of the result. Do not change it.</summary>
    public JObject Output { get; }

    public IReadOnlyList<JObject> Examples { get; }

    public IEnumerable<KeyValuePair<string, JObject>> Properties =>
        ((JObject)Input["properties"]!).Properties().Select(p => KeyValuePair.Create(p.Name, (JObject)p.Value));

    /// <summary>Checks an input and puts it in place; the settings of a trigger are the trigger's to check.</summary>
    public InputValues Validate(JObject input) => _schema.Value.Bind(input);
}
