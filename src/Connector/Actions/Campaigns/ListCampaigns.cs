namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>Lists campaigns: <c>GET /v1/campaigns</c>.</summary>
internal sealed class ListCampaigns() : WholeListAction("campaigns", "/v1/campaigns");
