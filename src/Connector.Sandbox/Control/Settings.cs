using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What can be switched while the sandbox runs.</summary>
internal sealed class Settings(SandboxOptions options)
{
    /// <summary>Whether requests over the rates are answered 429.</summary>
    public bool RateLimits { get; private set; } = options.RateLimits;

    /// <summary>Track requests per second.</summary>
    public int TrackRate { get; private set; } = 1000;

    /// <summary>App API requests per second, sends apart.</summary>
    public int AppRate { get; private set; } = 10;

    /// <summary>Transactional messages per second.</summary>
    public int SendRate { get; private set; } = 100;

    /// <summary>How long triggered broadcasts and exports stay pending; 0 finishes them at once.</summary>
    public int ProcessingDelayMs { get; private set; }

    /// <summary>How long writes stay invisible; 0 applies them at once.</summary>
    public int ConsistencyDelayMs { get; private set; }

    /// <summary>The workspace setting that lets an identify by id change the e-mail address.</summary>
    public bool UpdateEmailWithId { get; private set; }

    /// <summary>Whether a body id unlike the path id is answered 400, as some workspaces did, in place of 200.</summary>
    public bool RefuseOtherId { get; private set; }

    /// <summary>The workspace setting that joins anonymous events to a person.</summary>
    public bool EventMerging { get; private set; } = true;

    /// <summary>The key that reports to webhooks are signed with.</summary>
    public string WebhookSigningKey { get; private set; } = options.WebhookSigningKey;

    /// <summary>How many times faster than at the vendor's the waits between tries of a webhook pass.</summary>
    public int WebhookSpeed { get; private set; } = options.WebhookSpeed;

    public JObject ToJson() =>
        new()
        {
            ["rateLimits"] = RateLimits,
            ["trackRate"] = TrackRate,
            ["appRate"] = AppRate,
            ["sendRate"] = SendRate,
            ["processingDelayMs"] = ProcessingDelayMs,
            ["consistencyDelayMs"] = ConsistencyDelayMs,
            ["updateEmailWithId"] = UpdateEmailWithId,
            ["refuseOtherId"] = RefuseOtherId,
            ["eventMerging"] = EventMerging,
            ["webhookSigningKey"] = WebhookSigningKey,
            ["webhookSpeed"] = WebhookSpeed,
        };

    /// <summary>Takes over the settings that are given and returns what is wrong; on any problem nothing changes.</summary>
    public List<string> Change(JObject wanted)
    {
        var problems = new List<string>();
        var changes = new List<Action>();
        foreach (var (name, value) in wanted)
        {
            switch (name)
            {
                case "rateLimits":
                    Flag(name, value, v => RateLimits = v);
                    break;
                case "trackRate":
                    Number(name, value, 1, v => TrackRate = v);
                    break;
                case "appRate":
                    Number(name, value, 1, v => AppRate = v);
                    break;
                case "sendRate":
                    Number(name, value, 1, v => SendRate = v);
                    break;
                case "processingDelayMs":
                    Number(name, value, 0, v => ProcessingDelayMs = v);
                    break;
                case "consistencyDelayMs":
                    Number(name, value, 0, v => ConsistencyDelayMs = v);
                    break;
                case "updateEmailWithId":
                    Flag(name, value, v => UpdateEmailWithId = v);
                    break;
                case "refuseOtherId":
                    Flag(name, value, v => RefuseOtherId = v);
                    break;
                case "eventMerging":
                    Flag(name, value, v => EventMerging = v);
                    break;
                case "webhookSigningKey":
                    Text(name, value, v => WebhookSigningKey = v);
                    break;
                case "webhookSpeed":
                    Number(name, value, 1, v => WebhookSpeed = v);
                    break;
                default:
                    problems.Add($"there is no setting '{name}'; there are {string.Join(", ", ToJson().Properties().Select(p => p.Name))}");
                    break;
            }
        }
        if (problems.Count == 0)
        {
            changes.ForEach(change => change());
        }
        return problems;

        void Flag(string name, JToken? value, Action<bool> set)
        {
            if (value is JValue { Value: bool flag })
            {
                changes.Add(() => set(flag));
                return;
            }
            problems.Add($"{name} must be true or false");
        }

        void Text(string name, JToken? value, Action<string> set)
        {
            if (value is JValue { Value: string { Length: > 0 } text })
            {
                changes.Add(() => set(text));
                return;
            }
            problems.Add($"{name} must be a text that is not empty");
        }

        void Number(string name, JToken? value, int least, Action<int> set)
        {
            if (value is JValue { Value: long number } && number >= least && number <= int.MaxValue)
            {
                changes.Add(() => set((int)number));
                return;
            }
            problems.Add($"{name} must be a whole number from {least}");
        }
    }
}
