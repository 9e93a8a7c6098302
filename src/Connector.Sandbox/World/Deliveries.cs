using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One message to a person, with the metrics that were reported for it.</summary>
internal sealed record Delivery(string Id, string? CioId, JObject Metrics)
{
    public JObject ToJson() => new() { ["id"] = Id, ["cio_id"] = Json.Text(CioId), ["metrics"] = Metrics.DeepClone() };
}

/// <summary>Deliveries and submitted forms: what is known by its id alone.</summary>
internal sealed class Deliveries(Workspace workspace)
{
    private const int Most = 100_000;
    private readonly Dictionary<string, Delivery> all = [];
    private readonly SortedDictionary<string, long> forms = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Delivery> All => all.Values;

    /// <summary>Submissions by form id.</summary>
    public IReadOnlyDictionary<string, long> Forms => forms;

    /// <summary>Makes a delivery known, so that metrics and unsubscribes reach a person.</summary>
    public Delivery Create(string id, Person? person)
    {
        if (all.Count >= Most)
        {
            all.Remove(all.Keys.First());
        }
        workspace.Touch();
        return all[id] = new(id, person?.CioId, []);
    }

    /// <summary>Notes the first time of a metric; a delivery nobody sent is taken as it comes.</summary>
    public void Report(string id, string metric, long? timestamp)
    {
        var delivery = all.GetValueOrDefault(id) ?? Create(id, null);
        delivery.Metrics.TryAdd(metric, timestamp ?? workspace.Now);
        workspace.Touch();
        if (delivery.CioId is { } cioId && workspace.People.Find(new(IdKind.CioId, cioId)) is { } person)
        {
            workspace.Activities.Add(metric, person, id);
        }
    }

    /// <summary>Sets or clears <c>unsubscribed</c> of the person a delivery went to.</summary>
    public void Unsubscribe(string id, bool unsubscribed)
    {
        var who = all.GetValueOrDefault(id)?.CioId is { } cioId ? new Identifier(IdKind.CioId, cioId) : (Identifier?)null;
        if (who is { } known && workspace.People.Find(known) is not null)
        {
            workspace.People.Identify(known, new() { ["unsubscribed"] = unsubscribed });
            if (unsubscribed)
            {
                Report(id, "unsubscribed", null);
            }
        }
        else
        {
            workspace.Activities.Drop("failed_unsubscribe", new(IdKind.Id, id), "nobody is known to have got this delivery");
        }
    }

    public void Submitted(string form, bool accepted) => forms[form] = forms.GetValueOrDefault(form) + (accepted ? 1 : 0);

    public void Hand(Person from, Person to)
    {
        foreach (var delivery in all.Values.Where(d => d.CioId == from.CioId).ToList())
        {
            all[delivery.Id] = delivery with { CioId = to.CioId };
        }
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("deliveries");
        new JArray(all.Values.Select(d => d.ToJson())).WriteTo(writer);
        writer.WritePropertyName("forms");
        new JObject(forms.Select(f => new JProperty(f.Key, f.Value))).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        foreach (var d in state["deliveries"]!)
        {
            all[(string)d["id"]!] = new((string)d["id"]!, (string?)d["cio_id"], (JObject)d["metrics"]!);
        }
        foreach (var (form, count) in (JObject)state["forms"]!)
        {
            forms[form] = (long)count!;
        }
    }

    public void Clear()
    {
        all.Clear();
        forms.Clear();
    }
}
