using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Translation;

/// <summary>Names of events, pages and screens within what Customer.io takes.</summary>
internal static class EventNames
{
    /// <summary>Customer.io's limit, in bytes.</summary>
    private const int Longest = 100;

    private const string Place = "{0}";

    /// <summary>The name as it is sent.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is too long, and the profile refuses that.</exception>
    public static string Sized(SourceEvent message, PersonRef who, string name) =>
        Rule(message, who) switch
        {
            LongName.Cut => Cut(message, name, Longest),
            LongName.Sent => name,
            _ => Encoding.UTF8.GetByteCount(name) is > Longest and var bytes
                ? throw ConnectorException.Input(
                    "/" + (message.Text("event") is null ? "name" : "event"),
                    $"is a name of {bytes} bytes; Customer.io takes at most {Longest}."
                )
                : name,
        };

    /// <summary>The name within a frame; where names are cut, so that the frame's words stay.</summary>
    public static string Framed(SourceEvent message, PersonRef who, string name, string? frame) =>
        frame is null
            ? name
            : frame.Replace(
                Place,
                Rule(message, who) == LongName.Cut ? Cut(message, name, Longest - frame.Length + Place.Length) : name,
                StringComparison.Ordinal
            );

    private static LongName Rule(SourceEvent message, PersonRef who) => who.IsAnonymous ? message.Profile.LongAnonymousName : message.Profile.LongKnownName;

    /// <summary>As many whole characters as fit.</summary>
    private static string Cut(SourceEvent message, string name, int most)
    {
        ConnectorJson.CheckSurrogates(name);
        var bytes = 0;
        var length = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > most)
            {
                message.Warn($"The name was cut to {most} bytes: {name[..length]}");
                return name[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return name;
    }
}
