using CustomerIo.Connector.Api;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>Changes one action of a workflow: <c>PUT /v1/campaigns/{id}/actions/{action}</c>, or its translation.</summary>
internal sealed class UpdateCampaignMessage : RequestAction<UpdateCampaignMessage.Input>
{
    internal sealed record Input(
        string? Campaign,
        string? Broadcast,
        string Action,
        string? Language,
        string? Subject,
        string? Body,
        string? BodyAmp,
        string? Preheader,
        string? From,
        string? ReplyTo,
        JArray? Headers,
        string? Recipient,
        string? SendingState,
        string? Url,
        string? Method
    ) : IWorkflowInput, IContentInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Put(
            ApiName.App,
            input.Action(input.Action, input.Language),
            MessageContent.Of(
                input,
                ("recipient", input.Recipient),
                ("sending_state", input.SendingState),
                ("url", input.Url),
                ("method", input.Method),
                // Here alone the list is a text.
                ("headers", input.Headers?.ToString(Formatting.None))
            )
        );
}
