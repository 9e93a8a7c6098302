using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The reporting webhooks, what waits to be posted to each, and how the newest posts ended.</summary>
internal sealed class ReportingWebhooks(Workspace workspace)
{
    private const int MaxAttempts = 1000;
    private readonly SortedDictionary<int, ReportingWebhook> _all = [];
    private readonly Queue<Attempt> _attempts = new();
    private HashSet<string> _wanted = [];
    private int _made;

    /// <summary>Raised, under the gate, for every webhook that begins to exist.</summary>
    public event Action<ReportingWebhook>? Added;

    /// <summary>Raised, under the gate, after every post.</summary>
    public event Action<Attempt>? Attempted;

    public IReadOnlyCollection<ReportingWebhook> All => _all.Values;

    /// <summary>The newest posts, oldest first.</summary>
    public IEnumerable<Attempt> Attempts => _attempts;

    /// <summary>How many posts there were.</summary>
    public long AttemptCount { get; private set; }

    /// <summary>Whether any webhook wants to be told of anything.</summary>
    public bool IsOn => _wanted.Count > 0;

    /// <summary>Whether any webhook wants to be told when people change what they want to get.</summary>
    public bool WantsPeople { get; private set; }

    public ReportingWebhook? Find(int id) => _all.GetValueOrDefault(id);

    /// <summary>Keeps a webhook as it is shown, under a new id unless it has one.</summary>
    public JObject Keep(JObject shown)
    {
        shown["id"] ??= ++_made;
        var id = (int)shown["id"]!;
        if (Find(id) is { } known)
        {
            known.Change(shown);
        }
        else
        {
            Add(new(id, shown));
        }
        Noted();
        return shown;
    }

    public void Delete(ReportingWebhook webhook)
    {
        _all.Remove(webhook.Id);
        webhook.End();
        Noted();
    }

    /// <summary>Lets every webhook that asked for it have a report.</summary>
    /// <param name="report">What to tell.</param>
    /// <param name="isAgain">Whether it is one more open or click, which only webhooks of full resolution get.</param>
    /// <param name="content">What webhooks with content get besides.</param>
    public void Post(Report report, bool isAgain = false, JObject? content = null)
    {
        if (!_wanted.Contains(report.Name))
        {
            return;
        }
        foreach (var webhook in _all.Values.Where(w => w.Wants(report.Name) && (!isAgain || w.Has("full_resolution"))))
        {
            var body = report.Body;
            if (content is not null && webhook.Has("with_content"))
            {
                body = (JObject)body.DeepClone();
                ((JObject)body["data"]!).Merge(content);
            }
            webhook.Queue(report with { Body = body });
        }
        workspace.Touch();
    }

    /// <summary>Notes how a post ended.</summary>
    public void Note(ReportingWebhook webhook, Report report, int tries, string outcome, bool isDelivered, TimeSpan? wait)
    {
        var attempt = new Attempt(++AttemptCount, workspace.Time.GetUtcNow(), webhook.Id, report, tries, outcome, isDelivered) { Wait = wait };
        _attempts.Enqueue(attempt);
        if (_attempts.Count > MaxAttempts)
        {
            _attempts.Dequeue();
        }
        workspace.Touch();
        Attempted?.Invoke(attempt);
    }

    /// <summary>Lets every webhook look again at what it waits for.</summary>
    public void Wake()
    {
        foreach (var webhook in _all.Values)
        {
            webhook.Wake();
        }
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("webhooksMade");
        writer.WriteValue(_made);
        writer.WritePropertyName("webhooks");
        new JArray(_all.Values.Select(w => new JObject(w.Shown) { ["waiting"] = new JArray(w.Waiting.Select(r => r.ToJson())) })).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        _made = (int)(Json.Whole(state["webhooksMade"]) ?? 0);
        foreach (var shown in (state["webhooks"] as JArray ?? []).OfType<JObject>())
        {
            var waiting = shown["waiting"] as JArray ?? [];
            shown.Remove("waiting");
            var webhook = new ReportingWebhook((int)shown["id"]!, shown);
            foreach (var report in waiting)
            {
                webhook.Queue(Report.FromJson(report));
            }
            Add(webhook);
        }
        Noted();
    }

    public void Clear()
    {
        foreach (var webhook in _all.Values)
        {
            webhook.End();
        }
        _all.Clear();
        _attempts.Clear();
        (_made, AttemptCount) = (0, 0);
        Noted();
    }

    private void Add(ReportingWebhook webhook)
    {
        _all[webhook.Id] = webhook;
        Added?.Invoke(webhook);
    }

    private void Noted()
    {
        _wanted = [.. _all.Values.SelectMany(w => w.Wanted)];
        WantsPeople = _wanted.Any(name => name.StartsWith("customer_", StringComparison.Ordinal));
        workspace.Touch();
    }
}
