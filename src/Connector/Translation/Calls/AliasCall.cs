namespace CustomerIo.Connector.Translation;

/// <summary>Merges the previous person into the present one.</summary>
internal static class AliasCall
{
    private static readonly string[][] s_previous =
    [
        ["previousId"],
    ];

    public static EventRequest Translate(SourceEvent message)
    {
        var primary = PersonRef.Named(message, byShape: true) ?? throw Missing("userId");
        var secondary = message.First(s_previous, out _) is { } id ? PersonRef.Of(message, id, "previousId") : throw Missing("previousId");
        return primary.IsSameAs(secondary)
            ? throw ConnectorException.Input("/previousId", "names the same person as userId; there is nothing to merge.")
            : message.Wire.Merge(primary, secondary);
    }

    private static ConnectorException Missing(string field) => ConnectorException.Input("/" + field, "is missing; an alias call needs userId and previousId.");
}
