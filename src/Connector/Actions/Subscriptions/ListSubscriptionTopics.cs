namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Lists subscription topics: <c>GET /v1/subscription_topics</c>.</summary>
internal sealed class ListSubscriptionTopics() : WholeListAction("topics", "/v1/subscription_topics");
