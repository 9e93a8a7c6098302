using CustomerIo.Connector.Actions.Messages;
using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>Lists the messages of one broadcast: <c>GET /v1/broadcasts/{id}/messages</c>.</summary>
internal sealed class ListBroadcastMessages() : PagedAction<ListBroadcastMessages.Input>("messages", 1000)
{
    internal sealed record Input(
        string Broadcast,
        string? Metric,
        string? Channel,
        JToken? StartTime,
        JToken? EndTime,
        bool TrackedResponses,
        long? Limit,
        bool All,
        string? Start
    ) : IMessageFilter
    {
        public bool? Drafts => null;
    }

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, $"/v1/broadcasts/{input.Broadcast:broadcast}/messages").With(input, run);
}
