using System.Text;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>The rules by which events become requests, as data; no other file knows which profile it works for.</summary>
internal sealed record Profile(string Name, TrackApiDialect Wire)
{
    private static readonly string[][] s_userId =
    [
        ["userId"],
    ];
    private static readonly string[][] s_email =
    [
        ["traits", "email"],
        ["context", "traits", "email"],
        ["properties", "email"],
    ];
    private static readonly HashSet<string> s_registering = ["Application Installed", "Application Opened", "Device Created or Updated"];
    private static readonly HashSet<string> s_removing = ["Application Uninstalled", "Device Deleted"];

    /// <summary>The vendor's published contract; the default.</summary>
    public static Profile Connector { get; } = new("connector", new TrackV2(anonymousByV1: true));

    /// <summary>What Segment's actions destination sends.</summary>
    public static Profile Segment { get; } =
        new("segment", new TrackV2(anonymousByV1: false))
        {
            ConvertTimestamps = true,
            ReservedEvents = true,
            AnonymousIdAmongData = true,
            AnonymousIdentify = true,
            ContextTraits = false,
            EventTime =
            [
                ["timestamp"],
            ],
            AnonymousName = Trimmed,
            KnownName = AsItIs,
            ScreenName = m => m.Text("name") ?? m.Text("properties", "name") ?? "Viewed Undefined Screen",
            PageName = m => m.Text("properties", "url") ?? m.Text("name"),
            GroupAttributes = m => m.Traits["objectAttributes"] as JObject ?? [],
            CreatedAt = Loose,
            Time = Loose,
        };

    /// <summary>What RudderStack's cloud destination sends.</summary>
    public static Profile RudderStack { get; } =
        new("rudderstack", new TrackV1())
        {
            CreatedAtNow = true,
            AnonymousIdentify = true,
            UserId =
            [
                ["userId"],
                ["traits", "userId"],
                ["traits", "id"],
                ["context", "traits", "userId"],
                ["context", "traits", "id"],
            ],
            Email = [.. s_email, ["context", "externalId", SourceEvent.FirstItem, "id"]],
            EmailKind = "auto",
            AnonymousName = Trimmed,
            KnownName = AsItIs,
            NamelessPage = true,
            PageName = m => m.Text("name") ?? m.Text("properties", "url"),
            ScreenKind = "event",
            ScreenName = m => $"Viewed {m.Text("event") ?? m.Text("name") ?? m.Text("properties", "name") ?? "undefined"} Screen",
            AnonymousScreenName = m =>
                $"Viewed {Cut(m.Text("event") ?? m.Text("name") ?? m.Text("properties", "name") ?? "", MaxNameLength - "Viewed  Screen".Length)} Screen",
            Registering = ["Application Installed", "Application Opened"],
            Removing = ["Application Uninstalled", "Application Unistalled"],
            GroupActions = true,
            UserProperties = true,
            CreatedAt = LooseOrNone,
            Time = LooseOrNone,
        };

    public static IReadOnlyList<Profile> All { get; } = [Connector, Segment, RudderStack];

    /// <summary>Customer.io's limit for names of events, in bytes.</summary>
    public const int MaxNameLength = 100;

    public bool CreatedAtNow { get; private init; }

    public bool ConvertTimestamps { get; private init; }

    /// <summary>Whether every call carries the anonymous id among its data, or identify alone.</summary>
    public bool AnonymousIdAmongData { get; private init; }

    /// <summary>Whether somebody with an anonymous id only can be identified.</summary>
    public bool AnonymousIdentify { get; private init; }

    /// <summary>Whether track calls with reserved names delete, suppress or relate instead of being recorded.</summary>
    public bool ReservedEvents { get; private init; }

    /// <summary>Whether traits of the context stand in for missing traits.</summary>
    public bool ContextTraits { get; private init; } = true;

    /// <summary>Whether a page of a known person may go without a name.</summary>
    public bool NamelessPage { get; private init; }

    /// <summary>Whether a group call may name the operation in an <c>action</c>.</summary>
    public bool GroupActions { get; private init; }

    /// <summary>Whether an identify's <c>user_properties</c> are attributes too, and win over the traits.</summary>
    public bool UserProperties { get; private init; }

    /// <summary>Where a user id may stand, the first wins.</summary>
    public string[][] UserId { get; private init; } = s_userId;

    /// <summary>Where an e-mail address may stand in for a user id.</summary>
    public string[][] Email { get; private init; } = s_email;

    /// <summary>What <see cref="Email"/> is taken for: an e-mail address, or whatever it looks like.</summary>
    public string EmailKind { get; private init; } = "email";

    /// <summary>Where the time of an event may stand, the first wins.</summary>
    public string[][] EventTime { get; private init; } =
    [
        ["timestamp"],
        ["originalTimestamp"],
    ];

    public HashSet<string> Registering { get; private init; } = s_registering;

    public HashSet<string> Removing { get; private init; } = s_removing;

    /// <summary>What becomes of an event's name, for somebody unknown and somebody known.</summary>
    public Func<SourceEvent, string, string> AnonymousName { get; private init; } = Checked;

    public Func<SourceEvent, string, string> KnownName { get; private init; } = Checked;

    public Func<SourceEvent, string?> PageName { get; private init; } = m => m.Text("properties", "url") ?? m.Text("context", "page", "url") ?? m.Text("name");

    /// <summary>What a screen view is recorded as.</summary>
    public string ScreenKind { get; private init; } = "screen";

    public Func<SourceEvent, string?> ScreenName { get; private init; } = m => m.Text("name") ?? m.Text("properties", "name");

    public Func<SourceEvent, string?>? AnonymousScreenName { get; private init; }

    /// <summary>The attributes of a group's object; null for all traits but those that say what the object is.</summary>
    public Func<SourceEvent, JObject>? GroupAttributes { get; private init; }

    /// <summary>How the time is sent at which somebody or something was created; the rest of an event's times are another matter.</summary>
    public Func<SourceEvent, JToken, string, object?> CreatedAt { get; private init; } = Gated;

    /// <summary>How a time is sent: the message, the value, its JSON Pointer.</summary>
    public Func<SourceEvent, JToken, string, object?> Time { get; private init; } = Strict;

    public static Profile Find(string name) =>
        All.FirstOrDefault(p => p.Name == name) ?? throw ConnectorException.Input("/profile", $"must be one of {string.Join(", ", All.Select(p => p.Name))}.");

    private static string AsItIs(SourceEvent message, string name) => name;

    private static string Checked(SourceEvent message, string name) =>
        Encoding.UTF8.GetByteCount(name) is var bytes && bytes > MaxNameLength
            ? throw ConnectorException.Input(
                "/" + (message.Text("event") is null ? "name" : "event"),
                $"is a name of {bytes} bytes; Customer.io takes at most {MaxNameLength}."
            )
            : name;

    private static string Trimmed(SourceEvent message, string name)
    {
        var cut = Cut(name, MaxNameLength);
        if (cut.Length < name.Length)
        {
            message.Warn($"The name was cut to {MaxNameLength} bytes: {cut}");
        }

        return cut;
    }

    /// <summary>As many whole characters as fit.</summary>
    private static string Cut(string name, int most)
    {
        ConnectorJson.CheckSurrogates(name);
        var bytes = 0;
        var length = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > most)
            {
                return name[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return name;
    }

    private static object? Gated(SourceEvent message, JToken value, string path) =>
        message.Attribute("created_at", value, path[1..], out var sent) is { } problem ? throw ConnectorException.Input([problem]) : sent;

    private static object? Strict(SourceEvent message, JToken value, string path) =>
        EventTimes.TryRead(value, out var seconds) ? seconds : throw ConnectorException.Input(path, Timestamp.Expected);

    /// <summary>Digits stay what they are, milliseconds included; what is no time is sent as it is.</summary>
    private static object? Loose(SourceEvent message, JToken value, string path)
    {
        if (value is JValue { Value: long } || (value is JValue { Value: string { Length: <= 18 } text } && text.All(char.IsAsciiDigit)))
        {
            return long.TryParse(ConnectorJson.ScalarText(value), out var number) ? number : value;
        }

        return EventTimes.TryRead(value, out var seconds) ? seconds : value;
    }

    private static object? LooseOrNone(SourceEvent message, JToken value, string path)
    {
        object? sent = EventTimes.TryRead(value, out var seconds) ? seconds : null;
        if (sent is null)
        {
            message.Warn($"{path} is no time and was not sent.");
        }

        return sent;
    }
}
