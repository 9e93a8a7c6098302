using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>Lists the triggers of one broadcast: <c>GET /v1/broadcasts/{id}/triggers</c>.</summary>
internal sealed class ListBroadcastTriggers : RequestAction<ListBroadcastTriggers.Input>
{
    internal sealed record Input(string Broadcast);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Get(ApiName.App, $"/v1/broadcasts/{input.Broadcast:broadcast}/triggers");

    protected override JToken Output(ApiResponse response, Input input) => Answers.WithList(response, "triggers");
}
