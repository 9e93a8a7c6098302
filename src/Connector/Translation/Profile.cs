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
    private static readonly string[] s_externalId = SourceEvent.ExternalId;
    private static readonly string[][] s_email =
    [
        ["traits", "email"],
        ["context", "traits", "email"],
        ["properties", "email"],
    ];
    private static readonly HashSet<string> s_lifecycle = ["Application Installed", "Application Opened", "Application Uninstalled"];
    private static readonly HashSet<string> s_registering = ["Application Installed", "Application Opened", "Device Created or Updated"];
    private static readonly HashSet<string> s_removing = ["Application Uninstalled", "Device Deleted"];

    /// <summary>The vendor's published contract; the default.</summary>
    public static Profile Connector { get; } =
        new("connector", new TrackV2(anonymousByV1: true))
        {
            ConvertTimestamps = true,
            Reserved = ["Report Delivery Event"],
            Recorded = s_lifecycle,
            GroupCreatedAt = true,
        };

    /// <summary>What Segment's actions destination sends.</summary>
    public static Profile Segment { get; } =
        new("segment", new TrackV2(anonymousByV1: false))
        {
            ConvertTimestamps = true,
            Reserved = [.. ReservedEvents.Names],
            AnonymousIdAmongData = true,
            AnonymousIdentify = true,
            ContextTraits = false,
            IdentifyEmail =
            [
                ["traits", "email"],
            ],
            CreatedAtOf =
            [
                ["traits", "created_at"],
                ["traits", "createdAt"],
            ],
            IdentifyOmits = ["createdAt", "created_at", "objectTypeId", "object_type_id", "relationshipAttributes"],
            IdentifyRelates = true,
            RelationshipAttributes =
            [
                ["traits", "relationshipAttributes"],
            ],
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
            EmailOnEveryCall = true,
            ZeroIsNobody = true,
            MappedToDestination = true,
            UserId =
            [
                ["userId"],
                ["traits", "userId"],
                ["traits", "id"],
                ["context", "traits", "userId"],
                ["context", "traits", "id"],
            ],
            IdentifyEmail = [.. s_email, s_externalId],
            Email = [.. s_email, s_externalId],
            GroupEmail =
            [
                ["context", "traits", "email"],
                ["properties", "email"],
                s_externalId,
            ],
            EmailKind = "auto",
            IdentifyOmits = ["createdAt", "created_at", "userId", "anonymousId", "address"],
            AddressTraits = ["city", "state", "street", "country", "postalCode"],
            GroupId =
            [
                ["groupId"],
                ["traits", "groupId"],
            ],
            ObjectType =
            [
                ["traits", "objectTypeId"],
            ],
            GroupOmits = ["action"],
            RelationshipAttributes = [],
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

    public bool ConvertTimestamps { get; private init; }

    /// <summary>Whether every call carries the anonymous id among its data, or identify alone.</summary>
    public bool AnonymousIdAmongData { get; private init; }

    /// <summary>Whether somebody with an anonymous id only can be identified.</summary>
    public bool AnonymousIdentify { get; private init; }

    /// <summary>Track calls of these names delete, suppress, relate or report instead of being recorded.</summary>
    public HashSet<string> Reserved { get; private init; } = [];

    /// <summary>Track calls of these names register or remove a device, and are recorded too.</summary>
    public HashSet<string> Recorded { get; private init; } = [];

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

    /// <summary>Whether the number 0 as a user id is none, as sites send it for guests.</summary>
    public bool ZeroIsNobody { get; private init; }

    /// <summary>Whether a row of a warehouse, marked by <c>context.mappedToDestination</c>, names its person in <c>context.externalId</c>.</summary>
    public bool MappedToDestination { get; private init; }

    /// <summary>Where an e-mail address may stand in for the user id of an identify.</summary>
    public string[][] IdentifyEmail { get; private init; } =
    [
        ["traits", "email"],
        ["context", "traits", "email"],
    ];

    /// <summary>Whether an e-mail address may stand in on every other call too: it may be somebody else's.</summary>
    public bool EmailOnEveryCall { get; private init; }

    /// <summary>Where it may then stand.</summary>
    public string[][] Email { get; private init; } = s_email;

    /// <summary>Where it may then stand in a group call, whose own traits are the group's.</summary>
    public string[][] GroupEmail { get; private init; } =
    [
        ["context", "traits", "email"],
        ["properties", "email"],
    ];

    /// <summary>What an e-mail address is taken for: that, or whatever it looks like.</summary>
    public string EmailKind { get; private init; } = "email";

    /// <summary>Where the creation time of a person may stand, the first wins.</summary>
    public string[][] CreatedAtOf { get; private init; } =
    [
        ["traits", "createdAt"],
        ["traits", "created_at"],
        ["context", "traits", "createdAt"],
        ["context", "traits", "created_at"],
    ];

    /// <summary>Traits of an identify that are no attributes: they say who, when or what else, or are sent in another way.</summary>
    public HashSet<string> IdentifyOmits { get; private init; } = ["createdAt", "created_at", "userId", "anonymousId"];

    /// <summary>Whether an identify with <c>traits.objectId</c> relates the person to that object.</summary>
    public bool IdentifyRelates { get; private init; }

    /// <summary>Members of <c>traits.address</c> that become attributes of their own.</summary>
    public string[] AddressTraits { get; private init; } = [];

    /// <summary>Where the time of an event may stand, the first wins.</summary>
    public string[][] EventTime { get; private init; } =
    [
        ["timestamp"],
        ["originalTimestamp"],
    ];

    /// <summary>Where the id of a group's object may stand, the first wins.</summary>
    public string[][] GroupId { get; private init; } =
    [
        ["groupId"],
    ];

    /// <summary>Where the type of a group's object may stand, the first wins.</summary>
    public string[][] ObjectType { get; private init; } = GroupCall.ObjectTypes;

    /// <summary>Traits of a group that are no attributes of its object.</summary>
    public HashSet<string> GroupOmits { get; private init; } = ["objectTypeId", "object_type_id", "relationshipAttributes"];

    /// <summary>Whether a group's <c>createdAt</c> is its object's creation time, or an attribute like any other.</summary>
    public bool GroupCreatedAt { get; private init; }

    /// <summary>Where the attributes of a relationship may stand, the first wins.</summary>
    public string[][] RelationshipAttributes { get; private init; } =
    [
        ["relationshipAttributes"],
        ["traits", "relationshipAttributes"],
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

    private static bool IsBlank(JToken value) => value is JValue { Value: string text } && string.IsNullOrWhiteSpace(text);

    private static object? Gated(SourceEvent message, JToken value, string path) =>
        message.Attribute("created_at", value, path[1..], out var sent) is { } problem ? throw ConnectorException.Input([problem]) : sent;

    private static object? Strict(SourceEvent message, JToken value, string path) =>
        Timestamp.IsDoubtful(value) ? throw ConnectorException.Input(path, Timestamp.Refusal(value))
        : EventTimes.TryRead(value, out var seconds) ? seconds
        : throw ConnectorException.Input(path, Timestamp.Expected);

    /// <summary>Digits stay what they are, milliseconds included; what is no time is sent as it is.</summary>
    private static object? Loose(SourceEvent message, JToken value, string path)
    {
        if (IsBlank(value))
        {
            return null;
        }

        if (value is JValue { Value: long } || (value is JValue { Value: string { Length: <= 18 } text } && text.All(char.IsAsciiDigit)))
        {
            return long.TryParse(ConnectorJson.ScalarText(value), out var number) ? (object)number : value;
        }

        return EventTimes.TryReadLoosely(value, out var seconds) ? (object)seconds : value;
    }

    private static object? LooseOrNone(SourceEvent message, JToken value, string path)
    {
        object? sent = EventTimes.TryReadLoosely(value, out var seconds) ? seconds : null;
        if (sent is null && !IsBlank(value))
        {
            message.Warn($"{path} is no time and was not sent.");
        }

        return sent;
    }
}
