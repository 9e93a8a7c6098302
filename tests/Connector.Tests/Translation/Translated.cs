using System.Buffers;
using System.Text;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Translation;

/// <summary>Shows what becomes of an event, as one text: <c>METHOD path body</c>, or the reason of its refusal.</summary>
internal static class Translated
{
    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    /// <summary>The id that is derived from the message id <c>m</c>.</summary>
    public static string Id { get; } = EventIds.Derive("m", "send-event", 0);

    public static TranslatedEvent Of(
        string profile,
        string json,
        string? deviceEvent = null,
        bool? createdAtNow = null,
        bool? convert = null,
        bool? reserved = null,
        bool? emailOnEveryCall = null
    )
    {
        var input = Bench.Json(json);
        var before = input.DeepClone();
        var settings = EventSettings.Of(profile, deviceEvent, createdAtNow, convert, reserved, emailOnEveryCall);
        var translation = Translator.Translate(input, settings, Now);
        var ofText = Translator.Translate(JsonText.ReadObject(ConnectorJson.ToBytes(input)), settings, Now);
        Assert.That(Line(ofText), Is.EqualTo(Line(translation)), "an event is translated as text as it is as tokens");
        Assert.That(ofText.Warnings, Is.EqualTo(translation.Warnings));
        Assert.That(JToken.DeepEquals(input, before), Is.True, "the caller's event was changed");
        return translation;
    }

    public static string Text(
        string profile,
        string json,
        string? deviceEvent = null,
        bool? createdAtNow = null,
        bool? convert = null,
        bool? reserved = null,
        bool? emailOnEveryCall = null
    )
    {
        var translation = Of(profile, json, deviceEvent, createdAtNow, convert, reserved, emailOnEveryCall);
        return translation.Refused ?? string.Join('\n', translation.Requests.Select(Text)).Replace(Id, "ULID");
    }

    public static string Line(string profile, string json, Region region = Region.Us) => Line(Of(profile, json), region);

    private static string Line(TranslatedEvent translation, Region region = Region.Us)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = ConnectorJson.Writer(buffer);
        writer.WriteStartObject();
        translation.WriteMembers(writer, region);
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Text(EventRequest request)
    {
        var sent = request.ToApiRequest();
        return $"{sent.Method.Method} {sent.Path}{(sent.Body.Bytes.IsEmpty ? "" : " " + Encoding.UTF8.GetString(sent.Body.Bytes.Span))}";
    }
}
