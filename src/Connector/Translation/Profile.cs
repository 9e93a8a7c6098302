namespace CustomerIo.Connector.Translation;

/// <summary>The form of requests that a profile speaks.</summary>
internal enum ProfileApi
{
    /// <summary>One operation a request.</summary>
    V2,

    /// <summary>The same; events of unknown people go the documented way, through v1.</summary>
    V2AnonymousByV1,

    /// <summary>Operations in batches.</summary>
    V2Batch,

    /// <summary>A path for each thing; what only v2 has, in its batches.</summary>
    V1,
}

/// <summary>What becomes of a name that is longer than Customer.io takes.</summary>
internal enum LongName
{
    Refused,
    Cut,
    Sent,
}

/// <summary>Where an identify says when it was made.</summary>
internal enum IdentifyTime
{
    /// <summary>Beside the attributes.</summary>
    Timestamp,

    /// <summary>Among them, as <c>_timestamp</c>.</summary>
    Attribute,

    /// <summary>Nowhere.</summary>
    NotSent,
}

/// <summary>The rules by which events become requests: data alone, in the order of the table in docs/events.md, which is made of them.</summary>
internal sealed record Profile(string Name)
{
    private static readonly string[][] s_email =
    [
        ["traits", "email"],
        ["context", "traits", "email"],
        ["properties", "email"],
    ];
    private static readonly Dictionary<string, string[]> s_none = [];
    private static readonly string[] s_calls = ["identify", "track", "page", "screen", "group", "alias"];
    private static readonly string[] s_lifecycle = ["Application Installed", "Application Opened", "Application Uninstalled"];

    /// <summary>The vendor's published contract; the default.</summary>
    public static Profile Connector { get; } =
        new("connector")
        {
            Api = ProfileApi.V2AnonymousByV1,
            Calls = Types([.. s_calls, "record"]),
            ConvertTimestamps = true,
            Reserved = ["Report Delivery Event"],
            Recorded = [.. s_lifecycle],
            GroupCreatedAt = true,
        };

    /// <summary>What Segment's actions destination sends.</summary>
    public static Profile Segment { get; } =
        new("segment")
        {
            IdentifyEmail =
            [
                ["traits", "email"],
            ],
            AnonymousIdentify = true,
            ContextTraits = false,
            IdentifyOmits = ["createdAt", "created_at", "objectTypeId", "object_type_id", "relationshipAttributes"],
            IdentifyRelates = true,
            CreatedAtOf =
            [
                ["traits", "created_at"],
                ["traits", "createdAt"],
            ],
            CreatedAt = TimeRule.AsGiven,
            EventTime =
            [
                ["timestamp"],
            ],
            Time = TimeRule.AsGiven,
            ConvertTimestamps = true,
            AnonymousIdAmongData = true,
            LongAnonymousName = LongName.Cut,
            LongKnownName = LongName.Sent,
            PageName =
            [
                ["properties", "url"],
                ["name"],
            ],
            NamelessScreen = "Viewed Undefined Screen",
            NamelessAnonymousScreen = "Viewed Undefined Screen",
            Reserved = [.. ReservedEvents.Names],
            GroupAttributes =
            [
                ["traits", "objectAttributes"],
            ],
            GroupOmits = [],
            RelationshipAttributes =
            [
                ["traits", "relationshipAttributes"],
            ],
        };

    /// <summary>What Segment's classic destination sends from its servers.</summary>
    public static Profile SegmentClassic { get; } =
        new("segment-classic")
        {
            Api = ProfileApi.V1,
            Calls = Types(["identify", "track", "page", "screen", "group"]),
            IdentifyEmail = [],
            AnonymousEvents = false,
            ContextTraits = false,
            IdentifyOmits = ["created", "created_at", "id"],
            IdAmongAttributes = true,
            EmailAmongAttributes = true,
            AnonymousIdAmongAttributes = false,
            CreatedAtOf =
            [
                ["traits", "created"],
                ["traits", "createdAt"],
                ["traits", "created_at"],
            ],
            CreatedAt = TimeRule.OrNone,
            IdentifyTime = IdentifyTime.NotSent,
            EventTime =
            [
                ["timestamp"],
            ],
            Time = TimeRule.OrNone,
            ConvertTimestamps = true,
            LongAnonymousName = LongName.Sent,
            LongKnownName = LongName.Sent,
            PageName =
            [
                ["properties", "url"],
            ],
            NamelessPage = true,
            PageAdds = ["category", "name"],
            PageOmits = ["url"],
            ScreenKind = "event",
            ScreenName =
            [
                ["name"],
            ],
            ScreenFrame = "Viewed {0} Screen",
            NamelessScreen = "undefined",
            ScreenAdds = ["category"],
            ScreenOmits = ["name"],
            LastVisit = true,
            Registering = [],
            Removing = [],
            DeviceAttributes = s_none,
            GroupPrefix = "Group ",
            GroupOmits = [],
            RelationshipAttributes = [],
        };

    /// <summary>What RudderStack's cloud destination sends.</summary>
    public static Profile RudderStack { get; } =
        new("rudderstack")
        {
            Api = ProfileApi.V1,
            Calls = Types([.. s_calls, "record"]),
            UserId =
            [
                ["userId"],
                ["traits", "userId"],
                ["traits", "id"],
                ["context", "traits", "userId"],
                ["context", "traits", "id"],
            ],
            ZeroIsNobody = true,
            MappedToDestination = true,
            IdentifyEmail = [.. s_email, SourceEvent.ExternalId],
            EmailOnEveryCall = true,
            Email = [.. s_email, SourceEvent.ExternalId],
            GroupEmail =
            [
                ["context", "traits", "email"],
                ["properties", "email"],
                SourceEvent.ExternalId,
            ],
            EmailKind = "auto",
            IdentifyOmits = ["createdAt", "created_at", "userId", "anonymousId", "address"],
            AddressTraits = ["city", "state", "street", "country", "postalCode"],
            UserProperties = true,
            EmailAmongAttributes = true,
            CreatedAt = TimeRule.OrNone,
            IdentifyTime = IdentifyTime.Attribute,
            Time = TimeRule.OrNone,
            LongAnonymousName = LongName.Cut,
            LongKnownName = LongName.Sent,
            PageName =
            [
                ["name"],
                ["properties", "url"],
            ],
            NamelessPage = true,
            ScreenKind = "event",
            ScreenName =
            [
                ["event"],
                ["name"],
                ["properties", "name"],
            ],
            ScreenFrame = "Viewed {0} Screen",
            NamelessScreen = "undefined",
            NamelessAnonymousScreen = "",
            Registering = ["Application Installed", "Application Opened"],
            Removing = ["Application Uninstalled", "Application Unistalled"],
            DeviceAttributes = s_none,
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
            GroupActions = true,
            RelationshipAttributes = [],
        };

    /// <summary>What RudderStack's cloud destination sends in workspaces that have its v2 batching.</summary>
    public static Profile RudderStackV2 { get; } =
        RudderStack with
        {
            Name = "rudderstack-v2",
            Api = ProfileApi.V2Batch,
            UserIdKind = "id",
            EmailKind = "email",
            UserProperties = false,
            LongAnonymousName = LongName.Sent,
            NamelessPage = false,
            ScreenKind = "screen",
            NamelessScreen = null,
            NamelessAnonymousScreen = null,
            Removing = ["Application Uninstalled"],
            DeviceAttributes = new Dictionary<string, string[]>
            {
                ["device_os"] = ["context", "os", "name"],
                ["device_model"] = ["context", "device", "model"],
                ["app_version"] = ["context", "app", "version"],
                ["device_locale"] = ["context", "locale"],
            },
        };

    public static IReadOnlyList<Profile> All { get; } = [Connector, Segment, SegmentClassic, RudderStack, RudderStackV2];

    /// <summary>The form of its requests.</summary>
    public ProfileApi Api { get; private init; }

    /// <summary>The calls that it takes; the others are refused.</summary>
    public HashSet<string> Calls { get; private init; } = Types(s_calls);

    /// <summary>Where a user id may stand, the first wins.</summary>
    public string[][] UserId { get; private init; } =
    [
        ["userId"],
    ];

    /// <summary>What a user id is taken for: whatever it looks like, or an id; a cio_id is one in both.</summary>
    public string UserIdKind { get; private init; } = "auto";

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

    /// <summary>Whether events of somebody with an anonymous id only are sent.</summary>
    public bool AnonymousEvents { get; private init; } = true;

    /// <summary>Whether somebody with an anonymous id only can be identified.</summary>
    public bool AnonymousIdentify { get; private init; }

    /// <summary>Whether traits of the context stand in for missing traits.</summary>
    public bool ContextTraits { get; private init; } = true;

    /// <summary>Traits of an identify that are no attributes: they say who, when or what else, or are sent in another way.</summary>
    public HashSet<string> IdentifyOmits { get; private init; } = ["createdAt", "created_at", "userId", "anonymousId"];

    /// <summary>Members of <c>traits.address</c> that become attributes of their own.</summary>
    public string[] AddressTraits { get; private init; } = [];

    /// <summary>Whether an identify's <c>user_properties</c> are attributes too, and win over the traits.</summary>
    public bool UserProperties { get; private init; }

    /// <summary>Whether the user id is an attribute, too.</summary>
    public bool IdAmongAttributes { get; private init; }

    /// <summary>Whether the address that names the person stays an attribute.</summary>
    public bool EmailAmongAttributes { get; private init; }

    /// <summary>Whether the anonymous id is an attribute.</summary>
    public bool AnonymousIdAmongAttributes { get; private init; } = true;

    /// <summary>Whether an identify with <c>traits.objectId</c> relates the person to that object.</summary>
    public bool IdentifyRelates { get; private init; }

    /// <summary>Where the creation time of a person may stand, the first wins.</summary>
    public string[][] CreatedAtOf { get; private init; } =
    [
        ["traits", "createdAt"],
        ["traits", "created_at"],
        ["context", "traits", "createdAt"],
        ["context", "traits", "created_at"],
    ];

    /// <summary>How the time is sent at which somebody or something was created.</summary>
    public TimeRule CreatedAt { get; private init; } = TimeRule.Gated;

    /// <summary>Where an identify says when it was made.</summary>
    public IdentifyTime IdentifyTime { get; private init; }

    /// <summary>Where the time of an event may stand, the first wins.</summary>
    public string[][] EventTime { get; private init; } =
    [
        ["timestamp"],
        ["originalTimestamp"],
    ];

    /// <summary>How the time of an event is sent.</summary>
    public TimeRule Time { get; private init; } = TimeRule.Strict;

    /// <summary>Whether ISO 8601 texts among traits and properties become Unix seconds.</summary>
    public bool ConvertTimestamps { get; private init; }

    /// <summary>Whether every call carries the anonymous id among its data, or identify alone.</summary>
    public bool AnonymousIdAmongData { get; private init; }

    /// <summary>What becomes of a long name of somebody unknown's event.</summary>
    public LongName LongAnonymousName { get; private init; }

    /// <summary>What becomes of a long name of somebody known's event.</summary>
    public LongName LongKnownName { get; private init; }

    /// <summary>Where the name of a page may stand, the first wins.</summary>
    public string[][] PageName { get; private init; } =
    [
        ["properties", "url"],
        ["context", "page", "url"],
        ["name"],
    ];

    /// <summary>Whether a page of a known person may go without a name.</summary>
    public bool NamelessPage { get; private init; }

    /// <summary>Members of a page call that join its properties.</summary>
    public string[] PageAdds { get; private init; } = [];

    /// <summary>Properties of a page that are not sent.</summary>
    public string[] PageOmits { get; private init; } = [];

    /// <summary>What a screen view is recorded as.</summary>
    public string ScreenKind { get; private init; } = "screen";

    /// <summary>Where the name of a screen may stand, the first wins.</summary>
    public string[][] ScreenName { get; private init; } =
    [
        ["name"],
        ["properties", "name"],
    ];

    /// <summary>What is made of the name of a screen; null for the name itself.</summary>
    public string? ScreenFrame { get; private init; }

    /// <summary>The name of a screen that has none; null refuses it.</summary>
    public string? NamelessScreen { get; private init; }

    /// <summary>The same where the person is unknown.</summary>
    public string? NamelessAnonymousScreen { get; private init; }

    /// <summary>Members of a screen call that join its properties.</summary>
    public string[] ScreenAdds { get; private init; } = [];

    /// <summary>Properties of a screen that are not sent.</summary>
    public string[] ScreenOmits { get; private init; } = [];

    /// <summary>Whether a page or screen also tells when the person was there last.</summary>
    public bool LastVisit { get; private init; }

    /// <summary>Track calls of these names register the device that they carry.</summary>
    public HashSet<string> Registering { get; private init; } = ["Application Installed", "Application Opened", "Device Created or Updated"];

    /// <summary>Track calls of these names remove it.</summary>
    public HashSet<string> Removing { get; private init; } = ["Application Uninstalled", "Device Deleted"];

    /// <summary>Those that are recorded, too.</summary>
    public HashSet<string> Recorded { get; private init; } = [];

    /// <summary>Attributes of a device beside the properties, and where their values stand.</summary>
    public IReadOnlyDictionary<string, string[]> DeviceAttributes { get; private init; } =
        new Dictionary<string, string[]> { ["app_version"] = ["context", "app", "version"] };

    /// <summary>Track calls of these names delete, suppress, relate or report instead of being recorded.</summary>
    public HashSet<string> Reserved { get; private init; } = [];

    /// <summary>Before the names of a group's traits, which become attributes of the person; null where a group is an object.</summary>
    public string? GroupPrefix { get; private init; }

    /// <summary>Where the id of a group's object may stand, the first wins.</summary>
    public string[][] GroupId { get; private init; } =
    [
        ["groupId"],
    ];

    /// <summary>Where the type of a group's object may stand, the first wins.</summary>
    public string[][] ObjectType { get; private init; } = GroupCall.ObjectTypes;

    /// <summary>Where the attributes of a group's object may stand, the first wins.</summary>
    public string[][] GroupAttributes { get; private init; } =
    [
        ["traits"],
    ];

    /// <summary>Those of them that are none.</summary>
    public HashSet<string> GroupOmits { get; private init; } = ["objectTypeId", "object_type_id", "relationshipAttributes"];

    /// <summary>Whether a group's <c>createdAt</c> is its object's creation time, or an attribute like any other.</summary>
    public bool GroupCreatedAt { get; private init; }

    /// <summary>Whether a group call may name the operation in an <c>action</c>.</summary>
    public bool GroupActions { get; private init; }

    /// <summary>Where the attributes of a relationship may stand, the first wins.</summary>
    public string[][] RelationshipAttributes { get; private init; } =
    [
        ["relationshipAttributes"],
        ["traits", "relationshipAttributes"],
    ];

    // In any letter case, as RudderStack takes them.
    private static HashSet<string> Types(string[] types) => new(types, StringComparer.OrdinalIgnoreCase);

    public static Profile Find(string name) =>
        All.FirstOrDefault(p => p.Name == name) ?? throw ConnectorException.Input("/profile", $"must be one of {string.Join(", ", All.Select(p => p.Name))}.");
}
