using CustomerIo.Connector.Bulk;
using CustomerIo.Connector.Events;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>One line with an event, translated.</summary>
internal sealed record EventLine(long Number, Translation Translation, string Person, bool IsBarrier)
{
    /// <summary>A line of fewer bytes cannot become a request that is too long.</summary>
    private const int Short = 15_000;

    public static EventLine Read(Line line, EventSettings settings, bool withId)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (line.TooLong)
        {
            return Refused(line, $"is longer than {LineSource.Longest >> 20} MiB.");
        }

        try
        {
            var json = ConnectorJson.ParseObject(line.Bytes);
            var translation = Translator.Translate(json, settings, now, withId ? () => EventId.Fresh(now) : null, line.Bytes.Length >= Short);
            foreach (var warning in translation.Warnings)
            {
                Terminal.Say($"line {line.Number}: {warning}");
            }

            return new(line.Number, translation, Whom(json), json["type"] is JValue { Value: "alias" });
        }
        catch (FormatException e)
        {
            return Refused(line, "cannot be read: " + e.Message);
        }
    }

    private static EventLine Refused(Line line, string reason) => new(line.Number, new([], new Problem("", reason), []), "", false);

    // Events of one person stay in their order; an alias, which names two, is a barrier to all.
    private static string Whom(JObject json) =>
        Text(json["userId"]) ?? Text((json["traits"] as JObject)?["email"]) ?? Text(((json["context"] as JObject)?["traits"] as JObject)?["email"]) ?? Text(json["anonymousId"]) ?? "";

    private static string? Text(JToken? value) => value is JValue { Value: not null } scalar ? ConnectorJson.ScalarText(scalar).ToUpperInvariant() is { Length: > 0 } text ? text : null : null;
}
