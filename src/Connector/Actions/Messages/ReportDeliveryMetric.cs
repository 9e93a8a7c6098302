using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Reports what became of a message: <c>POST /api/v1/metrics</c>.</summary>
internal sealed class ReportDeliveryMetric : RequestAction<ReportDeliveryMetric.Input>
{
    internal sealed record Input(string DeliveryId, string Metric, JToken? Timestamp, string? Recipient, string? Reason, string? Href);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var body = new JObject { ["delivery_id"] = input.DeliveryId, ["metric"] = input.Metric };
        if (Times.Seconds(input.Timestamp, "timestamp", run) is { } time)
        {
            body["timestamp"] = time;
        }

        foreach (var (name, value) in new[] { ("recipient", input.Recipient), ("reason", input.Reason), ("href", input.Href) })
        {
            if (value is { Length: > 0 })
            {
                body[name] = value;
            }
        }

        return ApiRequest.Post(ApiName.Track, "/api/v1/metrics", body);
    }
}
