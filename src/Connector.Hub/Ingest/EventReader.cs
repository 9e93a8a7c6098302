using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Turns what waits into what is sent.</summary>
internal interface IEventReader
{
    /// <summary>The requests that it becomes and whom it names; or why it is refused.</summary>
    EventItem Read(QueuedEvent queued);
}

/// <summary>Reads events of the common format.</summary>
/// <param name="settings">The profile and its settings.</param>
/// <param name="say">Takes their warnings.</param>
internal sealed class EventReader(EventSettings settings, Action<string> say) : IEventReader
{
    private const string BegunBefore =
        "may have been sent before the connector was stopped, and must not be sent twice. If Customer.io does not show it at "
        + "its delivery (action get-message), it did not arrive: replay it.";

    /// <summary>What becomes of an event whose delivery must not be repeated, and may have begun.</summary>
    public static EventItem MayHaveBeenSent { get; } = Refused(BegunBefore);

    public EventItem Read(QueuedEvent queued)
    {
        try
        {
            var utf8 = ConnectorJson.Utf8(queued.Text);
            var json = JsonText.ReadObject(utf8);
            var translation = Translator.Translate(json, settings, queued.Received, freshId: null, utf8.Length);
            foreach (var warning in translation.Warnings)
            {
                say($"Event {queued.Number}: {warning}");
            }

            return new(translation, EventPersonKeys.Of(json));
        }
        catch (FormatException e)
        {
            return Refused("cannot be read: " + e.Message);
        }
    }

    private static EventItem Refused(string reason) => new(new([], new Problem("", reason), []), []);
}
