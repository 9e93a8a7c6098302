namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Puts a transactional message into a person's inbox: <c>POST /v1/send/inbox_message</c>.</summary>
internal sealed class SendInboxMessage() : Transactional<AppMessage>("inbox_message");
