namespace CustomerIo.Connector.Actions.Content;

/// <summary>Lists snippets: <c>GET /v1/snippets</c>.</summary>
internal sealed class ListSnippets() : WholeListAction("snippets", "/v1/snippets");
