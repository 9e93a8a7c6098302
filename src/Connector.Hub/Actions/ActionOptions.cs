using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Hub.Actions;

/// <summary>For which workspace actions are run, and what they may do on this machine.</summary>
internal sealed record ActionOptions
{
    /// <summary>The workspace of callers who have no other.</summary>
    public required Connection Connection { get; init; }

    /// <summary>Connections that callers may have instead. Default null: none.</summary>
    public HubConnections? Kept { get; init; }

    /// <summary>Region of the workspace; null for the connection's. Those that are kept have their own.</summary>
    public Region? Region { get; init; }

    /// <summary>The folder below which actions may write files. Default null: nowhere.</summary>
    public string? Files { get; init; }

    /// <summary>The folder where what was received is kept. Default null: the user's own.</summary>
    public string? Data { get; init; }

    /// <summary>The database where what was received is kept for several machines. Default null: in <see cref="Data"/>.</summary>
    public Database? Shared { get; init; }

    /// <summary>Lets callers in. Default: everybody on this machine.</summary>
    public Gatekeeper Gate { get; init; } = new(null, isLocal: true);

    /// <summary>Whether agents have the user asked before a tool destroys or sends. Default false.</summary>
    public bool Confirm { get; init; }

    /// <summary>Receives who ran which action and how it ended, one line each, without data.</summary>
    public Action<string> Audit { get; init; } = _ => { };

    /// <summary>Receives sentences for people, one line each.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Runs an action. Default null: the connector does.</summary>
    public RunAction? Run { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
