using CustomerIo.Connector.Actions.Subscriptions;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Attributes of a person: the caller's own, and those that other inputs set.</summary>
internal static class PersonChange
{
    /// <summary>The attributes to send; the caller's object itself where nothing is to be added.</summary>
    public static JObject Attributes(Identify.Input input, Person person, IRunContext run)
    {
        var data = run.Attributes(input.CustomerData ?? [], "customerData", person.Key, person.Value);
        if (input is { CreatedAt: null, AnonymousId: null, Unsubscribed: null, SubscriptionPreferences: null, RemoveAttributes: null, UpdateOnly: null })
        {
            return data;
        }

        return With(Set(input, run), data, run);
    }

    private static JObject With(JObject set, JObject data, IRunContext run)
    {
        if (set.Count == 0)
        {
            return data;
        }

        var all = new JObject(data);
        foreach (var (name, value) in set)
        {
            if (all.ContainsKey(name))
            {
                run.Warn($"/customerData/{Names.Escape(name)} was not sent: another input sets the same attribute.");
            }

            all[name] = value;
        }

        return all;
    }

    private static JObject Set(Identify.Input input, IRunContext run)
    {
        var set = new JObject();
        void Set(string name, JToken? value)
        {
            if (value is JContainer or JValue { Value: not null })
            {
                set[name] = value;
            }
        }

        Set("created_at", Times.Seconds(input.CreatedAt, "createdAt", run));
        Set("anonymous_id", string.IsNullOrWhiteSpace(input.AnonymousId) ? null : run.Name(input.AnonymousId, "anonymousId"));
        Set("unsubscribed", input.Unsubscribed);
        Set("cio_subscription_preferences", Preferences(input.SubscriptionPreferences));
        Set("_update", input.UpdateOnly);
        foreach (var name in input.RemoveAttributes ?? [])
        {
            // An empty text is how Customer.io is told to remove an attribute.
            set[name] = "";
        }

        return set;
    }

    /// <summary>A v2 operation has places of its own for what v1 takes among the attributes.</summary>
    public static void Lift(Operation operation)
    {
        var attributes = (JObject)operation["attributes"]!;
        if (attributes.ContainsKey("cio_relationships"))
        {
            throw ConnectorException.Input("/customerData/cio_relationships", "cannot be sent in this way here; use Relationships.");
        }

        if (attributes["_timestamp"] is { } time)
        {
            attributes = new JObject(attributes);
            attributes.Remove("_timestamp");
            (operation["attributes"], operation["timestamp"]) = (attributes, time);
        }
    }

    private static JObject? Preferences(JObject? topics) =>
        topics is { Count: > 0 } ? new JObject { ["topics"] = TopicChoices.Of(topics, "subscriptionPreferences") } : null;
}
