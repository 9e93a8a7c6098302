using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One start of a broadcast, and what went wrong with it.</summary>
internal sealed record Trigger(int Id, int BroadcastId, long Created, long Processed, IReadOnlyList<string> Errors);

/// <summary>Every start of every broadcast.</summary>
internal sealed class Triggers(Workspace workspace)
{
    private readonly Dictionary<int, List<Trigger>> _all = [];

    public IReadOnlyList<Trigger> Of(int broadcastId) => _all.GetValueOrDefault(broadcastId) ?? [];

    public Trigger? Find(int broadcastId, int id) => Of(broadcastId).FirstOrDefault(t => t.Id == id);

    public Trigger Add(int broadcastId, IReadOnlyList<string> errors)
    {
        _all.TryAdd(broadcastId, []);
        var (now, delay) = (workspace.Now, (workspace.Settings.ProcessingDelayMs + 999) / 1000);
        var trigger = new Trigger(_all[broadcastId].Count + 1, broadcastId, now, now + delay, errors);
        _all[broadcastId].Add(trigger);
        workspace.Touch();
        return trigger;
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("triggers");
        new JArray(
            _all.Values.SelectMany(t => t)
                .Select(t => new JObject
                {
                    ["broadcast"] = t.BroadcastId,
                    ["id"] = t.Id,
                    ["created"] = t.Created,
                    ["processed"] = t.Processed,
                    ["errors"] = new JArray(t.Errors),
                })
        ).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        foreach (var json in state["triggers"] as JArray ?? [])
        {
            var broadcast = (int)json["broadcast"]!;
            _all.TryAdd(broadcast, []);
            _all[broadcast].Add(new((int)json["id"]!, broadcast, (long)json["created"]!, (long)json["processed"]!, [.. json["errors"]!.Values<string>()!]));
        }
    }

    public void Clear() => _all.Clear();
}
