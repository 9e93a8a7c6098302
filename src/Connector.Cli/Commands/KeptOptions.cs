using System.CommandLine;
using CustomerIo.Connector.Pipelines.Webhooks;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary>Options that say where received events and registered webhooks are kept.</summary>
/// <param name="also">More about a database that machines share.</param>
internal sealed class KeptOptions(string also = "")
{
    private readonly Option<string?> _data = Shared.Data("received events are"),
        _postgres = Shared.PostgresOption($"Keeps received events in PostgreSQL, where several machines share them{also}");

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_postgres);
    }

    /// <summary>Opens what was received; the caller disposes it.</summary>
    /// <exception cref="ConnectorException">The file or the database cannot be used.</exception>
    public ReceivedEvents Open(ParseResult parsed) => ReceivedEvents.Open(parsed.GetValue(_data), Shared.Postgres(parsed.GetValue(_postgres)));
}
