namespace CustomerIo.Connector.Actions.Exports;

/// <summary>Lists exports: <c>GET /v1/exports</c>.</summary>
internal sealed class ListExports() : WholeListAction("exports", "/v1/exports");
