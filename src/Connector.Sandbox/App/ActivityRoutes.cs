using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The activity log as the App API shows it, the newest first.</summary>
internal static class ActivityRoutes
{
    /// <summary>What the sandbox notes for the reader of its page, and the vendor's log has no word for.</summary>
    private static readonly HashSet<string> s_own =
    [
        "failed_merge",
        "failed_segment_change",
        "failed_unsubscribe",
        "failed_device_change",
        "failed_relationship",
        "failed_object_change",
        "entered_segment",
        "left_segment",
        "opted_out",
        "opted_in",
    ];

    public static SandboxResponse List(SandboxRequest call)
    {
        var all = call.Workspace.Activities.All.Reverse();
        if (call.Query("customer_id") is { Length: > 0 } id)
        {
            var person = call.Workspace.People.Find(AppApi.Identifier(id, AppApi.Kind(call)));
            all = person is null ? [] : Of(call, person);
        }
        return Page(call, AppApi.Flag(call, "deleted") ? all : all.Where(a => a.CioId is null || Owner(call, a) is not null));
    }

    public static SandboxResponse OfPerson(SandboxRequest call) => Page(call, Of(call, AppApi.Person(call)));

    private static IEnumerable<Activity> Of(SandboxRequest call, Person person) =>
        call.Workspace.Activities.Of(new(IdKind.CioId, person.CioId), person).Reverse();

    private static SandboxResponse Page(SandboxRequest call, IEnumerable<Activity> activities)
    {
        var (type, name) = (call.Query("type"), call.Query("name"));
        var chosen = activities.Where(a =>
            !s_own.Contains(a.Type)
            && (string.IsNullOrEmpty(type) || Type(call, a) == type)
            && (string.IsNullOrEmpty(name) || (a.Type is "event" or "screen" && a.Name == name))
        );
        return SandboxResponse.Ok(AppApi.Page(call, "activities", chosen, 10, 100, a => Show(call, a)));
    }

    private static Person? Owner(SandboxRequest call, Activity activity) =>
        activity.CioId is { } cioId ? call.Workspace.People.Find(new(IdKind.CioId, cioId)) : null;

    /// <summary>The delivery that an activity tells of; null for any other activity.</summary>
    private static Delivery? Delivery(SandboxRequest call, Activity activity) =>
        activity is { Name: { } id, Type: not ("event" or "page" or "screen") } ? call.Workspace.Deliveries.Find(id) : null;

    /// <summary>What happened to a message is told with its channel: <c>sent_email</c>.</summary>
    private static string Type(SandboxRequest call, Activity activity) =>
        Delivery(call, activity) is { } delivery ? $"{activity.Type}_{delivery.Message?.Channel ?? "email"}" : activity.Type;

    private static JObject Show(SandboxRequest call, Activity activity)
    {
        var person = Owner(call, activity);
        var json = activity.ToJson();
        var shown = new JObject
        {
            ["id"] = json["id"],
            ["type"] = Type(call, activity),
            ["timestamp"] = json["timestamp"],
            ["customer_id"] = Json.Text(person?.Id),
            ["customer_identifiers"] = person is not null
                ? CustomerView.Identifiers(person)
                : new JObject
                {
                    ["id"] = null,
                    ["email"] = null,
                    ["cio_id"] = activity.CioId,
                },
        };
        switch (activity.Type)
        {
            case "event" or "screen":
                shown["name"] = activity.Name;
                break;
            case "page":
                shown["url"] = activity.Name;
                break;
        }
        shown["data"] = json["data"] is JObject data ? data : new JObject();
        if (Delivery(call, activity) is { } delivery)
        {
            var reached = MessageView.Reached(call.Workspace, delivery);
            shown["delivery_id"] = delivery.Id;
            shown["delivery_type"] = delivery.Message?.Channel ?? "email";
            shown["data"] = new JObject
            {
                ["delivery_id"] = delivery.Id,
                ["delivered"] = reached["delivered"] ?? 0,
                ["opened"] = reached["opened"] ?? 0,
            };
        }
        return shown;
    }
}
