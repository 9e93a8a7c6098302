using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The reporting webhooks; they are kept, and nothing is sent to them.</summary>
internal sealed class ReportingWebhooks(Workspace workspace)
{
    private readonly SortedDictionary<int, JObject> all = [];
    private int made;

    public IReadOnlyCollection<JObject> All => all.Values;

    public JObject? Find(int id) => all.GetValueOrDefault(id);

    /// <summary>Keeps a webhook, under a new id unless it has one.</summary>
    public JObject Keep(JObject webhook)
    {
        webhook["id"] ??= ++made;
        workspace.Touch();
        return all[(int)webhook["id"]!] = webhook;
    }

    public void Delete(JObject webhook)
    {
        all.Remove((int)webhook["id"]!);
        workspace.Touch();
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("webhooksMade");
        writer.WriteValue(made);
        writer.WritePropertyName("webhooks");
        new JArray(all.Values).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        made = (int)(Json.Whole(state["webhooksMade"]) ?? 0);
        foreach (var webhook in (state["webhooks"] as JArray ?? []).OfType<JObject>())
        {
            all[(int)webhook["id"]!] = webhook;
        }
    }

    public void Clear()
    {
        all.Clear();
        made = 0;
    }
}
