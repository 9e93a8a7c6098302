using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A live notification on somebody's device, and the last thing that was asked of it.</summary>
internal sealed record LiveNotification(string InstanceId, string Type, string Platform, bool Reaches, long Started, long Expires)
{
    public long? Ended { get; set; }

    /// <summary>Fields that change; each update replaces all of them.</summary>
    public JObject State { get; set; } = [];

    public string Operation { get; set; } = "start";

    public string DeliveryId { get; set; } = "";

    public long Touched { get; set; }
}

/// <summary>The live notifications; kept in memory only.</summary>
internal sealed class LiveNotifications(Workspace workspace)
{
    private readonly Dictionary<string, LiveNotification> _all = new(StringComparer.OrdinalIgnoreCase);
    private ulong _made;

    public LiveNotification? Find(string instanceId) => _all.GetValueOrDefault(instanceId);

    public LiveNotification Start(string type, string platform, bool reaches, long expires, JObject state)
    {
        var made = new LiveNotification(NewId(), type, platform, reaches, workspace.Now, expires);
        _all[made.InstanceId] = made;
        Touch(made, "start", state);
        return made;
    }

    /// <summary>Notes an operation; <c>end</c> is the last that counts.</summary>
    public void Touch(LiveNotification notification, string operation, JObject? state)
    {
        (notification.Operation, notification.DeliveryId, notification.Touched) = (operation, NewId(), workspace.Now);
        notification.State = state ?? notification.State;
        if (operation == "end")
        {
            notification.Ended ??= workspace.Now;
        }
    }

    public void Clear() => _all.Clear();

    private string NewId() => Ulid.New(workspace.Time.GetUtcNow(), ++_made);
}
