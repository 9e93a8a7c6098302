namespace CustomerIo.Connector.Actions.Advanced;

/// <summary>Lists the addresses that webhooks come from: <c>GET /v1/info/ip_addresses</c>.</summary>
internal sealed class GetIpAddresses() : WholeListAction("ip_addresses", "/v1/info/ip_addresses");
