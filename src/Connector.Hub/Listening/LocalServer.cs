using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>ASP.NET Core as our servers run it: HTTP/1.1, no settings from the environment, no signal handlers, no log on stdout, and patient with
/// nobody.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly LocalServerOptions _options;
    private readonly Connections _connections;
    private readonly WebApplication _app;

    public LocalServer(LocalServerOptions options)
    {
        (_options, _connections) = (options, new Connections(options.MaxConnections));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Limit);
        builder.Services.AddRoutingCore().AddCors().AddSingleton(options.Logs).AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton<DistributedContextPropagator>(new RequestSpans.Continuation());
        options.Services(builder.Services);
        _app = builder.Build();
        _app.Use(RequestSpans.NameAsync);
        _app.Use(
            (context, next) =>
            {
                context.Request.Path = new PathString(Plain(context.Request.Path.Value!));
                return next(context);
            }
        );
        _app.UseStatusCodePages(page => options.RefuseAsync(page.HttpContext, page.HttpContext.Response.StatusCode, null));
        _app.UseRouting();
        if (options.BodyRateOf is { } rateOf)
        {
            _app.Use(
                (context, next) =>
                {
                    context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = rateOf(context) ?? options.MinBodyRate;
                    return next(context);
                }
            );
        }

        _app.Use((context, next) => options.Refusal(context) is { } reason ? options.RefuseAsync(context, 403, reason) : next(context));
        _app.UseCors();
    }

    /// <summary>Takes what is to be answered, before the start.</summary>
    public IEndpointRouteBuilder Endpoints => _app;

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Url => _app.Urls.Single().TrimEnd('/');

    /// <summary>A path whose slashes too many are taken out: they make no other place of it.</summary>
    public static string Plain(string path) =>
        path.EndsWith('/') || path.Contains("//", StringComparison.Ordinal)
            ? "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            : path;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the address cannot be had.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        try
        {
            await _app.StartAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{_options.Address} cannot be listened on: {e.GetBaseException().Message}. Stop what uses it, choose another --port, or 0 for any free one.",
                inner: e
            );
        }
    }

    /// <summary>Takes no more requests and lets those under way finish, until <paramref name="ct"/> ends them.</summary>
    public Task StopAsync(CancellationToken ct) => _app.StopAsync(ct);

    /// <summary>Keeps a request's connection from being closed for another one's sake, until disposed of.</summary>
    public IDisposable Work(HttpContext context) => _connections.Work(context.Connection.Id);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = name => _options.CheckedHeaders.Contains(name) ? Encoding.Latin1 : null;
        kestrel.Limits.MaxRequestBodySize = null; // Counted by whoever reads it: Kestrel would cut a client off before it could read why.
        kestrel.Limits.RequestHeadersTimeout = _options.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = _options.KeepAliveTimeout;
        kestrel.Limits.MinRequestBodyDataRate = _options.MinBodyRate;
        // What is being closed still counts, and on a machine that is busy it is many.
        kestrel.Limits.MaxConcurrentConnections = _options.MaxConnections + Math.Max(_options.MaxConnections / 4, 100);
        kestrel.Listen(
            _options.Address,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => _connections.WatchAsync(connection, next));
            }
        );
    }

    /// <summary>Whoever started the server ends it; it hears no signal itself.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
