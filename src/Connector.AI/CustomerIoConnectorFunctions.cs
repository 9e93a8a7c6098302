using CustomerIo.Connector.Manifest;
using Microsoft.Extensions.AI;

namespace CustomerIo.Connector.AI;

/// <summary>The actions as functions of Microsoft.Extensions.AI.</summary>
public static class CustomerIoConnectorFunctions
{
    /// <summary>Makes a function of each action, for agents written in .NET.</summary>
    /// <param name="connector">What runs the actions; the caller disposes it, after the functions' last use.</param>
    /// <param name="connection">The workspace. Actions whose key it lacks are left out.</param>
    /// <param name="groups">Categories of the manifest, such as <c>people</c> and <c>events</c>, in any case of letters. Default null: all.</param>
    /// <param name="readOnly">Whether only actions that change nothing are offered. Default false.</param>
    /// <param name="approval">Whether actions that delete or send, or whose effect nobody can know, are <see cref="ApprovalRequiredAIFunction"/>s.
    /// Default true.</param>
    /// <returns>The functions, in the order of the manifest; each answers with the run's result or its failure, as JSON.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such group.</exception>
    public static IReadOnlyList<AIFunction> AsAIFunctions(
        this CustomerIoConnector connector,
        Connection connection,
        IEnumerable<string>? groups = null,
        bool readOnly = false,
        bool approval = true
    )
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(connection);
        var wanted = groups?.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var known = connector.Catalogue.All.Select(a => a.Category).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (wanted?.FirstOrDefault(g => !known.Contains(g)) is { } unknown)
        {
            var all = string.Join(", ", known.Select(c => c.ToLowerInvariant()).Order(StringComparer.Ordinal));
            throw new ConnectorException(FailureKind.Input, $"There is no group \"{unknown}\" of actions. There are {all}.");
        }

        return
        [
            .. connector
                .Catalogue.All.Where(a => wanted?.Contains(a.Category) != false && (!readOnly || a.IsReadOnly) && HasKey(a, connection))
                .Select(a =>
                    (AIFunction)new ActionFunction(connector, a, connection) is var function && approval && a.IsDestructive
                        ? new ApprovalRequiredAIFunction(function)
                        : function
                ),
        ];
    }

    private static bool HasKey(ActionManifest action, Connection connection) =>
        action.Credentials.Count == 0
        || action.Credentials.Any(c =>
            c switch
            {
                "track" => connection.ApiKey,
                "app" => connection.AppApiKey,
                _ => connection.PipelinesApiKey,
            }
                is not null
        );
}
