namespace CustomerIo.Connector.Translation;

/// <summary>Merges the previous person into the present one.</summary>
internal static class AliasCall
{
    public static EventRequest Translate(SourceEvent message)
    {
        var primary = Needed(message, "userId");
        var secondary = Needed(message, "previousId");
        return primary == secondary
            ? throw ConnectorException.Input("/previousId", "names the same person as userId; there is nothing to merge.")
            : message.Profile.Wire.Merge(primary, secondary);
    }

    private static PersonRef Needed(SourceEvent message, string field) =>
        message.Id(field) is { } id
            ? PersonRef.Of(message, id, field)
            : throw ConnectorException.Input("/" + field, "is missing; an alias call needs userId and previousId.");
}
