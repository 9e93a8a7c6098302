using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector;

/// <summary>A workspace whose commonest actions are methods: <c>customerIo.People.IdentifyAsync("u1")</c>. What they do, and all others, is
/// <see cref="CustomerIoConnector.RunAsync"/>'s.</summary>
public sealed partial class CustomerIoWorkspace
{
    private readonly CustomerIoConnector _connector;
    private readonly Connection _connection;

    /// <summary>Makes one.</summary>
    /// <param name="connector">What runs the actions; the caller disposes it.</param>
    /// <param name="connection">Where they are run.</param>
    public CustomerIoWorkspace(CustomerIoConnector connector, Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(connection);
        (_connector, _connection) = (connector, connection);
    }

    private Task<RunResult> RunAsync(string action, JObject input, ActionInputs? inputs, RunOptions? run, CancellationToken cancellationToken)
    {
        inputs?.AddTo(input);
        return _connector.RunAsync(action, input, _connection, run, cancellationToken);
    }
}
