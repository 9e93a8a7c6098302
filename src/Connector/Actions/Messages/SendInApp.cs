namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Sends a transactional in-app message: <c>POST /v1/send/in_app</c>.</summary>
internal sealed class SendInApp() : Transactional<AppMessage>("in_app");
