using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Everything a workspace holds; all use of it happens under <see cref="Gate"/>.</summary>
internal sealed class Workspace
{
    private readonly Queue<(DateTimeOffset Due, Action Write)> _pending = new();

    public Workspace(TimeProvider time, Settings settings)
    {
        (Time, Settings) = (time, settings);
        Activities = new(time);
        People = new(this);
        Events = new(this);
        Devices = new(this);
        Segments = new(this);
        Objects = new(this);
        Deliveries = new(this);
        Senders = new(this);
        Newsletters = new(this);
        Triggers = new(this);
        Exports = new(this);
        Imports = new(this);
        Collections = new(this);
        Snippets = new(this);
        Library = new(this);
        Suppressions = new(this);
        OptOuts = new(this);
        LiveNotifications = new(this);
        Webhooks = new(this);
        Reports = new(this);
    }

    /// <summary>Raised after every change of anything.</summary>
    public event Action? Touched;

    public Lock Gate { get; } = new();

    public TimeProvider Time { get; }

    public Settings Settings { get; }

    public Activities Activities { get; }

    public People People { get; }

    public Events Events { get; }

    public Devices Devices { get; }

    public Segments Segments { get; }

    public Objects Objects { get; }

    public Deliveries Deliveries { get; }

    public Senders Senders { get; }

    public Newsletters Newsletters { get; }

    public Triggers Triggers { get; }

    public Exports Exports { get; }

    public Imports Imports { get; }

    public Collections Collections { get; }

    public Snippets Snippets { get; }

    public Library Library { get; }

    public Suppressions Suppressions { get; }

    public OptOuts OptOuts { get; }

    public LiveNotifications LiveNotifications { get; }

    public ReportingWebhooks Webhooks { get; }

    public Reports Reports { get; }

    /// <summary>Unix seconds.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Does a write now or, with a consistency delay set, when that has passed.</summary>
    public void Write(Action write)
    {
        if (Settings.ConsistencyDelayMs == 0 && _pending.Count == 0)
        {
            write();
            return;
        }
        _pending.Enqueue((Time.GetUtcNow().AddMilliseconds(Settings.ConsistencyDelayMs), write));
    }

    /// <summary>Does the writes whose delay has passed, and sends the newsletters whose time has come.</summary>
    public void CatchUp()
    {
        while (_pending.TryPeek(out var next) && next.Due <= Time.GetUtcNow())
        {
            _pending.Dequeue().Write();
        }
        Newsletters.CatchUp();
    }

    /// <summary>How many changes there have been; tells whether state must be saved.</summary>
    public long Version { get; private set; }

    /// <summary>Notes a change of anything.</summary>
    public void Touch()
    {
        Version++;
        Touched?.Invoke();
    }

    /// <summary>Writes everything but the activity log as one JSON object.</summary>
    public void Save(JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("version");
        writer.WriteValue(1);
        People.Save(writer);
        Events.Save(writer);
        Segments.Save(writer);
        Objects.Save(writer);
        Deliveries.Save(writer);
        Senders.Save(writer);
        Triggers.Save(writer);
        Webhooks.Save(writer);
        Collections.Save(writer);
        Snippets.Save(writer);
        Library.Save(writer);
        Suppressions.Save(writer);
        OptOuts.Save(writer);
        writer.WriteEndObject();
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public void Load(JObject state)
    {
        if (Json.Whole(state["version"]) != 1)
        {
            throw new FormatException("its version is not 1");
        }
        People.Load(state);
        Events.Load(state);
        Segments.Load(state);
        Objects.Load(state);
        Deliveries.Load(state);
        Senders.Load(state);
        Triggers.Load(state);
        Webhooks.Load(state);
        Collections.Load(state);
        Snippets.Load(state);
        Library.Load(state);
        Suppressions.Load(state);
        OptOuts.Load(state);
        Newsletters.CatchUp();
    }

    public void Clear()
    {
        Touch();
        _pending.Clear();
        Activities.Clear();
        People.Clear();
        Events.Clear();
        Devices.Clear();
        Segments.Clear();
        Objects.Clear();
        Deliveries.Clear();
        Senders.Clear();
        Triggers.Clear();
        Webhooks.Clear();
        Exports.Clear();
        Imports.Clear();
        Collections.Clear();
        Snippets.Clear();
        Library.Clear();
        Suppressions.Clear();
        OptOuts.Clear();
        LiveNotifications.Clear();
    }
}
