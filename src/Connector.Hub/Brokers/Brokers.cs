namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>The brokers that are known.</summary>
internal static class Brokers
{
    /// <summary>The broker of an address.</summary>
    /// <exception cref="ConnectorException">Its client is not installed.</exception>
    public static IBroker Of(BrokerAddress address, ConsumeOptions options) =>
        address.Kind switch
        {
            "amqp" => new RabbitBroker(address, options),
            "nats" => new NatsBroker(address, options),
            _ => KafkaPart.Load(address, options),
        };
}
