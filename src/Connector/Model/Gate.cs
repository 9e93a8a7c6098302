using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Model;

/// <summary>What a mapping tells whoever runs it about the names it lets through.</summary>
internal interface IGateKeeper
{
    /// <summary>Whether words that programs write for nothing, such as <c>null</c>, may name somebody.</summary>
    bool AllowsPlaceholderIds { get; }

    /// <summary>Adds a warning to the result.</summary>
    void Warn(string text);

    /// <summary>Told of an input whose ends were cleaned.</summary>
    void Trimmed(string input) => Warn($"/{input}: {Gate.EndsTaken}");
}

/// <summary>A text as it is sent; or what is wrong with it.</summary>
/// <param name="Text">The text without what stood at its ends.</param>
/// <param name="Problem">Why it cannot be sent; null when it can.</param>
/// <param name="Trimmed">Whether something was taken off its ends.</param>
internal readonly record struct GateResult(string Text, string? Problem, bool Trimmed);

/// <summary>The one check of whatever names a person, object, segment or event, and of attributes that Customer.io gives a meaning.</summary>
internal static class Gate
{
    public const string EndsTaken = "white space or invisible characters at its ends were taken off.";
    public const string Truths = "must be true or false, yes or no, 1 or 0.";
    public const string Preferences = "cio_subscription_preferences";
    private const string Topics = Preferences + ".";
    private const string EmailExample = "must be an e-mail address, such as ada@example.com.";

    /// <summary>No word for nothing is longer, with all that stands around it.</summary>
    private const int MaxWordLength = 40;

    private static readonly SearchValues<char> s_controls = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000e\u000f"
            + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f"
            + "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f"
            + "\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f"
    );

    private static readonly SearchValues<char> s_alphanumeric = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Those that embed, override or isolate: what follows them is shown in another order than it stands in.
    private static readonly SearchValues<char> s_turns = SearchValues.Create("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069");
    private static readonly SearchValues<char> s_plainText = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-@");

    private static readonly SearchValues<byte> s_visible = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8
    );
    private static readonly SearchValues<byte> s_address = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._+-/@"u8);

    // What programs write where there is nothing, with whatever signs around and between them: [null], (none), "undefined undefined".
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_words = Words("undefined", "null", "nil", "none", "nan", "inf", "infinity");

    // What Swift, .NET, JavaScript, R, SQL dumps and spreadsheets write for it, which means that in this form alone.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_forms = Words(
        "optional(nil)",
        "system.dbnull",
        "promise { <pending> }",
        "<na>",
        "n/a",
        @"\N",
        "#N/A",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#DIV/0!",
        "#NUM!",
        "#CALC!",
        "#SPILL!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#BUSY!",
        "#PYTHON!",
        "#EXTERNAL!",
        "#ERROR!",
        "#GETTING_DATA"
    );

    /// <summary>Checks the name of a person, object, segment, event or device.</summary>
    /// <param name="text">The name as it came.</param>
    /// <param name="placeholders">Whether words such as <c>undefined</c> may pass.</param>
    public static GateResult Name(string text, bool placeholders = false)
    {
        if (IsPlainText(text))
        {
            return new(text, null, false);
        }

        var clean = Clean(text);
        var problem =
            clean.Length == 0 || IsUnseen(clean)
                ? text.Length == 0
                    ? "must not be empty."
                    : "must not be blank."
                : clean.AsSpan().ContainsAny(s_controls)
                    ? "holds a control character; take it out."
                    : clean.AsSpan().ContainsAny(s_turns)
                        ? "holds a mark that turns the direction of writing, so that it reads like another name; take it out."
                        : !placeholders && IsPlaceholder(clean)
                            ? $"is \"{clean}\", which programs write where there is nothing: everybody without a name would become one. "
                                + "Leave it empty, or set the connection's allowPlaceholderIds."
                            : null;
        return new(clean, problem, clean.Length < text.Length);
    }

    // A letter, and a digit behind it: nobody writes so for nothing, and most names are so.
    private static bool IsPlainText(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && !text.AsSpan().ContainsAnyExcept(s_plainText) && text.AsSpan().ContainsAnyInRange('0', '9');

    /// <summary>Checks what is meant as one e-mail address, and refuses what Customer.io could deliver nothing to.</summary>
    public static GateResult Email(string text, bool placeholders = false)
    {
        var name = Name(text, placeholders);
        return name.Problem is null ? name with { Problem = EmailProblem(name.Text) } : name;
    }

    /// <summary>Checks the id of a person: what has an <c>@</c> must be one address, or a name that begins with it.</summary>
    public static GateResult Id(string text, bool placeholders = false)
    {
        var name = Name(text, placeholders);
        return name.Problem is null && AddressProblem(name.Text, mayBegin: true) is { } problem
            ? name with
            {
                Problem = problem + " An id with an @ is held to be an e-mail address.",
            }
            : name;
    }

    /// <summary>A text without white space and invisible characters at its ends; the text itself where there are none.</summary>
    public static string Clean(string text)
    {
        if (text.Length == 0 || (text[0] is > ' ' and < '\u007f' && text[^1] is > ' ' and < '\u007f'))
        {
            return text;
        }

        var rest = text.AsSpan();
        while (Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done && IsNothing(rune))
        {
            rest = rest[length..];
        }

        while (Rune.DecodeLastFromUtf16(rest, out var rune, out var length) == OperationStatus.Done && IsNothing(rune))
        {
            rest = rest[..^length];
        }

        return rest.Length == text.Length ? text : rest.ToString();
    }

    /// <summary>Whether a text is made of words that programs write for nothing, whatever their case and what stands around them, or a number in
    /// scientific notation.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExceptInRange('\0', '\u007f'))
        {
            text = WithoutUnseen(text);
        }

        // Signs with nothing between them are nothing too: [""].
        var rest = text.Length > MaxWordLength ? default : text;
        while (rest.Length > 1)
        {
            if (IsWordForNothing(rest))
            {
                return true;
            }

            if (!Opens(rest[0]) || !Closes(rest[^1]))
            {
                return false;
            }

            rest = rest[1..^1].Trim();
            if (rest.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a name of ASCII, as it stands in JSON, passes unchanged and unescaped; "no" only means "not sure".</summary>
    public static bool IsPlainName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.ContainsAnyExcept(s_visible) || name[0] == (byte)' ' || name[^1] == (byte)' ')
        {
            return false;
        }

        // Of the words for nothing none is longer, or has a digit behind a letter at its beginning; with an @ in it, it ends with a sign: [object a@b].
        if (
            name.Length > MaxWordLength
            || (name.Contains((byte)'@') && char.IsAsciiLetterOrDigit((char)name[^1]))
            || (char.IsAsciiLetter((char)name[0]) && name.ContainsAnyInRange((byte)'0', (byte)'9'))
            || !name.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        )
        {
            return true;
        }

        Span<char> text = stackalloc char[name.Length];
        Encoding.ASCII.GetChars(name, text);
        return !IsPlaceholder(text);
    }

    /// <summary>Whether an e-mail address of ASCII, as it stands in JSON, is one to Customer.io and passes unchanged; "no" only means "not sure".</summary>
    public static bool IsPlainEmail(ReadOnlySpan<byte> email)
    {
        var at = email.IndexOf((byte)'@');
        return at > 0
            && !email.ContainsAnyExcept(s_address)
            && !email[(at + 1)..].Contains((byte)'@')
            && email[at..].IndexOf((byte)'.') > 1
            && email[^1] != (byte)'.';
    }

    /// <summary>What a text says to a yes or no; null when it says neither.</summary>
    public static bool? Truth(string text) =>
        Clean(text).ToLowerInvariant() switch
        {
            "true" or "yes" or "1" or "on" or "t" or "y" => true,
            "false" or "no" or "0" or "off" or "f" or "n" => false,
            _ => null,
        };

    /// <summary>Whether an attribute of a person has a meaning of its own, so that <see cref="Attribute"/> must see its value.</summary>
    public static bool IsReserved(string name) =>
        name.Length switch
        {
            2 => name == "id",
            5 => name == "email",
            6 => name == "cio_id",
            7 => name == "_update",
            10 => name is "created_at" or "_timestamp",
            12 => name is "unsubscribed" or "anonymous_id",
            _ => name.StartsWith(Preferences, StringComparison.Ordinal) && (name.Length == Preferences.Length || name[Preferences.Length] == '.'),
        };

    /// <summary>The same of an attribute's name in UTF-8, with a value as it stands in JSON that needs no look.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">The value's bytes, a text without its quotes.</param>
    /// <param name="type">What the value is.</param>
    public static bool IsPlain(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, System.Text.Json.JsonTokenType type) =>
        name.Length switch
        {
            2 when name.SequenceEqual("id"u8) => false,
            5 when name.SequenceEqual("email"u8) => type == System.Text.Json.JsonTokenType.String && IsPlainEmail(value),
            10 when name.SequenceEqual("created_at"u8) => type == System.Text.Json.JsonTokenType.Number
                && value.Length is 9 or 10
                && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0,
            12 when name.SequenceEqual("unsubscribed"u8) => type is System.Text.Json.JsonTokenType.True or System.Text.Json.JsonTokenType.False,
            12 when name.SequenceEqual("anonymous_id"u8) => type == System.Text.Json.JsonTokenType.String && !value.Contains((byte)'@') && IsPlainName(value),
            _ => true,
        };

    /// <summary>Brings an attribute with a meaning to its type.</summary>
    /// <param name="name">The attribute's name; any other name's value is what it was.</param>
    /// <param name="value">Its value. Null says nothing; an empty text takes the attribute away.</param>
    /// <param name="placeholders">Whether words such as <c>undefined</c> may name somebody.</param>
    /// <param name="result">The value to send, the same object when nothing had to change; null when there is nothing to send.</param>
    /// <returns>What is wrong, with the path below the attribute; null when nothing.</returns>
    public static Problem? Attribute(string name, JToken value, bool placeholders, out JToken? result)
    {
        result = value;
        if (!IsReserved(name))
        {
            return null;
        }

        // Who somebody is, and how a change is made, cannot be taken away.
        if (value is JValue { Value: null or "" } empty)
        {
            result = empty.Value is null || name is "id" or "cio_id" or "anonymous_id" or "_update" or "_timestamp" ? null : value;
            return null;
        }

        switch (name)
        {
            case "created_at" or "_timestamp":
                return Time(value, ref result);
            case "unsubscribed" or "_update":
                return Truth(value, ref result);
            case Preferences or Topics + "topics":
                return Subscriptions(name, value, ref result);
            case "email" or "id" or "cio_id" or "anonymous_id":
                return Identifier(name, value, placeholders, ref result);
            default:
                return Truth(value, ref result);
        }
    }

    /// <summary>What is wrong with an identifier among the attributes of somebody who is named by one of the same kind; null when nothing.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">Its value, as the gate let it pass.</param>
    /// <param name="key">The kind of identifier that names the person, as v2 calls it.</param>
    /// <param name="identifier">That identifier.</param>
    public static string? Beside(string name, JToken value, string key, string identifier)
    {
        if (name != key || name is not ("id" or "cio_id") || value is not JValue { Value: not null } scalar)
        {
            return null;
        }

        var text = ConnectorJson.ScalarText(scalar);
        return (
                name == "id" ? text
                : text.StartsWith("cio_", StringComparison.Ordinal) ? text[4..]
                : text
            ) == identifier
                ? null
            : name == "id"
                ? "differs from the id that names the person, and Customer.io changes an id only for somebody who is named by cio_id. Leave "
                    + "it out, or name them by cio_id."
            : "differs from the cio_id that names the person, which never changes. Leave it out.";
    }

    private static Problem? Identifier(string name, JToken value, bool placeholders, ref JToken? result)
    {
        if (value is not JValue { Value: string or long or int or BigInteger } scalar || (name == "email" && scalar.Value is not string))
        {
            return new("", name == "email" ? EmailExample : "must be a text or a whole number.");
        }

        if (scalar.Value is not string text)
        {
            return null;
        }

        var passed = name switch
        {
            "email" => Email(text, placeholders),
            "id" => Id(text, placeholders),
            _ => Name(text, placeholders),
        };
        result = passed.Trimmed ? passed.Text : result;
        return passed.Problem is { } problem ? new("", problem) : null;
    }

    private static Problem? Time(JToken value, ref JToken? result)
    {
        var clean = value is JValue { Value: string text } ? Clean(text) : value;
        if (!Timestamp.TryReadAny(clean, null, out var seconds))
        {
            return new("", Timestamp.Refusal(clean, "."));
        }

        result = value is JValue { Value: long given } && given == seconds ? value : seconds;
        return null;
    }

    private static Problem? Truth(JToken value, ref JToken? result)
    {
        var truth = (value as JValue)?.Value switch
        {
            bool b => b,
            string text => Truth(text),
            long number => number switch
            {
                1 => true,
                0 => false,
                _ => null,
            },
            _ => (bool?)null,
        };
        if (truth is null)
        {
            return new("", Truths);
        }

        result = value is JValue { Value: bool } ? value : truth.Value;
        return null;
    }

    /// <summary><c>{"topics":{"topic_1":true}}</c>, also as JSON text, as a table has it; or what stands under <c>topics</c>.</summary>
    private static Problem? Subscriptions(string name, JToken value, ref JToken? result)
    {
        const string Form = "must be an object such as {\"topics\":{\"topic_1\":true}}.";
        if (value is JValue { Value: string text })
        {
            try
            {
                value = result = ConnectorJson.ParseObject(text);
            }
            catch (FormatException)
            {
                return new("", Form);
            }
        }

        if (value is not JObject whole || (name == Preferences && whole["topics"] is { } below && below is not (JObject or JValue { Value: null or "" })))
        {
            return new("", Form);
        }

        if (name == Preferences && whole.Properties().FirstOrDefault(p => p.Name != "topics" && IsTopics(p.Name)) is { } other)
        {
            return new("/" + Names.Escape(other.Name), "must be written topics, in small letters; Customer.io knows no other.");
        }

        var topics = name == Preferences ? whole["topics"] as JObject : whole;
        JObject? changed = null;
        foreach (var (topic, wanted) in topics ?? [])
        {
            JToken? sent = wanted;
            if (wanted is JValue { Value: null or "" })
            {
                continue;
            }

            if (Truth(wanted!, ref sent) is { } problem)
            {
                return problem with { Path = (name == Preferences ? "/topics/" : "/") + Names.Escape(topic) };
            }

            if (!ReferenceEquals(sent, wanted))
            {
                (changed ??= new JObject(topics!))[topic] = sent;
            }
        }

        if (changed is not null)
        {
            result = name == Preferences ? new JObject(whole) { ["topics"] = changed } : changed;
        }

        return null;
    }

    private static bool IsTopics(string name) => name.Equals("topics", StringComparison.OrdinalIgnoreCase);

    private static string? EmailProblem(string text)
    {
        var at = text.LastIndexOf('@');
        return at <= 0 || at == text.Length - 1 ? EmailExample
            : AddressProblem(text, mayBegin: false) is { } problem ? $"{problem} It {EmailExample}"
            : null;
    }

    /// <summary>What shows that a text with an <c>@</c> is no single address; null when nothing.</summary>
    private static string? AddressProblem(string text, bool mayBegin)
    {
        var at = text.LastIndexOf('@');
        if (at < 0)
        {
            return null;
        }

        if (at > 0 && text.IndexOf('@') == at && !text.AsSpan().ContainsAnyExcept(s_plainText))
        {
            return null;
        }

        // Between quotes, what stands before the @ may hold anything.
        var open = text.AsSpan(text[0] == '"' && at > 1 && text[at - 1] == '"' ? at : 0);
        return text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? "is a link; leave mailto: out."
            : open[(mayBegin && open[0] == '@' ? 1 : 0)..].Count('@') > 1 ? "has more than one @."
            : HoldsUnseen(open) ? "holds white space or an invisible character, which no e-mail address has."
            : open.ContainsAny("<>,;") ? "holds <, >, a comma or a semicolon: give one address alone, with no name and no further address."
            : null;
    }

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(params string[] words) =>
        new HashSet<string>(words, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static bool IsWordForNothing(ReadOnlySpan<char> text) =>
        s_forms.Contains(text)
        || IsScientific(text)
        || (text.StartsWith("1.#") && !text[3..].ContainsAnyExcept(s_alphanumeric))
        || (text.StartsWith("%!") && text.EndsWith("(<nil>)"))
        || (
            text[^1] == ']'
            && (text.StartsWith("[object ", StringComparison.OrdinalIgnoreCase) || text.StartsWith("[function", StringComparison.OrdinalIgnoreCase))
        )
        || IsOfWords(text);

    // An @ makes an address of them, and a letter or digit of another kind a name.
    private static bool IsOfWords(ReadOnlySpan<char> text)
    {
        var found = false;
        while (!text.IsEmpty)
        {
            var length = 0;
            while (length < text.Length && char.IsLetter(text[length]))
            {
                length++;
            }

            if (length > 0 ? !s_words.Contains(text[..length]) && text[..length] is not "NaT" : !IsBetween(text[0]))
            {
                return false;
            }

            found |= length > 0;
            text = text[Math.Max(length, 1)..];
        }

        return found;
    }

    private static bool IsBetween(char c) => c is '<' or '>' or '`' or '|' or '+' or '=' || char.IsWhiteSpace(c) || (char.IsPunctuation(c) && c != '@');

    private static bool Opens(char c) =>
        c is '<' or '"' or '\'' or '`'
        || char.GetUnicodeCategory(c) is UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation;

    private static bool Closes(char c) =>
        c is '>' or '"' or '\'' or '`'
        || char.GetUnicodeCategory(c) is UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation;

    /// <summary>Whether a text holds white space of any kind.</summary>
    public static bool HoldsWhiteSpace(string text) => text.AsSpan().ContainsAnyExceptInRange('!', '~') && text.Any(char.IsWhiteSpace);

    private static bool IsUnseen(string text) => text[0] > '\u007f' && text.EnumerateRunes().All(IsUnseen);

    private static bool HoldsUnseen(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsUnseen(rune))
            {
                return true;
            }
        }

        return false;
    }

    private static string WithoutUnseen(ReadOnlySpan<char> text) =>
        string.Concat(text.ToString().EnumerateRunes().Where(r => Rune.IsWhiteSpace(r) || !IsUnseen(r)).Select(r => r.ToString()));

    // Selectors and joiners may end a name, as they end an emoji; a name of nothing else is none.
    private static bool IsUnseen(Rune rune) =>
        rune.Value > 0x7F
            ? IsNothing(rune)
                || rune.Value
                    is 0x034F
                        or 0x115F
                        or 0x1160
                        or 0x17B4
                        or 0x17B5
                        or 0x2065
                        or 0x2800
                        or 0x3164
                        or 0xFFA0
                        or (>= 0x180B and <= 0x180F)
                        or (>= 0xFE00 and <= 0xFE0F)
                        or (>= 0xFFF0 and <= 0xFFF8)
                        or (>= 0xE0000 and <= 0xE0FFF)
            : Rune.IsWhiteSpace(rune);

    private static bool IsNothing(Rune rune) => Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    // As programs and spreadsheets write large numbers: 1.23E+11, 12E+3, 1e+21, 1.0E16. Letters and digits alone, such as 12e5, may be somebody's id.
    private static bool IsScientific(ReadOnlySpan<char> text)
    {
        var e = text.IndexOfAny('e', 'E');
        if (e <= 0 || e == text.Length - 1)
        {
            return false;
        }

        var mantissa = text[(text[0] is '-' or '+' ? 1 : 0)..e];
        var exponent = text[(e + 1)..];
        var signed = exponent[0] is '+' or '-';
        exponent = signed ? exponent[1..] : exponent;
        var point = mantissa.IndexOfAny('.', ',');
        return exponent.Length is >= 1 and <= 3
            && exponent.IndexOfAnyExceptInRange('0', '9') < 0
            && (signed || point > 0)
            && (point < 0 ? mantissa : mantissa[..point]) is { Length: > 0 } whole
            && whole.IndexOfAnyExceptInRange('0', '9') < 0
            && (point < 0 || mantissa[(point + 1)..].IndexOfAnyExceptInRange('0', '9') < 0);
    }
}
