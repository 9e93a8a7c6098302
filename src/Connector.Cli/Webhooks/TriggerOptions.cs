using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Cli.Webhooks;

/// <summary>The trigger's settings, and names of its events, as options of a command.</summary>
internal static class TriggerOptions
{
    private static readonly TriggerManifest s_trigger = Catalogue.Embedded.Triggers.Single();

    /// <summary>Names of events, checked while parsing.</summary>
    public static ManifestOption Events { get; } = new("events") { Refuse = name => s_trigger.Offered.Any(e => e.Name == name) ? null : Unknown(name) };

    public static ManifestOptions Settings() =>
        ManifestOptions.For(
            s_trigger.Input,
            new("path"),
            Events,
            new("campaigns", "--campaign", "n,n"),
            new("broadcasts", "--broadcast", "n,n"),
            new("newsletters", "--newsletter", "n,n"),
            new("transactionalMessages", "--transactional-message", "n,n"),
            new("actions", "--action", "n,n"),
            new("recipientDomains", "--recipient-domain", "domain"),
            new("format", "--as"),
            new("naming"),
            new("replayWindow", Value: "s")
        );

    /// <summary>One of the tools that serve webhooks.</summary>
    public static ToolManifest Tool(string id) => Catalogue.Embedded.Tools.Single(t => t.Id == id);

    public static string Unknown(string name)
    {
        var words = name.Split('_', '-', ' ');
        var near = s_trigger
            .Offered.Where(e => e.Name.StartsWith(words[0], StringComparison.OrdinalIgnoreCase) || e.Metric == words[^1])
            .Select(e => e.Name)
            .ToArray();
        return $"There is no event \"{name}\". {(near.Length > 0 ? $"Near ones: {string.Join(", ", near.Take(14))}. " : "")}"
            + "All of them: connector webhooks events";
    }
}
