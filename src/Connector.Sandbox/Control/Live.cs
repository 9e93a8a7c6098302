using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Tells the open pages what changed, gathered into a few messages a second however much arrives.</summary>
internal sealed class Live
{
    private const int Most = 100;
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_stillHere = TimeSpan.FromSeconds(15);
    private readonly SandboxCore _core;
    private readonly Lock _gate = new();
    private readonly Queue<(string Who, Event Event)> _newestEvents = new();
    private readonly List<Watcher> _watchers = [];

    public Live(SandboxCore core)
    {
        this._core = core;
        core.Workspace.PersonChanged += person => Tell(w => w.People.Add(person));
        core.Workspace.Events.Happened += Event;
        core.Workspace.Webhooks.Attempted += _ => Tell(w => w.Posted = true);
    }

    public void Request(RecordedRequest request) => Tell(w => w.Requests.Add(request));

    public void Reset()
    {
        lock (_gate)
        {
            _newestEvents.Clear();
        }
        Tell(w => w.StartOver = true);
    }

    /// <summary>Server-sent events: everything there is, then what is new; each message is one JSON object.</summary>
    public SandboxResponse Stream() => new(200, [], "text/event-stream; charset=utf-8") { Stream = WriteAsync };

    private async Task WriteAsync(HttpContext context)
    {
        using var watcher = new Watcher();
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
                var message = Message(watcher);
                await context.Response.WriteAsync(message is null ? ":\n\n" : $"data: {message.ToString(Newtonsoft.Json.Formatting.None)}\n\n", ended.Token);
                await context.Response.Body.FlushAsync(ended.Token);
                if (await watcher.News.WaitAsync(s_stillHere, ended.Token))
                {
                    await Task.Delay(s_gather, _core.Options.Time, ended.Token);
                }
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

    private JObject? Message(Watcher watcher)
    {
        lock (_core.Workspace.Gate)
        {
            lock (_gate)
            {
                while (watcher.News.Wait(0)) { }
                var message = watcher.StartOver ? Everything() : News(watcher);
                watcher.Forget();
                return message;
            }
        }
    }

    private JObject Everything()
    {
        var people = _core.Workspace.People.All.Reverse().OrderByDescending(p => p.Updated).Take(Most).Reverse();
        var message = Update(_core.Recorder.Snapshot().Where(r => r.Status > 0).TakeLast(Most), people, _newestEvents);
        message["all"] = true;
        message["region"] = _core.Options.Region;
        return message;
    }

    private JObject? News(Watcher watcher) =>
        watcher.IsEmpty ? null : Update(watcher.Requests.TakeLast(Most), watcher.People.TakeLast(Most), watcher.Events.TakeLast(Most));

    private JObject Update(IEnumerable<RecordedRequest> requests, IEnumerable<Person> people, IEnumerable<(string Who, Event Event)> events) =>
        new()
        {
            ["totals"] = new JObject
            {
                ["people"] = _core.Workspace.People.All.Count,
                ["events"] = _core.Workspace.Events.Count,
                ["requests"] = _core.Recorder.Total,
                ["dropped"] = _core.Workspace.Activities.DroppedCount,
                ["webhooks"] = _core.Workspace.Webhooks.AttemptCount,
            },
            ["people"] = new JArray(people.Select(Summary)),
            ["events"] = new JArray(events.Select(e => new JObject(e.Event.ToJson()) { ["who"] = e.Who })),
            ["requests"] = new JArray(requests.Select(r => r.ToJson(brief: true))),
            ["dropped"] = new JArray(_core.Workspace.Activities.Dropped.TakeLast(Most).Select(a => a.ToJson())),
            ["webhooks"] = new JArray(_core.Workspace.Webhooks.Attempts.TakeLast(Most).Select(a => a.ToJson())),
        };

    private JObject Summary(Person person)
    {
        var summary = person.Summary();
        summary["updated"] = person.Updated;
        if (_core.Workspace.People.Find(new(IdKind.CioId, person.CioId)) is null)
        {
            summary["deleted"] = true;
        }
        return summary;
    }

    private void Event(string who, Event happened)
    {
        lock (_gate)
        {
            _newestEvents.Enqueue((who, happened));
            if (_newestEvents.Count > Most)
            {
                _newestEvents.Dequeue();
            }
        }
        Tell(w => w.Events.Add((who, happened)));
    }

    private void Tell(Action<Watcher> add)
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers)
            {
                add(watcher);
                watcher.Trim();
                watcher.News.Release();
            }
        }
    }

    /// <summary>What one open page has not been told yet; bounded, since only the newest are shown.</summary>
    private sealed class Watcher : IDisposable
    {
        public SemaphoreSlim News { get; } = new(0);

        public bool StartOver { get; set; } = true;

        public List<RecordedRequest> Requests { get; } = [];

        public List<Person> People { get; } = [];

        public List<(string Who, Event Event)> Events { get; } = [];

        /// <summary>Whether something was posted to a webhook; which, is told anew each time.</summary>
        public bool Posted { get; set; }

        public bool IsEmpty => Requests.Count + People.Count + Events.Count == 0 && !Posted;

        public void Trim()
        {
            if (Requests.Count > 2 * Most)
            {
                Requests.RemoveRange(0, Most);
            }
            if (People.Count > 2 * Most)
            {
                People.RemoveRange(0, Most);
            }
            if (Events.Count > 2 * Most)
            {
                Events.RemoveRange(0, Most);
            }
        }

        public void Forget()
        {
            (StartOver, Posted) = (false, false);
            Requests.Clear();
            People.Clear();
            Events.Clear();
        }

        public void Dispose() => News.Dispose();
    }
}
