namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>What a dead letter says of itself, beside what it said before.</summary>
internal static class DeadLetterHeaders
{
    /// <summary>Where it comes from, and why it was refused: as header of RabbitMQ, NATS and Kafka alike.</summary>
    /// <param name="from">The queue, stream or topic.</param>
    /// <param name="why">Why.</param>
    public static IEnumerable<(string Name, string Value)> Of(string from, ConnectorException why)
    {
        yield return ("x-customerio-from", from);
        yield return ("x-customerio-kind", why.KindName);
        yield return ("x-customerio-field", why.Problems is [var first, ..] ? first.Path : "");
        yield return ("x-customerio-reason", (why.Problems is [var only] ? only.Message : why.Message).ReplaceLineEndings(" "));
    }
}
