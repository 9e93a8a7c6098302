using System.Net;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Where a hub listens, and under which names.</summary>
internal sealed record HubOptions
{
    /// <summary>Where to listen; port 0 for any free one.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>Further host names that it is reached by, such as a proxy's or a tunnel's. Default none.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether only this machine reaches it: a further name is that of a proxy or a tunnel, through which others come.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Address.Address) && Names.All(CallerCheck.IsLoopback);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
