using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>What a runner offers, and what it may do on the machine that it is on.</summary>
public sealed record McpRunnerOptions
{
    /// <summary>The environment variable of <see cref="Files"/>.</summary>
    public const string FilesVariable = "CUSTOMERIO_MCP_FILES";

    private const string FilesName = "files";

    /// <summary>The options as command lines have them: each is also an environment variable.</summary>
    public static IReadOnlyList<McpOption> All { get; } =
    [
        new("groups", "a,b", "Offers only tools of these groups, such as people,events."),
        new("tools", "a,b", "Offers only these tools, beside those of --groups."),
        new("exclude", "a,b", "Leaves these tools out."),
        new("read-only", null, "Offers only tools that change nothing."),
        new("search", null, "Offers three tools instead of all: find, describe and run an action."),
        new("confirm", null, "Has the user asked before a tool deletes or sends, where the client can ask; refuses it where not."),
        new("schema", "agents|full", "How tools are described: briefly to agents, or wholly to hosts that build forms. Default agents."),
        new(FilesName, "dir", "The folder below which tools may write files; without it they write none."),
    ];

    /// <summary>Command lines that show what the options are for.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    ["--read-only", "--groups people,events --exclude destroy", "--search --confirm", "--tools identify,track --files ./exports"];

    /// <summary>The folder below which tools may write files; <c>*</c> for anywhere. Default null: nowhere.</summary>
    public string? Files { get; init; }

    /// <summary>Which tools are offered, and how. Default: all of them, to agents.</summary>
    public ToolOffer Offer { get; init; } = new();

    /// <summary>Reads the options of a command line, and from the environment what it does not give.</summary>
    /// <param name="given">Gives an option's text by its name without dashes; null when it is not given, <c>true</c> for a switch.</param>
    /// <param name="environment">How to read a variable. Default: the process's environment.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: one cannot be read, or names what the manifest lacks.</exception>
    public static McpRunnerOptions Read(Func<string, string?> given, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(given);
        environment ??= Environment.GetEnvironmentVariable;
        var offer = ToolOffer.Read(name => given(name) ?? environment(McpOption.VariableOf(name)), NameOf);
        offer.Check(Catalogue.Embedded);
        return new McpRunnerOptions { Offer = offer, Files = given(FilesName) ?? environment(FilesVariable) };

        string NameOf(string name) => given(name) is null ? McpOption.VariableOf(name) : "--" + name;
    }
}

/// <summary>One option of a runner.</summary>
/// <param name="Name">Its name, without dashes.</param>
/// <param name="Value">What its value is called; null for a switch.</param>
/// <param name="Description">What it does.</param>
public sealed record McpOption(string Name, string? Value, string Description)
{
    /// <summary>The environment variable that stands for it.</summary>
    public string Variable => VariableOf(Name);

    internal static string VariableOf(string name) => "CUSTOMERIO_MCP_" + name.ToUpperInvariant().Replace('-', '_');
}
