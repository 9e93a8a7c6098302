using System.Numerics;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>One event as it came, with the settings, the clock and what there is to say about it.</summary>
internal sealed class SourceEvent(JsonView json, EventSettings settings, DateTimeOffset now, Func<string?> freshId) : IGateKeeper
{
    /// <summary>Customer.io's limit for an attribute, in bytes.</summary>
    private const int MaxAttributeLength = 1000;

    /// <summary>An object without members.</summary>
    public static readonly JsonView Empty = new(new JObject());
    private List<string>? _warnings;
    private string? _eventId;

    public EventSettings Settings => settings;

    /// <summary>All that it says, as it came.</summary>
    public JsonView Members => json;

    public Profile Profile => settings.Profile;

    /// <summary>What makes requests for it.</summary>
    public TrackApiDialect Wire => TrackApiDialect.Of(Profile.Api);

    public DateTimeOffset Now => now;

    public IReadOnlyList<string> Warnings => _warnings ?? (IReadOnlyList<string>)[];

    public JsonView Traits => Object("traits");

    public JsonView Properties => Object("properties");

    /// <summary>The properties; null when there are none.</summary>
    public JsonView? SomeProperties => At("properties") is null ? null : Properties;

    /// <summary>The properties as the settings want them; null when there are none.</summary>
    public JsonView? SentProperties => SomeProperties is { } some ? Value(some) : null;

    public JsonView ContextTraits => At("context", "traits") is { IsObject: true } traits ? traits : Empty;

    /// <summary>The step of a path that is the first item of a list.</summary>
    public const string FirstItem = "0";

    /// <summary>Where the id stands under which another system knows the person.</summary>
    public static readonly string[] ExternalId = ["context", "externalId", FirstItem, "id"];

    /// <summary>Whether it is a row of a warehouse, which names its person in <see cref="ExternalId"/>.</summary>
    public bool IsMapped => Profile.MappedToDestination && At("context", "mappedToDestination")?.Scalar is true or "true" && Id(ExternalId) is not null;

    /// <summary>What stands at a path of names; null for nothing and for null.</summary>
    public JsonView? At(params ReadOnlySpan<string> path) => At(json, path);

    /// <inheritdoc cref="At(ReadOnlySpan{string})"/>
    public static JsonView? At(JsonView json, params ReadOnlySpan<string> path)
    {
        JsonView? value = json;
        foreach (var name in path)
        {
            value = name == FirstItem ? value?.First : value?[name];
        }

        return value is { IsNull: true } ? null : value;
    }

    /// <summary>A text or number at a path; null when there is none or it is blank.</summary>
    /// <exception cref="ConnectorException">It is something else.</exception>
    public string? Text(params ReadOnlySpan<string> path) =>
        At(path) is not { } value
            ? null
            : value.Scalar switch
            {
                string s => string.IsNullOrWhiteSpace(s) ? null : s,
                long or int or double or BigInteger => ConnectorJson.ScalarText(value.Token),
                _ => throw Refuse(path, "must be text or a number."),
            };

    /// <summary>The first of several paths that holds a text or number.</summary>
    /// <exception cref="ConnectorException">It is something else.</exception>
    public string? FirstText(string[][] paths)
    {
        foreach (var path in paths)
        {
            if (Text(path) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>What stands at the first of several paths that holds something; null where it is no object.</summary>
    public JsonView? FirstObject(string[][] paths)
    {
        foreach (var path in paths)
        {
            if (At(path) is { } value)
            {
                return value.IsObject ? value : null;
            }
        }

        return null;
    }

    /// <summary>The same of what names somebody or something: a number must be whole.</summary>
    /// <exception cref="ConnectorException">It is something else.</exception>
    public string? Id(params ReadOnlySpan<string> path) => At(path)?.Scalar is double ? throw Refuse(path, "must be text or a whole number.") : Text(path);

    /// <summary>The first of several paths that names somebody or something.</summary>
    public string? First(string[][] paths, out string field)
    {
        foreach (var path in paths)
        {
            if (Profile.ZeroIsNobody && At(path)?.Scalar is 0L)
            {
                break;
            }

            if (Id(path) is { } text)
            {
                field = string.Join('/', path);
                return text;
            }
        }

        field = "";
        return null;
    }

    /// <summary>What keeps it from Customer.io: its <c>integrations</c>, or a consent that is denied; null where nothing does.</summary>
    /// <remarks>The Pipelines API reads <c>integrations</c> itself: they name its destinations.</remarks>
    public string? KeptAwayBy =>
        settings.Api == Api.ApiName.Track && IsSwitchedOff ? "/integrations keeps it from Customer.io."
        : settings.Consents.FirstOrDefault(IsDenied) is { } denied ? $"The consent \"{Shown.Head(denied, 100)}\" is denied."
        : null;

    private bool IsSwitchedOff
    {
        get
        {
            if (At("integrations") is { } one && IsOff(one))
            {
                return true;
            }

            var (all, ours) = (true, (bool?)null);
            foreach (var (name, value) in At("integrations") ?? Empty)
            {
                if (value.IsNull)
                {
                    continue;
                }

                var isOn = !IsOff(value);
                if (name.Equals("all", StringComparison.OrdinalIgnoreCase))
                {
                    all = isOn;
                }
                else if (IsOurs(name))
                {
                    ours = ours == true || isOn;
                }
            }

            return !(ours ?? all);
        }
    }

    /// <summary>The event's <c>messageId</c>, else a fresh one where one is made.</summary>
    public string? MessageId => _eventId ??= Text("messageId") ?? freshId();

    /// <summary>The id by which Customer.io counts the event once: the event's own if it is a ULID, else one derived from its <c>messageId</c>.</summary>
    public string? EventId => _eventId ??= OwnId();

    /// <summary>A value as the settings want it.</summary>
    public JsonView Value(JsonView value) => settings.ConvertTimestamps ? EventTimes.Convert(value) : value;

    public bool AllowsPlaceholderIds => settings.AllowPlaceholderIds;

    public void Warn(string text)
    {
        // Who it is about may be asked for more than once.
        if (!(_warnings ??= []).Contains(text))
        {
            _warnings.Add(text);
        }
    }

    /// <summary>Tells of an attribute that is longer than Customer.io takes, before it refuses it.</summary>
    public void CheckLength(string name, JsonView value, string place)
    {
        if (
            value.MostBytes > MaxAttributeLength
            && value.String is { } text
            && System.Text.Encoding.UTF8.GetByteCount(text) is > MaxAttributeLength and var bytes
        )
        {
            Warn($"/{place}/{Names.Escape(name)} is {bytes} bytes long; Customer.io takes at most {MaxAttributeLength} and may refuse the event.");
        }
    }

    /// <summary>A time at a path as the profile sends it; null when there is none.</summary>
    public object? Time(params ReadOnlySpan<string> path) => At(path) is { } value ? Profile.Time.Read(this, value.Token, "/" + string.Join('/', path!)) : null;

    /// <summary>When it happened; null when the event does not say.</summary>
    public object? EventTime()
    {
        foreach (var path in Profile.EventTime)
        {
            if (At(path) is { } value && !(value.IsString && value.MostBytes == 0))
            {
                return Time(path);
            }
        }

        return null;
    }

    public static ConnectorException Refuse(ReadOnlySpan<string> path, string message) => ConnectorException.Input("/" + string.Join('/', path!), message);

    // As Segment's SDKs write consents, and as RudderStack's do: one that Segment's do not name is not given.
    private bool IsDenied(string consent) =>
        (
            At("context", "consent", "categoryPreferences") is { IsObject: true } given
            && !(
                ((JObject)given.Token).Properties().Where(p => p.Name.Equals(consent, StringComparison.OrdinalIgnoreCase)).ToArray() is { Length: > 0 } named
                && Array.TrueForAll(named, p => IsOn(new JsonView(p.Value)))
            )
        )
        || (
            At("context", "consentManagement", "deniedConsentIds") is { } denied
            && denied.Items.Any(d => d.Scalar is string or long && ConnectorJson.ScalarText(d.Token).Equals(consent, StringComparison.OrdinalIgnoreCase))
        );

    // An address and a form have texts alone.
    private static bool IsOff(JsonView value) =>
        value.Scalar is false or 0L || (value.String is { } text && text.Trim().Equals("false", StringComparison.OrdinalIgnoreCase));

    private static bool IsOn(JsonView value) =>
        value.Scalar is true || (value.String is { } text && text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase));

    // Customer.io, Customer IO, customerio, Customer.io (Actions), Actions Customerio …
    private static bool IsOurs(string name) => string.Concat(name.Where(char.IsAsciiLetter)).Contains("customerio", StringComparison.OrdinalIgnoreCase);

    private JsonView Object(string name) =>
        At(name) is not { } value ? Empty
        : value.IsObject ? value
        : throw Refuse([name], "must be an object.");

    private string? OwnId()
    {
        if (Text("id") is { } id && EventIds.IsUlid(id))
        {
            return id;
        }

        return Text("messageId") switch
        {
            null => freshId(),
            var message when EventIds.IsUlid(message) => message,
            var message => EventIds.Derive(message, "send-event", 0),
        };
    }
}

/// <summary>Somebody as an event names them.</summary>
/// <param name="Key">The kind of identifier, as v2 calls it: <c>id</c>, <c>email</c>, <c>cio_id</c> or <c>anonymous_id</c>.</param>
/// <param name="Value">The identifier, without the prefix of v1.</param>
internal readonly record struct PersonRef(string Key, string Value)
{
    private static readonly string[][] s_userId =
    [
        ["userId"],
    ];

    public bool IsAnonymous => Key == "anonymous_id";

    /// <summary>Whether both name one person; an e-mail address does in any letter case.</summary>
    public bool IsSameAs(PersonRef other) => Track.Person.AreSame(Key, Value, other.Key, other.Value);

    /// <summary>What a v1 path calls them.</summary>
    public string Segment => Uri.EscapeDataString(Key == "cio_id" ? "cio_" + Value : Value);

    /// <summary>The <c>identifiers</c> of v2.</summary>
    public JsonMembers Identifiers => new JsonMembers(1).With(Key, Value);

    /// <summary>A person by the shape of the identifier.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: no request can name them so.</exception>
    public static PersonRef Of(SourceEvent message, string value, string field, string kind = "auto")
    {
        ConnectorJson.CheckSurrogates(value);
        var person = Person.Of(Person.Short(value, field), kind, message, field);
        return new(person.Key, person.Value);
    }

    public static PersonRef Anonymous(SourceEvent message, string value) =>
        new("anonymous_id", message.Name(Person.Short(value, "anonymousId"), "anonymousId"));

    /// <summary>Whom the event is about: by user id, else by e-mail address where that may stand in; null when it does not say.</summary>
    public static PersonRef? Known(SourceEvent message) => Known(message, message.Settings.EmailOnEveryCall ? message.Profile.Email : []);

    /// <summary>The same, with the places where an e-mail address may stand in.</summary>
    /// <param name="message">The event.</param>
    /// <param name="emails">Where an e-mail address may stand.</param>
    /// <param name="byShape">Takes a user id for whatever it looks like, also where the profile does not.</param>
    public static PersonRef? Known(SourceEvent message, string[][] emails, bool byShape = false) =>
        Named(message, byShape) ?? (message.First(emails, out var field) is { } email ? Of(message, email, field, message.Profile.EmailKind) : null);

    /// <summary>Whom the event names by a user id; null when it does not.</summary>
    public static PersonRef? Named(SourceEvent message, bool byShape = false) =>
        message.First(message.IsMapped ? [SourceEvent.ExternalId] : message.Profile.UserId, out var field) is { } id
            ? Of(message, id, field, byShape || id.StartsWith("cio_", StringComparison.Ordinal) ? "auto" : message.Profile.UserIdKind)
            : null;

    /// <summary>Whom the event is about, known or not.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: nobody.</exception>
    public static PersonRef Anybody(SourceEvent message) =>
        Known(message)
        ?? (
            message.Profile.AnonymousEvents && message.Id("anonymousId") is { } anonymous
                ? Anonymous(message, anonymous)
                : throw ConnectorException.Input(
                    "/userId",
                    !message.Profile.AnonymousEvents ? "is missing; without it nothing is sent in this profile."
                        : message.Settings.EmailOnEveryCall ? "is missing, and neither an e-mail address nor an anonymousId stands in for it."
                        : "is missing, and no anonymousId stands in for it; an e-mail address does so on identify alone."
                )
        );

    /// <summary>Whom the event is to change for good: an address that is only mentioned may be somebody else's.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it names nobody by a user id.</exception>
    public static PersonRef Required(SourceEvent message) =>
        (message.IsMapped || message.First(s_userId, out _) is not null ? Named(message) : null)
        ?? throw ConnectorException.Input("/userId", "is missing; without it nobody is deleted, suppressed or changed, whatever address the event mentions.");
}
