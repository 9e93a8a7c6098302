using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Unsubscribes the person who got a message, and counts it for that message: <c>POST /unsubscribe/{delivery_id}</c>.</summary>
internal sealed class UnsubscribeDelivery : RequestAction<UnsubscribeDelivery.Input>
{
    internal sealed record Input(string DeliveryId);

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Post(ApiName.Track, $"/unsubscribe/{input.DeliveryId:deliveryId}", new JObject { ["unsubscribe"] = true });
}
