namespace CustomerIo.Connector.Actions.Webhooks;

/// <summary>Lists reporting webhooks: <c>GET /v1/reporting_webhooks</c>.</summary>
internal sealed class ListReportingWebhooks() : WholeListAction("reporting_webhooks", "/v1/reporting_webhooks");
