using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What the page shows of one person: who they are, what they want to get, and all that happened as one timeline.</summary>
internal static class PersonPage
{
    private static readonly HashSet<string> s_silent = ["created", "attempted"];

    public static View Of(SandboxRequest call, Person person)
    {
        var workspace = call.Workspace;
        return new(person.Name)
        {
            Raw = $"/_sandbox/people/cio_{person.CioId}",
            Parts =
            [
                new("Identifiers")
                {
                    Facts =
                    [
                        .. person.Identifiers.OrderBy(i => i.Kind).Select(i => new Fact(People.Name(i.Kind), i.Kind == IdKind.CioId ? i.Value : i.Original)),
                    ],
                },
                new("Attributes") { Facts = [.. person.Attributes.Properties().Select(ItemViews.Attribute)] },
                new("Subscriptions") { Facts = [.. Subscriptions(workspace, person)] },
                new("Segments") { Facts = [.. workspace.Segments.Of(person).Select(s => new Fact($"number {s.Id}", s.Name, $"#/segments/{s.Id}"))] },
                new("Devices") { Facts = [.. person.Devices.Values.Select(d => new Fact(d.Platform, d.Token, Time: ListViews.Millis(d.LastUsed)))] },
                new("Objects")
                {
                    Facts =
                    [
                        .. person
                            .Relationships.Select(r => (Object: workspace.Objects.Find(new(null, null, r.Key)), Attributes: r.Value))
                            .Where(r => r.Object is not null)
                            .Select(r => new Fact(
                                $"type {r.Object!.TypeId}",
                                r.Object.ObjectId + (r.Attributes.Count == 0 ? "" : $", {ListViews.Plain(r.Attributes)}"),
                                ListViews.Href(r.Object)
                            )),
                    ],
                },
            ],
            List = RowList.Of(
                call,
                "Timeline",
                "Nothing happened yet",
                Timeline(workspace, person).OrderByDescending(m => m.Time),
                m => m.Texts(),
                m => m.Row()
            ),
        };
    }

    private static IEnumerable<Fact> Subscriptions(Workspace workspace, Person person)
    {
        yield return new("all messages", person.Unsubscribed ? "unsubscribed" : "subscribed");
        foreach (var (_, name, wants) in Topics.Chosen(person))
        {
            yield return new(name, wants ? "subscribed" : "not subscribed");
        }
        foreach (var (channel, from) in workspace.OptOuts.Of(person))
        {
            yield return new($"{channel} of {from}", "opted out");
        }
    }

    /// <summary>Events and messages, which are kept, and of the log what else was done.</summary>
    private static IEnumerable<Moment> Timeline(Workspace workspace, Person person)
    {
        var events = person.Events.Select(e => new Moment(ListViews.Millis(e.Timestamp), () => Row(e, person), () => [e.Type, e.Name, e.Packed?.Text]));
        var messages =
            from delivery in workspace.Deliveries.All
            where delivery.CioId == person.CioId
            from metric in MessageView.Reached(workspace, delivery).Properties()
            where !s_silent.Contains(metric.Name)
            select Plain(Row(workspace, delivery, metric));
        var others =
            from activity in workspace.Activities.Of(new(IdKind.CioId, person.CioId), person)
            where activity.Type is not ("event" or "page" or "screen") && (activity.Name is not { } name || workspace.Deliveries.Find(name) is null)
            select Plain(Row(activity));
        return events.Concat(messages).Concat(others);

        static Moment Plain(Row row) => new(row.Time ?? 0, () => row, () => [row.Tag, row.Title, row.Text, row.Status]);
    }

    private static Row Row(Event happened, Person person) =>
        new($"event {happened.Id}", happened.Name, ListViews.Millis(happened.Timestamp))
        {
            Href = ListViews.Href(happened, person),
            Tag = happened.Type,
            Text = ListViews.Plain(happened.Data ?? []),
        };

    private static Row Row(Workspace workspace, Delivery delivery, JProperty metric) =>
        new($"{delivery.Id} {metric.Name}", delivery.Message?.Subject ?? delivery.Id, ListViews.Millis((long)metric.Value))
        {
            Href = ListViews.Href(delivery),
            Tag = delivery.Message?.Channel ?? "message",
            Status = metric.Name,
            IsBad = ListViews.IsBad(metric.Name),
            Text = ListViews.Sender(workspace, delivery),
        };

    private static Row Row(Activity activity)
    {
        var reason = Json.Scalar(activity.Data?["reason"]);
        return new(
            string.Create(CultureInfo.InvariantCulture, $"activity {activity.Number}"),
            reason is null ? activity.Type.Replace('_', ' ') : $"not done: {reason}",
            activity.Time.ToUnixTimeMilliseconds()
        )
        {
            Href = reason is null ? null : string.Create(CultureInfo.InvariantCulture, $"#/dropped/{activity.Number}"),
            Text = ListViews.Short(activity.Change is null ? activity.Name ?? "" : Changes(activity)),
        };
    }

    /// <summary>Something on the timeline, shown and searched only when it is asked for.</summary>
    private sealed record Moment(long Time, Func<Row> Row, Func<string?[]> Texts);

    private static string Changes(Activity activity) =>
        string.Join(", ", ((JObject)activity.ToJson()["data"]!).Properties().Select(p => $"{p.Name}: {Shown(p.Value["from"])} → {Shown(p.Value["to"])}"));

    private static string Shown(JToken? value) => Filter.Text(value) is { Length: > 0 } text ? text : "none";
}
