namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>Lists API-triggered broadcasts: <c>GET /v1/broadcasts</c>.</summary>
internal sealed class ListBroadcasts() : WholeListAction("broadcasts", "/v1/broadcasts");
