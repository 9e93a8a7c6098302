using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Looks one message up: <c>GET /v1/messages/{id}</c>, or its stored content under <c>/archived_message</c>.</summary>
internal sealed class GetMessage : RequestAction<GetMessage.Input>
{
    internal sealed record Input(string MessageId, bool Archived, bool TrackedResponses);

    protected override ApiRequest Request(Input input, IRunContext run) =>
        input.Archived
            ? ApiRequest.Get(ApiName.App, $"/v1/messages/{input.MessageId:messageId}/archived_message")
            : ApiRequest.Get(ApiName.App, $"/v1/messages/{input.MessageId:messageId}") with
            {
                Query = QueryText.Of(("get_tracked_responses", input.TrackedResponses ? true : null)),
            };
}
