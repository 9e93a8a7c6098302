using System.Security.Cryptography;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Turns what happens in the workspace into reports; without a webhook that wants one nothing is made.</summary>
internal sealed class Reports(Workspace workspace)
{
    /// <summary>Reports a metric of a delivery, unless the vendor has no such report; returns its body.</summary>
    /// <param name="delivery">What was sent, or would have been.</param>
    /// <param name="metric">What happened to it.</param>
    /// <param name="timestamp">When it happened, in Unix seconds.</param>
    /// <param name="isLater">Whether to report it at that time, which may be one to come, and not at once.</param>
    /// <param name="isAgain">Whether it happened to this delivery before.</param>
    /// <param name="extra">Keys of the data in place of the usual ones.</param>
    public JObject? Delivery(Delivery delivery, string metric, long timestamp, bool isLater = false, bool isAgain = false, JObject? extra = null)
    {
        if (!workspace.Webhooks.IsOn || delivery.Message is not { } message || ReportNames.ObjectType(message.Channel) is not { } objectType)
        {
            return null;
        }
        var name = ReportNames.Of(objectType, metric);
        if (!ReportNames.Has(name))
        {
            return null;
        }
        var person = delivery.CioId is { } cioId ? workspace.People.Find(new(IdKind.CioId, cioId)) : null;
        var report = Make(name, objectType, metric, timestamp, ReportData.OfDelivery(delivery, message, person, objectType, metric, extra), isLater);
        workspace.Webhooks.Post(report, isAgain && metric is "opened" or "clicked", metric == "sent" ? ReportData.Content(message) : null);
        return report.Body;
    }

    /// <summary>Reports that a person's attributes changed what they want to get.</summary>
    /// <param name="person">Who, as changed.</param>
    /// <param name="before">The attributes before.</param>
    /// <param name="cause">The delivery through which they did it; null when they did it otherwise.</param>
    public void Person(Person person, Packed before, Delivery? cause)
    {
        if (!workspace.Webhooks.WantsPeople)
        {
            return;
        }
        var (old, now) = (before.Object, person.Attributes);
        var objectType = cause?.Message is { } message ? ReportNames.ObjectType(message.Channel) ?? "customer" : "customer";
        if (Sandbox.Person.IsUnsubscribed(old) != Sandbox.Person.IsUnsubscribed(now))
        {
            var metric = Sandbox.Person.IsUnsubscribed(now) ? "unsubscribed" : "subscribed";
            workspace.Webhooks.Post(Make($"customer_{metric}", objectType, metric, workspace.Now, ReportData.OfPerson(person)));
        }
        var (oldTopics, topics) = (old["cio_subscription_preferences"] as JObject, now["cio_subscription_preferences"] as JObject);
        if (!JToken.DeepEquals(oldTopics, topics))
        {
            const string Metric = "cio_subscription_preferences_changed";
            var content = new JObject { ["content"] = ReportData.Topics(oldTopics, topics) };
            workspace.Webhooks.Post(Make(ReportNames.Of("customer", Metric), objectType, Metric, workspace.Now, ReportData.OfPerson(person)), content: content);
        }
    }

    private Report Make(string name, string objectType, string metric, long timestamp, JObject data, bool isLater = false)
    {
        var now = workspace.Time.GetUtcNow();
        var due = isLater && timestamp > now.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(timestamp) : now;
        var chance = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        return new(
            name,
            due,
            new()
            {
                ["event_id"] = Ulid.New(now, chance),
                ["object_type"] = objectType,
                ["metric"] = metric,
                ["timestamp"] = timestamp,
                ["data"] = data,
            }
        );
    }
}
