namespace CustomerIo.Connector.Translation;

/// <summary>Records a screen view.</summary>
internal static class ScreenCall
{
    public static EventRequest Translate(SourceEvent message)
    {
        var who = PersonRef.Anybody(message);
        var profile = message.Profile;
        var name = (who.IsAnonymous ? profile.AnonymousScreenName ?? profile.ScreenName : profile.ScreenName)(message);
        return name is null
            ? throw ConnectorException.Input("/name", "is missing; Customer.io needs a screen's name.")
            : TrackCall.Record(message, who, profile.ScreenKind, name);
    }
}
