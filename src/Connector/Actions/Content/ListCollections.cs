namespace CustomerIo.Connector.Actions.Content;

/// <summary>Lists collections: <c>GET /v1/collections</c>.</summary>
internal sealed class ListCollections() : WholeListAction("collections", "/v1/collections");
