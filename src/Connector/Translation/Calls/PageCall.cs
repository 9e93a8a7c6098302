namespace CustomerIo.Connector.Translation;

/// <summary>Records a page view.</summary>
internal static class PageCall
{
    public static EventRequest Translate(SourceEvent message)
    {
        var who = PersonRef.Anybody(message);
        var name = message.Profile.PageName(message);
        return name is null && !(message.Profile.NamelessPage && !who.IsAnonymous)
            ? throw ConnectorException.Input("/name", "is missing, and no properties.url stands in for it; Customer.io needs a page's URL or name.")
            : TrackCall.Record(message, who, "page", name);
    }
}
