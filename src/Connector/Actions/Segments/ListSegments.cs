namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Lists segments: <c>GET /v1/segments</c>.</summary>
internal sealed class ListSegments() : WholeListAction("segments", "/v1/segments");
