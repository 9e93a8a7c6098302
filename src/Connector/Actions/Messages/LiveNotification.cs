using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Starts, updates or ends a live notification: <c>POST /v1/live_notifications/{operation}</c>.</summary>
internal sealed class LiveNotification : RequestAction<LiveNotification.Input>
{
    private const string Start = "start",
        Update = "update",
        End = "end";

    internal sealed record Input(
        string Operation,
        string? Id,
        string IdType,
        string? InstanceId,
        string? NotificationType,
        JObject? Attributes,
        JObject? ContentState,
        JObject? Alert,
        string? DeepLink,
        string? DeviceId,
        string? Platform,
        string? AppIdentifier,
        JToken? Expiration
    );

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        // What each operation takes, and which of them it cannot do without.
        (string Input, string Key, JToken? Value, string[] Takes, string[] Needs)[] fields =
        [
            ("id", "identifiers", Identifiers(input, run), [Start], [Start]),
            ("instanceId", "instance_id", input.InstanceId, [Update, End], [Update, End]),
            ("notificationType", "notification_type", input.NotificationType, [Start], [Start]),
            ("attributes", "attributes", input.Attributes, [Start, Update, End], [Start]),
            ("contentState", "content_state", input.ContentState, [Start, Update, End], [Start, Update]),
            ("alert", "push_payload", input.Alert is { } alert ? new JObject { ["alert"] = alert } : null, [Start, Update, End], []),
            ("deepLink", "deep_link", input.DeepLink, [Start, Update, End], []),
            ("deviceId", "device_id", input.DeviceId, [Start], []),
            ("platform", "platform", input.Platform, [Start], []),
            ("appIdentifier", "app_identifier", input.AppIdentifier, [Start], []),
            ("expiration", "expiration", Expiration(input, run), [Start], []),
        ];
        var body = new JObject();
        var problems = new List<Problem>();
        foreach (var (name, key, value, takes, needs) in fields)
        {
            var isGiven = value is JObject { Count: > 0 } or JValue { Value: not null };
            if (isGiven && !takes.Contains(input.Operation))
            {
                problems.Add(new Problem("/" + name, $"does not go with {input.Operation}."));
            }
            else if (!isGiven && needs.Contains(input.Operation))
            {
                problems.Add(new Problem("/" + name, $"is required to {input.Operation} a live notification."));
            }
            else if (isGiven)
            {
                body[key] = value;
            }
        }

        if (input is { Operation: Start, Platform: "ios", Alert: null })
        {
            problems.Add(new Problem("/alert", "is required to start a live notification on iOS."));
        }

        return problems.Count > 0
            ? throw ConnectorException.Input(problems)
            : ApiRequest.Post(ApiName.App, $"/v1/live_notifications/{input.Operation:operation}", body) with
            {
                LookFor = "a live notification of this person",
            };
    }

    // Here a cio_id is called internal, and has its prefix.
    private static JObject? Identifiers(Input input, IRunContext run)
    {
        if (input.Id is null)
        {
            return null;
        }

        var person = Person.Of(input.Id, input.IdType, run);
        return person.Key == "cio_id" ? new JObject { ["internal"] = AppPerson.Id(person) } : person.Identifiers;
    }

    private static long? Expiration(Input input, IRunContext run)
    {
        var time = Times.Scheduled(input.Expiration, "expiration", run);
        return time > run.Now.AddHours(6).ToUnixTimeSeconds()
            ? throw ConnectorException.Input("/expiration", "is more than six hours ahead; a live notification lasts no longer.")
            : time;
    }
}
