namespace CustomerIo.Connector.Translation;

/// <summary>Records a screen view.</summary>
internal static class ScreenCall
{
    public static IReadOnlyList<EventRequest> Translate(SourceEvent message)
    {
        var who = PersonRef.Anybody(message);
        var profile = message.Profile;
        var name = message.FirstText(profile.ScreenName) ?? (who.IsAnonymous ? profile.NamelessAnonymousScreen : profile.NamelessScreen);
        return name is null
            ? throw ConnectorException.Input("/name", "is missing; Customer.io needs a screen's name.")
            : TrackCall.View(
                message,
                who,
                profile.ScreenKind,
                EventNames.Framed(message, who, name, profile.ScreenFrame),
                profile.ScreenAdds,
                profile.ScreenOmits
            );
    }
}
