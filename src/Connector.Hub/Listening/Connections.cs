using Microsoft.AspNetCore.Connections;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>The open connections of a server: when there are too many, the one that has been waiting for its client longest is closed.</summary>
/// <param name="most">How many may be open.</param>
internal sealed class Connections(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<ConnectionContext>> _open = new(StringComparer.Ordinal);
    private readonly LinkedList<ConnectionContext> _idle = [];

    /// <summary>Watches a connection from its start to its end.</summary>
    public async Task WatchAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var node = new LinkedListNode<ConnectionContext>(connection);
        ConnectionContext? oldest = null;
        lock (_gate)
        {
            _open.Add(connection.ConnectionId, node);
            if (_open.Count > most && _idle.First is { } first)
            {
                oldest = first.Value;
                _open.Remove(oldest.ConnectionId);
                _idle.Remove(first);
            }

            _idle.AddLast(node);
        }

        oldest?.Abort(new ConnectionAbortedException("Another connection needs the place."));
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(connection.ConnectionId);
                node.List?.Remove(node);
            }
        }
    }

    /// <summary>Marks a connection as at work: its request is here wholly, and its answer is not its client's to hurry.</summary>
    /// <param name="connection">The connection's id.</param>
    /// <returns>Ends the work when disposed of.</returns>
    public IDisposable Work(string connection)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(connection, out var node))
            {
                node.List?.Remove(node);
            }
        }

        return new AtWork(this, connection);
    }

    private void Rest(string connection)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(connection, out var node) && node.List is null)
            {
                _idle.AddLast(node);
            }
        }
    }

    private sealed class AtWork(Connections connections, string connection) : IDisposable
    {
        public void Dispose() => connections.Rest(connection);
    }
}
