namespace CustomerIo.Connector.Actions.Advanced;

/// <summary>Lists workspaces: <c>GET /v1/workspaces</c>.</summary>
internal sealed class ListWorkspaces() : WholeListAction("workspaces", "/v1/workspaces");
