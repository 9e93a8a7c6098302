namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Lists types of objects: <c>GET /v1/object_types</c>.</summary>
internal sealed class ListObjectTypes() : WholeListAction("types", "/v1/object_types");
