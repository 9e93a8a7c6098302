using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>In what form a list shows its tools.</summary>
public enum ToolSchema
{
    /// <summary>What an agent needs, in words that every client reads.</summary>
    Agents,

    /// <summary>All of it, for hosts that build forms.</summary>
    Full,
}

/// <summary>Which tools a server offers, in what form, and whether it asks first. What is not offered is refused when it is called.</summary>
public sealed record ToolOffer
{
    /// <summary>Categories of the manifest, such as <c>people</c>; with <see cref="Tools"/>, what is in either. Default: all.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Names of tools; with <see cref="Groups"/>, what is in either. Default: all.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Names of tools that are left out, whatever else is said.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Only tools that change nothing.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Three tools in place of all: find, describe and run an action.</summary>
    public bool Search { get; init; }

    /// <summary>Tools that destroy, send or may do so ask the user first.</summary>
    public bool Confirm { get; init; }

    /// <summary>In what form tools are shown. Default <see cref="ToolSchema.Agents"/>.</summary>
    public ToolSchema Schema { get; init; }

    /// <summary>An offer that this one can only tighten, whatever it says. Default null.</summary>
    public ToolOffer? Within { get; init; }

    /// <summary>Reads an offer from texts, such as a query's or headers'.</summary>
    /// <param name="read">Gives the text of <c>groups</c>, <c>tools</c>, <c>exclude</c>, <c>read-only</c>, <c>search</c>, <c>confirm</c> and
    /// <c>schema</c>; null and empty are the same.</param>
    /// <param name="nameOf">What messages call one of these. Default: its name.</param>
    /// <returns>The offer.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: a switch or the schema cannot be read.</exception>
    public static ToolOffer Read(Func<string, string?> read, Func<string, string>? nameOf = null)
    {
        nameOf ??= name => name;
        return new ToolOffer
        {
            Groups = List("groups"),
            Tools = List("tools"),
            Exclude = List("exclude"),
            ReadOnly = Switch("read-only"),
            Search = Switch("search"),
            Confirm = Switch("confirm"),
            Schema = Text("schema")?.ToLowerInvariant() switch
            {
                null or "agents" => ToolSchema.Agents,
                "full" => ToolSchema.Full,
                var other => throw Bad($"{nameOf("schema")} must be agents or full, not \"{other}\"."),
            },
        };

        string? Text(string name) => read(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

        // Commas or blanks alone are no list of nothing, which would offer everything.
        string[] List(string name) =>
            read(name) is not { Length: > 0 } text ? []
            : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } all ? all
            : [text];

        bool Switch(string name) =>
            Text(name)?.ToLowerInvariant() switch
            {
                null or "false" or "0" => false,
                "true" or "1" => true,
                var other => throw Bad($"{nameOf(name)} must be true or false, not \"{other}\"."),
            };
    }

    /// <summary>Checks that the manifest has what is named: a slip must not offer more than was meant, or less.</summary>
    /// <param name="catalogue">The manifest.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such group or tool; the nearest is named.</exception>
    public void Check(Catalogue catalogue)
    {
        if (Groups.Count + Tools.Count + Exclude.Count == 0)
        {
            return;
        }

        var tools = ToolSet.All(catalogue).ToArray();
        foreach (var group in Groups)
        {
            Require("group", group, tools.Select(t => t.Group?.ToLowerInvariant()).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        }

        foreach (var tool in Tools.Concat(Exclude))
        {
            Require("tool", tool, tools.Select(t => t.Id));
        }
    }

    /// <summary>Whether callers are elsewhere: what works on files and databases of this machine is not theirs to use. Default false.</summary>
    internal bool IsRemote { get; init; }

    /// <summary>Why a caller may not run an action, as the end of a sentence about it; null when it may. Default: it may run all.</summary>
    internal Func<ActionManifest, string?> Forbids { get; init; } = _ => null;

    internal bool IsFull => Chain.All(o => o.Schema == ToolSchema.Full);

    internal bool IsSearch => Chain.Any(o => o.Search);

    internal bool IsReadOnly => Chain.Any(o => o.ReadOnly);

    internal bool IsConfirmed => Chain.Any(o => o.Confirm);

    /// <summary>Why a tool is not offered, as the end of a sentence about it; null when it is.</summary>
    internal string? Lacks(AnyTool tool) => Chain.Select(o => o.LacksItself(tool)).FirstOrDefault(why => why is not null);

    private IEnumerable<ToolOffer> Chain
    {
        get
        {
            for (var offer = this; offer is not null; offer = offer.Within)
            {
                yield return offer;
            }
        }
    }

    private string? LacksItself(AnyTool tool)
    {
        var isNamed = Contains(Tools, tool.Id);

        // What belongs to no group comes with any of them.
        var isChosen = isNamed || (Groups.Count == 0 ? Tools.Count == 0 : tool.Group is null || Contains(Groups, tool.Group));
        return Contains(Exclude, tool.Id) ? "is excluded (exclude)"
            : IsRemote && tool.IsLocal ? "works on files or databases of the machine that it runs on, and is not offered over HTTP"
            : tool.Action is { } action && Forbids(action) is { } why ? why
            : ReadOnly && !tool.IsReadOnly ? "is left out: only tools that change nothing are offered (read-only)"
            : !isChosen ? "is not among the tools offered (groups, tools)"
            : tool.Helper?.Audience == "hosts" && Schema != ToolSchema.Full && !isNamed ? "is for hosts that build forms (schema full)"
            : null;
    }

    private static bool Contains(IReadOnlyList<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static void Require(string what, string name, IEnumerable<string> known)
    {
        string[] all = [.. known];
        if (!Contains(all, name))
        {
            throw Bad(
                $"There is no {what} \"{name}\"."
                    + (Names.Nearest(name.ToLowerInvariant(), all) is { } meant ? $" Did you mean \"{meant}\"?" : "")
                    + $" All of them: {string.Join(", ", all)}."
            );
        }
    }

    private static ConnectorException Bad(string message) => new(FailureKind.Input, message);
}
