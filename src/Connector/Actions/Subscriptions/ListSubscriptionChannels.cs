namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Lists channels of the subscription center: <c>GET /v1/subscription_channels</c>.</summary>
internal sealed class ListSubscriptionChannels() : WholeListAction("channels", "/v1/subscription_channels");
