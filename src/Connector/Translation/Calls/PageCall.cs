namespace CustomerIo.Connector.Translation;

/// <summary>Records a page view.</summary>
internal static class PageCall
{
    public static IReadOnlyList<EventRequest> Translate(SourceEvent message)
    {
        var who = PersonRef.Anybody(message);
        var profile = message.Profile;
        var name = message.FirstText(profile.PageName);
        return name is null && !(profile.NamelessPage && !who.IsAnonymous)
            ? throw ConnectorException.Input("/name", "is missing, and no properties.url stands in for it; Customer.io needs a page's URL or name.")
            : TrackCall.View(message, who, "page", name, profile.PageAdds, profile.PageOmits);
    }
}
