using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.Reporting;

/// <summary>One post that a webhook received.</summary>
internal sealed record Posted(string Path, string? Signature, string? Timestamp, string? ContentType, string Body)
{
    public JObject Json { get; } = SandboxFixture.Parse(Body);

    public string Name => $"{Json["object_type"]} {Json["metric"]}";

    public string EventId => (string)Json["event_id"]!;

    /// <summary>Whether the signature is that of the raw body under a key.</summary>
    public bool IsSignedWith(string key) =>
        Signature
        == Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"v0:{Timestamp}:{Body}")))
        );
}

/// <summary>A receiver of webhooks on a free port of this machine, which answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly List<Posted> _posts = [];
    private readonly Signal _received = new();
    private int _open;

    private Receiver(WebApplication app) => this._app = app;

    public string Url => _app.Urls.Single() + "/hook";

    public IReadOnlyList<Posted> Posts
    {
        get
        {
            lock (_gate)
            {
                return [.. _posts];
            }
        }
    }

    /// <summary>The most posts that were ever open at once.</summary>
    public int MaxOpen { get; private set; }

    /// <summary>The status for the n-th post, from 1; after some time if it likes.</summary>
    public Func<int, HttpContext, Task<int>> Answer { get; set; } = (_, _) => Task.FromResult(200);

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>What was received, once it is so much.</summary>
    public async Task<IReadOnlyList<Posted>> When(int count)
    {
        await _received.When(count);
        return Posts;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers;
        var text = await reader.ReadToEndAsync();
        var post = new Posted(context.Request.Path, headers["X-CIO-Signature"], headers["X-CIO-Timestamp"], context.Request.ContentType, text);
        int number;
        lock (_gate)
        {
            MaxOpen = Math.Max(MaxOpen, ++_open);
            _posts.Add(post);
            number = _posts.Count;
        }
        _received.Raise(number);
        var status = await Answer(number, context);
        lock (_gate)
        {
            _open--;
        }
        context.Response.StatusCode = status;
    }
}
