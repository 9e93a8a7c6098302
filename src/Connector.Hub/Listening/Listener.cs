using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Kestrel as our servers run it: HTTP/1.1, no settings from the environment, no signal handlers, no log on stdout, and patient with nobody.</summary>
internal sealed class Listener : IDisposable
{
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(20);
    private readonly KestrelServer _kestrel;
    private readonly Connections _connections;

    /// <param name="address">Where to listen; port 0 for any free one.</param>
    /// <param name="headers">How long a request's headers may take to arrive.</param>
    /// <param name="body">The slowest that a body may arrive; null when the application sees to it.</param>
    /// <param name="most">How many connections may be open.</param>
    /// <param name="logs">Takes Kestrel's own log.</param>
    /// <param name="keepAlive">How long a connection without a request is kept when nobody needs its place. Default 20 s.</param>
    public Listener(IPEndPoint address, TimeSpan headers, MinDataRate? body, int most, ILoggerFactory logs, TimeSpan? keepAlive = null)
    {
        _connections = new(most);
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null; // Counted by the application: Kestrel would cut a client off before it could read why.
        options.Limits.RequestHeadersTimeout = headers;
        options.Limits.KeepAliveTimeout = keepAlive ?? s_keepAlive;
        options.Limits.MinRequestBodyDataRate = body;
        options.Limits.MaxConcurrentConnections = most + (most / 4); // What is being closed still counts.
        options.Listen(
            address,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => _connections.WatchAsync(connection, next));
            }
        );
        _kestrel = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs), logs);
    }

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Url => _kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.Single().TrimEnd('/');

    public Task StartAsync(IHttpApplication<HttpContext> application, CancellationToken ct) => _kestrel.StartAsync(application, ct);

    public Task StopAsync(CancellationToken ct) => _kestrel.StopAsync(ct);

    /// <summary>Keeps a request's connection from being closed for another one's sake, until disposed of.</summary>
    public IDisposable Work(HttpContext context) => _connections.Work(context.Connection.Id);

    public void Dispose() => _kestrel.Dispose();
}
