using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Webhooks;

/// <summary>Deletes a reporting webhook: <c>DELETE /v1/reporting_webhooks/{id}</c>.</summary>
internal sealed class DeleteReportingWebhook : RequestAction<DeleteReportingWebhook.Input>
{
    internal sealed record Input(string Webhook);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Delete(ApiName.App, $"/v1/reporting_webhooks/{input.Webhook:webhook}");
}
