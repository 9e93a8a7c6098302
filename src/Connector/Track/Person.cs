using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Track;

/// <summary>A person as an input names them.</summary>
internal readonly record struct Person
{
    /// <summary>How many bytes an identifier may have.</summary>
    public const int MaxIdLength = 150;

    private const string CioPrefix = "cio_";

    private Person(string key, string value, string? segment)
    {
        (Key, Value, Segment) = (key, value, segment);
    }

    /// <summary>The kind of identifier, as v2 calls it.</summary>
    public string Key { get; }

    /// <summary>The identifier, without the prefix of v1.</summary>
    public string Value { get; }

    /// <summary>What a v1 path calls them; null where v1 would take it for another kind of identifier, so that only v2 can say it.</summary>
    public string? Segment { get; }

    /// <summary>The <c>identifiers</c> of v2: exactly one key, without the prefix of v1.</summary>
    public JObject Identifiers => new() { [Key] = Value };

    /// <summary>Reads an identifier of a kind: <c>auto</c> (by its shape, as v1 does), <c>id</c>, <c>email</c>, <c>cio_id</c> or <c>phone</c>.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be of that kind.</exception>
    public static Person Of(string id, string? kind, IGateKeeper keeper, string input = "id")
    {
        id = kind == "email" ? keeper.Email(id, input) : keeper.Id(id, input);
        ApiPath.Check(id, input);
        ConnectorException Bad(string message) => ConnectorException.Input("/" + input, message);
        return kind switch
        {
            "id" => new("id", id, id.StartsWith(CioPrefix, StringComparison.Ordinal) || id.Contains('@') ? null : id),
            "email" => new("email", id, LooksLikeEmail(id) ? id : null),
            "cio_id" => Bare(id) is { Length: > 0 } bare ? new("cio_id", bare, CioPrefix + bare) : throw Bad("must hold a cio_id, such as a3000001."),
            "phone" => IsPhone(id) ? new("phone", id, null) : throw Bad("must be a phone number with plus and country code, such as +43123456789."),
            _ when id.Length > CioPrefix.Length && id.StartsWith(CioPrefix, StringComparison.Ordinal) => new("cio_id", Bare(id), id),
            _ => new(LooksLikeEmail(id) ? "email" : "id", id, id),
        };
    }

    /// <summary>The same for an identifier in plain characters, as it stands in JSON and without making a text of it.</summary>
    /// <param name="id">The identifier, a text or whole number of at least one character.</param>
    /// <param name="kind">Its kind; empty is <c>auto</c>.</param>
    /// <param name="key">The kind of identifier, as v2 calls it.</param>
    /// <returns>False when it is not plain; <see cref="Of"/> then says whether it is right.</returns>
    public static bool IsPlain(ReadOnlySpan<byte> id, ReadOnlySpan<byte> kind, out ReadOnlySpan<byte> key)
    {
        var isEmail = Gate.IsPlainEmail(id);
        var isId = kind.SequenceEqual("id"u8);
        key = isEmail && !isId ? "email"u8 : "id"u8;
        return isEmail
            ? isId || kind.IsEmpty || kind.SequenceEqual("auto"u8) || kind.SequenceEqual("email"u8)
            : (isId || kind.IsEmpty || kind.SequenceEqual("auto"u8))
                && !id.Contains((byte)'@')
                && id[0] is not ((byte)'.' or (byte)'c')
                && Gate.IsPlainName(id);
    }

    /// <summary>The gate for identifiers of a kind.</summary>
    public static Func<string, bool, GateResult> Check(string? kind) => kind == "email" ? Gate.Email : Gate.Id;

    /// <summary>Refuses an identifier that is too long for Customer.io.</summary>
    public static string Short(string id, string input) =>
        System.Text.Encoding.UTF8.GetByteCount(id) is var bytes && bytes > MaxIdLength
            ? throw ConnectorException.Input("/" + input, $"is {bytes} bytes long; Customer.io takes identifiers of at most {MaxIdLength}.")
            : id;

    /// <summary>The beginning of a v2 operation on this person.</summary>
    public Operation Operation(string action) => new(this, action);

    /// <summary>Whether two identifiers name one person; e-mail addresses are the same whatever their case.</summary>
    public static bool AreSame(string key, string value, string otherKey, string otherValue) =>
        key == otherKey && value.Equals(otherValue, key == "email" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>Whether v1 takes a text for an e-mail address.</summary>
    public static bool LooksLikeEmail(string text)
    {
        var at = text.IndexOf('@');
        return at > 0 && at == text.LastIndexOf('@') && text.IndexOf('.', at) > at + 1 && text[^1] != '.' && !Gate.HoldsWhiteSpace(text);
    }

    /// <summary>A cio_id without the prefix that v1 paths put before it.</summary>
    public static string Bare(string id) => id.StartsWith(CioPrefix, StringComparison.Ordinal) ? id[CioPrefix.Length..] : id;

    /// <summary>Whether a text is a phone number in E.164 form.</summary>
    public static bool IsPhone(string text) =>
        text.Length is >= 3 and <= 16 && text[0] == '+' && text[1] != '0' && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
}
