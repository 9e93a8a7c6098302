using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Webhooks;

/// <summary>Creates a reporting webhook: <c>POST /v1/reporting_webhooks</c>.</summary>
internal sealed class CreateReportingWebhook : RequestAction<CreateReportingWebhook.Input>
{
    internal sealed record Input(string Name, string Endpoint, IReadOnlyList<string> Events, bool? Disabled, bool? FullResolution, bool? WithContent);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        // Customer.io tells the default of full_resolution in two ways, so it is always said.
        var body = Webhook.Body(input.Name, input.Endpoint, input.Events, input.Disabled, input.FullResolution ?? false, input.WithContent);
        return ApiRequest.Post(ApiName.App, "/v1/reporting_webhooks", body) with { LookFor = "a reporting webhook of this name" };
    }
}
