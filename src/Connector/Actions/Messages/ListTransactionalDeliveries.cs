using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Lists what was sent by one transactional message: <c>GET /v1/transactional/{id}/messages</c>.</summary>
internal sealed class ListTransactionalDeliveries() : PagedAction<ListTransactionalDeliveries.Input>("messages", 1000)
{
    internal sealed record Input(
        string Message,
        string? Metric,
        JToken? StartTime,
        JToken? EndTime,
        bool TrackedResponses,
        long? Limit,
        bool All,
        string? Start
    ) : IMessageFilter
    {
        public string? Channel => null;

        public bool? Drafts => null;
    }

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, $"/v1/transactional/{input.Message:message}/messages").With(input, run);
}
