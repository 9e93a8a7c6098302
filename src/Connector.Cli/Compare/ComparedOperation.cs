using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>What one request, or one item of a batch, does: the same for every way of saying it.</summary>
/// <param name="Line">The line of the file that it comes from.</param>
/// <param name="Action">What it does, such as <c>person identify</c>.</param>
/// <param name="Fields">Every value by its place, such as <c>attributes/plan</c>, in ordinal order.</param>
internal sealed record ComparedOperation(long Line, string Action, JObject Fields)
{
    public const string Identifiers = "identifiers/";

    // Which of two spellings stands there says nothing: a number, or its digits as text.
    private static readonly HashSet<string> s_numbers = ["timestamp", "attributes/created_at", "device/last_used"];

    /// <summary>The present moment wherever our translation takes it: in a year that no event names, and alike to any time of theirs.</summary>
    public static readonly DateTimeOffset Now = new(4321, 12, 11, 10, 9, 8, TimeSpan.Zero);

    private static readonly long s_now = Now.ToUnixTimeSeconds();

    /// <summary>Whom or what it is about.</summary>
    public string Who => string.Join(' ', Of(p => IsWho(p.Name)).Select(p => $"{p.Name}={p.Value}"));

    public string? Name => (string?)Fields["name"];

    public string? Time => Fields["timestamp"]?.ToString();

    /// <summary>All of it, for what is alike in every field.</summary>
    public string Whole => $"{Action} {Fields.ToString(Formatting.None)}";

    /// <summary>All but whom it is about.</summary>
    public string Content => $"{Action} {new JObject(Of(p => !IsWho(p.Name))).ToString(Formatting.None)}";

    /// <summary>The fields of ours that are the present moment.</summary>
    public IEnumerable<string> OfNow => Of(p => IsNow(p.Value)).Select(p => p.Name);

    public static bool IsNow(JToken? value) => value is JValue { Value: long number } && number == s_now;

    /// <summary>All of it, or all but whom it is about, without some fields.</summary>
    public string Without(HashSet<string> fields, bool who) =>
        $"{Action} {new JObject(Of(p => !fields.Contains(p.Name) && (who || !IsWho(p.Name)))).ToString(Formatting.None)}";

    public static bool IsWho(string field) => field.StartsWith(Identifiers, StringComparison.Ordinal) || field.StartsWith("primary/", StringComparison.Ordinal);

    /// <param name="line">The line that it comes from.</param>
    /// <param name="action">What it does.</param>
    /// <param name="members">Its members as v2 has them.</param>
    public static ComparedOperation Of(long line, string action, JObject members)
    {
        var fields = new SortedDictionary<string, JToken>(StringComparer.Ordinal);
        Flatten(members, "", fields);
        if (fields.Remove("attributes/_timestamp", out var time))
        {
            fields.TryAdd("timestamp", time);
        }

        foreach (var place in s_numbers)
        {
            if (fields.TryGetValue(place, out var value) && value is JValue { Value: string text } && long.TryParse(text, out var number))
            {
                fields[place] = number;
            }
        }

        // An identifier that is an attribute too says the same once more, and so does the id of an event: it counts it once.
        foreach (var key in (ReadOnlySpan<string>)["id", "email", "cio_id", "anonymous_id"])
        {
            if (
                fields.TryGetValue(Identifiers + key, out var named)
                && fields.TryGetValue("attributes/" + key, out var value)
                && value is JValue
                && ConnectorJson.ScalarText(value) == (string?)named
            )
            {
                fields.Remove("attributes/" + key);
            }
        }

        if (action is "person event" or "person page" or "person screen")
        {
            fields.Remove("id");
        }

        return new(line, action, new JObject(fields.Select(f => new JProperty(f.Key, f.Value))));
    }

    private IEnumerable<JProperty> Of(Func<JProperty, bool> which) => Fields.Properties().Where(which);

    private static void Flatten(JObject members, string path, SortedDictionary<string, JToken> fields)
    {
        foreach (var (name, value) in members)
        {
            var place = path + Names.Escape(name);
            switch (value)
            {
                case JObject inner:
                    Flatten(inner, place + "/", fields);
                    break;
                case JArray { Count: 0 } when path.Length == 0:
                    break;
                case JValue { Value: not null } scalar when IsWho(place):
                    fields[place] = ConnectorJson.ScalarText(scalar);
                    break;
                default:
                    fields[place] = value!;
                    break;
            }
        }
    }
}
