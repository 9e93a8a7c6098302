using System.Collections;
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

    private Task<RunResult> RunAsync(
        string action,
        ActionInputs? inputs,
        RunOptions? run,
        CancellationToken cancellationToken,
        params ReadOnlySpan<(string Name, object? Value)> required
    )
    {
        var input = new JObject();
        foreach (var (name, value) in required)
        {
            ActionInputs.Put(input, name, value);
        }

        inputs?.AddTo(input);
        return _connector.RunAsync(action, input, _connection, run, cancellationToken);
    }
}

public abstract partial class ActionInputs
{
    private protected ActionInputs() { }

    /// <summary>Sets an input; null is none.</summary>
    internal static void Put(JObject input, string name, object? value)
    {
        if (value is not null)
        {
            input[name] = value switch
            {
                JToken json => json,
                DateTimeOffset time => time.ToUnixTimeSeconds(),
                IEnumerable list and not string => new JArray(list),
                _ => new JValue(value),
            };
        }
    }
}
