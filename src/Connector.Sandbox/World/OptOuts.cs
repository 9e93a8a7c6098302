using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The senders that people opted out of, each on a channel (sms or whatsapp).</summary>
internal sealed class OptOuts(Workspace workspace)
{
    private readonly Dictionary<string, SortedSet<(string Channel, string From)>> _all = [];

    /// <summary>Those who opted out of anything, with what.</summary>
    public IEnumerable<(Person Person, IEnumerable<(string Channel, string From)> Of)> All =>
        _all.Select(o => (workspace.People.Find(new(IdKind.CioId, o.Key)), o.Value.AsEnumerable())).Where(o => o.Item1 is not null)!;

    public IEnumerable<(string Channel, string From)> Of(Person person) => _all.GetValueOrDefault(person.CioId) ?? [];

    public bool Has(Person person, string channel, string from) => Of(person).Contains((channel, from));

    public void Set(Person person, string channel, string from, bool optOut)
    {
        if (!_all.TryGetValue(person.CioId, out var own))
        {
            _all[person.CioId] = own = [];
        }
        if (optOut ? own.Add((channel, from)) : own.Remove((channel, from)))
        {
            workspace.Activities.Add(optOut ? "opted_out" : "opted_in", person, $"{channel} of {from}");
        }
        if (own.Count == 0)
        {
            _all.Remove(person.CioId);
        }
        workspace.Touch();
    }

    /// <summary>Keeps what somebody opted out of when they become a part of somebody else.</summary>
    public void Hand(Person from, Person to)
    {
        if (_all.Remove(from.CioId, out var own))
        {
            foreach (var (channel, sender) in own)
            {
                Set(to, channel, sender, optOut: true);
            }
        }
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("optOuts");
        new JArray(
            _all.SelectMany(o =>
                o.Value.Select(v => new JObject
                {
                    ["cioId"] = o.Key,
                    ["channel"] = v.Channel,
                    ["from"] = v.From,
                })
            )
        ).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        foreach (var json in state["optOuts"] as JArray ?? [])
        {
            var cioId = (string)json["cioId"]!;
            _all.TryAdd(cioId, []);
            _all[cioId].Add(((string)json["channel"]!, (string)json["from"]!));
        }
    }

    public void Clear() => _all.Clear();
}
