using System.Security.Cryptography;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One message to a person, with the metrics that were reported for it.</summary>
internal sealed record Delivery(string Id, string? CioId, JObject Metrics)
{
    /// <summary>What is known of a message that the sandbox sent itself; null for one that was only heard of.</summary>
    public Message? Message { get; init; }

    /// <summary>Answers of an in-app survey that were chosen, by name.</summary>
    public JObject Responses { get; init; } = [];

    public JObject ToJson()
    {
        var json = new JObject
        {
            ["id"] = Id,
            ["cio_id"] = Json.Text(CioId),
            ["metrics"] = Metrics.DeepClone(),
        };
        if (Message is not null)
        {
            json["message"] = Message.ToJson();
        }
        if (Responses.Count > 0)
        {
            json["responses"] = Responses.DeepClone();
        }
        return json;
    }
}

/// <summary>Deliveries and submitted forms: what is known by its id alone.</summary>
internal sealed class Deliveries(Workspace workspace)
{
    private const int Most = 100_000;
    private readonly Dictionary<string, Delivery> _all = [];
    private readonly SortedDictionary<string, long> _forms = new(StringComparer.Ordinal);
    private long _made;

    public IReadOnlyCollection<Delivery> All => _all.Values;

    /// <summary>Submissions by form id.</summary>
    public IReadOnlyDictionary<string, long> Forms => _forms;

    /// <summary>The newest delivery first.</summary>
    public IEnumerable<Delivery> Newest => _all.Values.Reverse();

    public Delivery? Find(string id) => _all.GetValueOrDefault(id);

    /// <summary>Sends a message: now, at a time to come, or not at all when it is a draft or cannot be delivered.</summary>
    public Delivery Send(Person? person, Message message, long? sendAt = null)
    {
        var at = Math.Max(sendAt ?? 0, workspace.Now);
        if (message.ContentId == 0 && workspace.Senders.Find(message.Sender, message.SenderId)?.Contents is [var first, ..])
        {
            message = message with { ContentId = (int)first.Shown["id"]! };
        }
        message = Judged(person, message);
        // The metrics of a later time are there already, and stay invisible until then.
        var metrics = message switch
        {
            { Bounces: true } => new JObject
            {
                ["created"] = message.Created,
                ["attempted"] = at,
                ["sent"] = at,
                ["bounced"] = at,
            },
            { Failure: not null } => new JObject { ["created"] = message.Created, ["undeliverable"] = at },
            { IsDraft: true } => new JObject { ["created"] = message.Created, ["drafted"] = message.Created },
            _ => new JObject
            {
                ["created"] = message.Created,
                ["attempted"] = at,
                ["sent"] = at,
                ["delivered"] = at,
            },
        };
        var made = Create(NewId(), person);
        if (person is not null)
        {
            workspace.Activities.Add(
                message.Bounces ? "bounced"
                    : message.Failure is not null ? "undeliverable"
                    : message.IsDraft ? "drafted"
                    : "sent",
                person,
                made.Id
            );
        }
        made = _all[made.Id] = made with { Message = message, Metrics = metrics };
        // The vendor reports an attempt only when it failed.
        foreach (var metric in metrics.Properties().Where(m => m.Name is not ("created" or "attempted")))
        {
            workspace.Reports.Delivery(made, metric.Name, (long)metric.Value, isLater: true);
        }
        return made;
    }

    /// <summary>Makes a delivery known, so that metrics and unsubscribes reach a person.</summary>
    public Delivery Create(string id, Person? person, Message? message = null)
    {
        if (_all.Count >= Most)
        {
            _all.Remove(_all.Keys.First());
        }
        workspace.Touch();
        return _all[id] = new(id, person?.CioId, []) { Message = message };
    }

    /// <summary>Takes over a message that went out before, with what became of it.</summary>
    public void Put(Person person, Message message, JObject metrics)
    {
        var made = Create(NewId(), person, message);
        _all[made.Id] = made with { Metrics = metrics };
    }

    /// <summary>Notes the first time of a metric; a delivery nobody sent is taken as it comes. Returns what webhooks are told, null for nothing.</summary>
    public JObject? Report(string id, string metric, long? timestamp, JObject? extra = null)
    {
        var delivery = _all.GetValueOrDefault(id) ?? Create(id, null);
        var at = timestamp ?? workspace.Now;
        var isAgain = !delivery.Metrics.TryAdd(metric, at);
        if (Json.Scalar(extra?["tracked_response"]) is { } response)
        {
            delivery.Responses[response] = new JObject { ["id"] = delivery.Responses.Count + 1, ["ts"] = at };
        }
        workspace.Touch();
        if (delivery.CioId is { } cioId && workspace.People.Find(new(IdKind.CioId, cioId)) is { } person)
        {
            workspace.Activities.Add(metric, person, id);
        }
        return workspace.Reports.Delivery(delivery, metric, at, isAgain: isAgain, extra: extra);
    }

    /// <summary>Sets or clears <c>unsubscribed</c> of the person a delivery went to.</summary>
    public void Unsubscribe(string id, bool unsubscribed)
    {
        var delivery = _all.GetValueOrDefault(id);
        var who = delivery?.CioId is { } cioId ? new Identifier(IdKind.CioId, cioId) : (Identifier?)null;
        if (who is { } known && workspace.People.Find(known) is not null)
        {
            workspace.People.Identify(known, new() { ["unsubscribed"] = unsubscribed }, cause: delivery);
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

    public void Submitted(string form, bool accepted) => _forms[form] = _forms.GetValueOrDefault(form) + (accepted ? 1 : 0);

    public void Hand(Person from, Person to)
    {
        foreach (var delivery in _all.Values.Where(d => d.CioId == from.CioId).ToList())
        {
            _all[delivery.Id] = delivery with { CioId = to.CioId };
        }
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("deliveriesMade");
        writer.WriteValue(_made);
        writer.WritePropertyName("deliveries");
        new JArray(_all.Values.Select(d => d.ToJson())).WriteTo(writer);
        writer.WritePropertyName("forms");
        new JObject(_forms.Select(f => new JProperty(f.Key, f.Value))).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        _made = Json.Whole(state["deliveriesMade"]) ?? 0;
        foreach (var d in state["deliveries"]!)
        {
            _all[(string)d["id"]!] = new((string)d["id"]!, (string?)d["cio_id"], (JObject)d["metrics"]!)
            {
                Message = d["message"] is JObject message ? Message.FromJson(message) : null,
                Responses = d["responses"] as JObject ?? [],
            };
        }
        foreach (var (form, count) in (JObject)state["forms"]!)
        {
            _forms[form] = (long)count!;
        }
    }

    public void Clear()
    {
        _all.Clear();
        _forms.Clear();
    }

    /// <summary>The message, and why it does not arrive where a suppression, an opt-out or a topic stops it.</summary>
    private Message Judged(Person? person, Message message)
    {
        if (message.Failure is not null || message.IsDraft)
        {
            return message;
        }
        if (message is { Channel: "email", Recipient: { } recipient })
        {
            var all = recipient.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split('<', '>') is [_, var inner, ..] ? inner : r);
            if (all.All(workspace.Suppressions.Has))
            {
                return message with { Failure = "the mail provider suppresses the address", Bounces = true };
            }
        }
        var channel = message.Channel == "twilio" ? "sms" : message.Channel;
        if (person is not null && message.From is { } from && workspace.OptOuts.Has(person, channel, from))
        {
            return message with { Failure = $"the person opted out of {from}" };
        }
        var topic =
            message.Sender == SenderKind.Transactional ? null : workspace.Senders.Find(message.Sender, message.SenderId)?.Shown["subscription_topic_id"];
        return person is not null && Json.Whole(topic) is { } id && Topics.Has((int)id) && !Topics.Wants(person, (int)id)
            ? message with
            {
                Failure = $"the person is not subscribed to topic {id}",
            }
            : message;
    }

    /// <summary>An id as the vendor's: base 64 in the alphabet of URLs, and opaque.</summary>
    private string NewId() => Convert.ToBase64String(SHA256.HashData(BitConverter.GetBytes(++_made)).AsSpan(0, 16)).Replace('+', '-').Replace('/', '_');
}
