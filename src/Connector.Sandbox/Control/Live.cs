using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Tells the open pages that something changed and how much there is, a few times a second however much arrives.</summary>
internal sealed class Live
{
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_stillHere = TimeSpan.FromSeconds(15);
    private readonly SandboxCore _core;
    private readonly Lock _gate = new();
    private readonly List<SemaphoreSlim> _watchers = [];

    public Live(SandboxCore core)
    {
        this._core = core;
        core.Workspace.Touched += Tell;
    }

    /// <summary>Wakes every open page.</summary>
    public void Tell()
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers.Where(w => w.CurrentCount == 0))
            {
                watcher.Release();
            }
        }
    }

    /// <summary>Server-sent events: how much there is, now and after each change; each message is one JSON object.</summary>
    public SandboxResponse Stream() => new(200, [], "text/event-stream; charset=utf-8") { Stream = WriteAsync };

    private async Task WriteAsync(HttpContext context)
    {
        using var watcher = new SemaphoreSlim(1);
        lock (_gate)
        {
            _watchers.Add(watcher);
        }
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _core.Closing.Token);
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            while (true)
            {
                var isNews = await watcher.WaitAsync(s_stillHere, ended.Token);
                await context.Response.WriteAsync(isNews ? $"data: {Totals().ToString(Newtonsoft.Json.Formatting.None)}\n\n" : ":\n\n", ended.Token);
                await context.Response.Body.FlushAsync(ended.Token);
                await Task.Delay(s_gather, _core.Options.Time, ended.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The page was closed, or the sandbox is.
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    private JObject Totals()
    {
        var workspace = _core.Workspace;
        lock (workspace.Gate)
        {
            return new()
            {
                ["region"] = _core.Options.Region,
                ["totals"] = new JObject
                {
                    ["people"] = workspace.People.All.Count,
                    ["events"] = workspace.Events.Count,
                    ["messages"] = workspace.Deliveries.All.Count,
                    ["segments"] = workspace.Segments.All.Count,
                    ["objects"] = workspace.Objects.All.Count,
                    ["requests"] = _core.Recorder.Total,
                    ["webhooks"] = workspace.Webhooks.AttemptCount,
                    ["dropped"] = workspace.Activities.DroppedCount,
                },
            };
        }
    }
}
