using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Exports;

/// <summary>Begins an export of deliveries: <c>POST /v1/exports/deliveries</c>.</summary>
internal sealed class ExportDeliveries : RequestAction<ExportDeliveries.Input>
{
    internal sealed record Input(
        string? Newsletter,
        string? Campaign,
        string? TransactionalMessage,
        string? Action,
        JToken? StartTime,
        JToken? EndTime,
        IReadOnlyList<string>? Attributes,
        string? Metric,
        bool? Drafts
    );

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        (string Name, string Key, string? Value)[] sources =
        [
            ("newsletter", "newsletter_id", input.Newsletter),
            ("campaign", "campaign_id", input.Campaign),
            ("transactionalMessage", "transactional_message_id", input.TransactionalMessage),
            ("action", "action_id", input.Action),
        ];
        var given = sources.Where(s => s.Value is not null).ToArray();
        if (given.Length != 1)
        {
            throw ConnectorException.Input(
                "/" + (given.Length > 1 ? given[1].Name : "campaign"),
                "must be the only one: give exactly one of newsletter, campaign, transactionalMessage and action."
            );
        }

        var body = new JObject
        {
            [given[0].Key] = long.TryParse(given[0].Value, out var id) ? id : throw ConnectorException.Input("/" + given[0].Name, "is too large for a number."),
        };
        void Set(string name, JToken? value)
        {
            if (value is JContainer or JValue { Value: not null })
            {
                body[name] = value;
            }
        }

        Set("start", Times.Seconds(input.StartTime, "startTime", run));
        Set("end", Times.Seconds(input.EndTime, "endTime", run));
        Set("attributes", input.Attributes is { Count: > 0 } attributes ? new JArray(attributes) : null);
        Set("metric", input.Metric);
        Set("drafts", input.Drafts);
        return ApiRequest.Post(ApiName.App, "/v1/exports/deliveries", body) with { LookFor = "a new export" };
    }
}
