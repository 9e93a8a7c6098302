using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Translation;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>Reads the messages of a broker, each once: as events of the common format, or as rows for an action.</summary>
internal sealed class TakenReader(Func<TakenEvent, EventItem> read) : IEventReader
{
    /// <summary>Reads events of the common format.</summary>
    public static TakenReader OfEvents(EventSettings settings, Action<string> say)
    {
        var events = new EventReader(settings, say);
        return new(taken =>
        {
            var message = taken.Message;
            var incoming = IncomingEvent.Read(message.Body, type: null, shared: null, new Arrival(message.Sent) { MessageId = message.Id });
            return incoming.Refusal is { } refusal ? new(new([], refusal, []), []) : events.Read(taken with { Text = incoming.Text });
        });
    }

    public EventItem Read(QueuedEvent queued)
    {
        var taken = (TakenEvent)queued;
        return taken.Item ??= Whole(taken);
    }

    private EventItem Whole(TakenEvent taken)
    {
        var item = read(taken);
        if (taken.Message.IsRepeated && item.Translation.Requests.Any(r => !r.Repeatable))
        {
            return EventReader.MayHaveBeenSent;
        }

        if (taken.Message.Key is { } key)
        {
            // Of no person's name: it is the broker's.
            PersonKeys.Add("\0" + key, item.Names);
        }

        return item;
    }
}
