using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>A tool of any kind, as lists show it and calls find it: an action, a job, or what is neither.</summary>
internal sealed class AnyTool
{
    private JObject? _helperForAgents;

    private AnyTool(ActionManifest? action, ToolManifest? helper, bool isJob)
    {
        Action = action;
        Helper = helper;
        IsJob = isJob;
    }

    public static AnyTool Of(ActionManifest action, bool isJob = false) => new(action, null, isJob);

    public static AnyTool Of(ToolManifest helper) => new(null, helper, false);

    /// <summary>The action or job; null for other tools.</summary>
    public ActionManifest? Action { get; }

    /// <summary>The tool that is neither; null for those.</summary>
    public ToolManifest? Helper { get; }

    public bool IsJob { get; }

    public string Id => Action?.Id ?? Helper!.Id;

    public string Title => Action?.Title ?? Helper!.Title;

    public string Description => Action?.Description ?? Helper!.Description;

    /// <summary>The category that it is listed under; null for what belongs to none.</summary>
    public string? Group => Action?.Category ?? Helper!.Trigger?.Category;

    public ActionEffect Effect => Action?.Effect ?? Helper!.Effect;

    /// <summary>The keys of which it needs one; empty when it needs none.</summary>
    public IReadOnlyList<string> Credentials => Action?.Credentials ?? [];

    public IEnumerable<JObject> Examples => Action?.Examples ?? Helper!.Examples;

    /// <summary>JSON Schema of the input, by which calls are checked. Do not change it.</summary>
    public JObject Input => Action?.Input ?? Helper!.Input;

    /// <summary>JSON Schema of the input as agents get it. Do not change it.</summary>
    public JObject ForAgents => Action?.AgentInput ?? (_helperForAgents ??= AgentSchema.Of(Input));

    /// <summary>Whether it changes nothing: no data, and no file of this machine.</summary>
    public bool IsReadOnly => Action?.IsReadOnly ?? Effect == ActionEffect.Read;

    /// <summary>What a client should ask its user about: what is gone for good, what has been sent, and requests of which nobody knows the effect.</summary>
    public bool IsDestructive => Action?.IsDestructive ?? ActionManifest.Destroys(Helper!.CanDestroy, Effect, Helper.Idempotent);

    // The manifest speaks of one run, whose retries share an event id; another call makes another id, so the event counts twice.
    public bool IsRepeatable =>
        Action is { } action ? action.Idempotent && !action.MakesEvents && action.Properties.All(p => p.Key != "eventId") : Helper!.Idempotent;

    /// <summary>Whether it works on files or databases of the machine that it runs on.</summary>
    public bool IsLocal => IsJob || WebhookTools.Names.Contains(Id, StringComparer.Ordinal);

    public bool IsOpenWorld => Helper?.IsLocal != true;
}
