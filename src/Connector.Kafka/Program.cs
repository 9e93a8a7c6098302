namespace CustomerIo.Connector.Kafka;

/// <summary><c>connector-kafka</c>: the tool, with Kafka's client beside it.</summary>
internal static class Program
{
    internal static Task<int> Main(string[] args) => Cli.Program.Main(args);
}
