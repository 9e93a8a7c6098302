using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>One request that arrived at the sink.</summary>
public sealed record Arrival(string Method, string Path, string Authorization, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>User name and password of the Basic header.</summary>
    public string Credentials => Encoding.UTF8.GetString(Convert.FromBase64String(Authorization["Basic ".Length..]));
}

/// <summary>An HTTP server on a free port that answers everything with <c>{}</c> and remembers it, unless a test says otherwise.</summary>
public sealed class Sink : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Sink(WebApplication app)
    {
        _app = app;
    }

    public ConcurrentQueue<Arrival> Arrivals { get; } = new();

    public Func<HttpContext, Arrival, Task> Answer { get; set; } = Empty;

    public string Url => _app.Urls.First();

    public static async Task<Sink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        var sink = new Sink(builder.Build());
        sink._app.Run(sink.HandleAsync);
        await sink._app.StartAsync();
        return sink;
    }

    /// <summary>Forgets what arrived and what a test had it answer.</summary>
    public void Reset()
    {
        Arrivals.Clear();
        Answer = Empty;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static Task Empty(HttpContext context, Arrival arrival) => context.Response.WriteAsync("{}\n");

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var arrival = new Arrival(context.Request.Method, context.Request.Path, context.Request.Headers.Authorization.ToString(), body.ToArray());
        Arrivals.Enqueue(arrival);
        context.Response.ContentType = "application/json";
        await Answer(context, arrival);
    }
}
