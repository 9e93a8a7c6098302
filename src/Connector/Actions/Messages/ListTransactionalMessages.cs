namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Lists transactional message templates: <c>GET /v1/transactional</c>.</summary>
internal sealed class ListTransactionalMessages() : WholeListAction("messages", "/v1/transactional");
