using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>What an action does to the workspace.</summary>
public enum ActionEffect
{
    /// <summary>Changes nothing.</summary>
    Read,

    /// <summary>Creates or updates data.</summary>
    Write,

    /// <summary>Deletes data.</summary>
    Destroy,

    /// <summary>Makes Customer.io send messages.</summary>
    Send,
}

/// <summary>One action as its manifest file describes it, with the shared inputs merged in.</summary>
public sealed class ActionManifest
{
    private readonly Lazy<InputSchema> _schema;

    internal ActionManifest(JObject file, JObject input)
    {
        File = file;
        Input = input;
        Id = (string)file["id"]!;
        Title = (string)file["title"]!;
        Description = (string)file["description"]!;
        Category = (string)file["category"]!;
        Icon = (string)file["icon"]!;
        Keywords = [.. (file["keywords"] ?? new JArray()).Select(w => (string)w!)];
        Credentials = [.. file["credentials"]!.Select(c => (string)c!)];
        Effect = Enum.Parse<ActionEffect>((string)file["effect"]!, true);
        Idempotent = (bool)file["idempotent"]!;
        _schema = new Lazy<InputSchema>(() => new InputSchema(input));
    }

    /// <summary>Kebab-case id, such as <c>track-page-view</c>.</summary>
    public string Id { get; }

    /// <summary>What people call the action.</summary>
    public string Title { get; }

    /// <summary>What the action does, in a sentence or two.</summary>
    public string Description { get; }

    /// <summary>The group it is listed under; also the folder of its class.</summary>
    public string Category { get; }

    /// <summary>Name of its icon: <c>icons/{name}.light.svg</c> and <c>icons/{name}.dark.svg</c>.</summary>
    public string Icon { get; }

    /// <summary>Further words that people look for it by, such as <c>upsert</c>.</summary>
    public IReadOnlyList<string> Keywords { get; }

    /// <summary>The credentials it needs: <c>track</c>, <c>app</c>, <c>pipelines</c>.</summary>
    public IReadOnlyList<string> Credentials { get; }

    /// <summary>What it does to the workspace.</summary>
    public ActionEffect Effect { get; }

    /// <summary>Whether doing it twice is the same as doing it once.</summary>
    public bool Idempotent { get; }

    /// <summary>Whether some of its inputs destroy, send or redirect, although its effect is a lesser one.</summary>
    internal bool CanDestroy => (bool?)File["canDestroy"] ?? false;

    /// <summary>Whether some of its inputs make events, which count anew with every run.</summary>
    internal bool MakesEvents => (bool?)File["makesEvents"] ?? false;

    /// <summary>Names of the inputs that say which file of this machine is written.</summary>
    public IEnumerable<string> Writes => Properties.Where(p => (bool?)p.Value["x-writes"] == true).Select(p => p.Key);

    /// <summary>JSON Schema of the input, shared inputs included. Do not change it.</summary>
    public JObject Input { get; }

    /// <summary>The same as language models get it: short, one type each, without what only steers requests. Do not change it.</summary>
    public JObject AgentInput => field ??= AgentSchema.Of(Input);

    /// <summary>Whether it changes nothing: no data, and no file of this machine.</summary>
    public bool IsReadOnly => Effect == ActionEffect.Read && !Writes.Any();

    /// <summary>Whether people should be asked first: data is gone for good, messages are sent, or nobody knows the effect.</summary>
    public bool IsDestructive => Destroys(CanDestroy, Effect, Idempotent);

    /// <summary>JSON Schema of the result's <c>data</c>. Do not change it.</summary>
    public JObject Output => (JObject)File["output"]!;

    /// <summary>Examples: each has <c>title</c> and <c>input</c>. Do not change them.</summary>
    public IEnumerable<JObject> Examples => (File["examples"] as JArray ?? []).OfType<JObject>();

    /// <summary>The inputs by name, in form order.</summary>
    public IEnumerable<KeyValuePair<string, JObject>> Properties =>
        ((JObject)Input["properties"]!).Properties().Select(p => KeyValuePair.Create(p.Name, (JObject)p.Value));

    /// <summary>Names of the inputs that must be given.</summary>
    public IEnumerable<string> Required => (Input["required"] as JArray ?? []).Select(r => (string)r!);

    /// <summary>Names of the input groups that it shares with other actions.</summary>
    internal IEnumerable<string> Include => (File["include"] as JArray ?? []).Select(g => (string)g!);

    /// <summary>Its code; null when there is none of its name.</summary>
    internal Type? CodeType =>
        typeof(ActionManifest).Assembly.GetType(ClassName) is { IsAbstract: false } type && type.IsAssignableTo(typeof(IActionCode)) ? type : null;

    /// <summary>Namespace and name of its class.</summary>
    internal string ClassName => $"CustomerIo.Connector.Actions.{Category}.{Names.Pascal(Id)}";

    internal JObject File { get; }

    internal InputSchema Schema => _schema.Value;

    /// <summary>Reads an input as language models write it: what is no text may come as JSON text.</summary>
    /// <param name="json">UTF-8 text of a JSON object.</param>
    /// <returns>The input, for <see cref="CustomerIoConnector.RunAsync"/>, which checks it.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is no JSON object, or has a key twice.</exception>
    public JObject ReadAgentInput(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonTexts.Read(json, Input, AgentInput);
        }
        catch (FormatException e)
        {
            throw ConnectorException.Input("", e.Message);
        }
    }

    /// <summary>Whether people should be asked before something of this kind is done.</summary>
    internal static bool Destroys(bool canDestroy, ActionEffect effect, bool idempotent) =>
        canDestroy || effect is ActionEffect.Destroy or ActionEffect.Send || (effect == ActionEffect.Write && !idempotent);

    /// <summary>The action as programs read it, in the manifest's words.</summary>
    /// <param name="schemas">Whether the schemas of input and output belong to it.</param>
    internal JObject Describe(bool schemas)
    {
        var action = new JObject
        {
            ["id"] = Id,
            ["title"] = Title,
            ["description"] = Description,
            ["category"] = Category,
            ["credentials"] = new JArray(Credentials),
            ["effect"] = Names.Camel(Effect.ToString()),
            ["idempotent"] = Idempotent,
        };
        if (schemas)
        {
            action["input"] = Input;
            action["output"] = Output;
        }

        action["examples"] = new JArray(Examples);
        return action;
    }

    /// <summary>Checks an input and puts it in place: every problem at once, defaults filled, the caller's object untouched.</summary>
    internal InputValues Validate(JObject input) => _schema.Value.Bind(input);
}
