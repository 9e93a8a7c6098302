using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Tells what became of a live notification: <c>GET /v1/live_notifications/{instance_id}</c>.</summary>
internal sealed class GetLiveNotification : RequestAction<GetLiveNotification.Input>
{
    internal sealed record Input(string InstanceId);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Get(ApiName.App, $"/v1/live_notifications/{input.InstanceId:instanceId}");
}
