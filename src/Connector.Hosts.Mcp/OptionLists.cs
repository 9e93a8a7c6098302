namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>One entry of a list that a form offers.</summary>
/// <param name="Value">What the input takes.</param>
/// <param name="Label">What a person reads.</param>
internal sealed record Option(string Value, string Label);

/// <summary>What is asked of a list.</summary>
/// <param name="Connector">Runs the actions that look the entries up.</param>
/// <param name="Connection">The workspace.</param>
/// <param name="Search">Part of a label; null for all.</param>
/// <param name="Action">The action whose form asks; null when not told.</param>
internal sealed record OptionQuery(CustomerIoConnector Connector, Connection Connection, string? Search, string? Action);

/// <summary>Looks up the entries of one list.</summary>
internal delegate Task<IReadOnlyList<Option>> OptionList(OptionQuery query, CancellationToken cancellationToken);

/// <summary>The lists that forms can ask for, by the name that the manifest's <c>x-ui.options</c> uses.</summary>
internal static class OptionLists
{
    public static IReadOnlyDictionary<string, OptionList> All { get; } = new Dictionary<string, OptionList>(StringComparer.Ordinal);

    public static string Known => All.Count == 0 ? "none yet" : string.Join(", ", All.Keys.Order(StringComparer.Ordinal));
}
