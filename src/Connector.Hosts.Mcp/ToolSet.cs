using System.Collections.Concurrent;
using CustomerIo.Connector.Manifest;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The tools that one server offers: what it lists, and what a name in a call means.</summary>
/// <param name="catalogue">The manifest.</param>
/// <param name="offer">Which of its tools are offered, and how.</param>
/// <param name="connection">The connection of calls that carry none; it may throw a <see cref="ConnectorException"/>.</param>
internal sealed class ToolSet(Catalogue catalogue, ToolOffer offer, Func<Connection> connection)
{
    private readonly ConcurrentDictionary<string, AnyTool> _known = new(StringComparer.Ordinal);

    /// <summary>Whether hosts are served that build forms, by the contract that they know.</summary>
    public bool IsFull => offer.IsFull;

    /// <summary>Whether the tools are searched for rather than listed.</summary>
    public bool IsSearch => offer.IsSearch;

    /// <summary>Whether destructive and sending tools ask first.</summary>
    public bool IsConfirmed => offer.IsConfirmed;

    /// <summary>All tools of a manifest but those of lists that are searched, in the order they are listed.</summary>
    public static IEnumerable<AnyTool> All(Catalogue catalogue) =>
        [
            .. catalogue.All.Select(a => AnyTool.Of(a)),
            .. catalogue
                .Tools.Where(t => Tools.Helpers.Contains(t.Id, StringComparer.Ordinal))
                .OrderBy(t => Array.IndexOf(Tools.Helpers, t.Id))
                .Select(AnyTool.Of),
            .. catalogue.Jobs.Select(j => AnyTool.Of(j, isJob: true)),
        ];

    /// <summary>The tools that are offered, whether they are listed or searched.</summary>
    public IReadOnlyList<AnyTool> Offered => field ??= [.. All(catalogue).Where(t => offer.Lacks(t) is null && HasKey(t))];

    /// <summary>What <c>tools/list</c> answers, the same each time.</summary>
    public ListToolsResult List =>
        field ??= new ListToolsResult
        {
            Tools =
            [
                .. offer.IsSearch ? SearchTools.Names.Select(name => Tools.Short(Searching(name), offer.IsReadOnly || Searching(name).IsReadOnly))
                : IsFull ? Offered.Select(t => Tools.Whole(t, catalogue))
                : Offered.Select(t => Tools.Short(t, t.IsReadOnly)),
            ],
        };

    /// <summary>The tool that a call names.</summary>
    /// <exception cref="McpProtocolException">There is none, or it is not offered.</exception>
    public AnyTool Find(string name)
    {
        try
        {
            return !offer.IsSearch ? Action(name)
                : SearchTools.Names.Contains(name, StringComparer.Ordinal) ? Searching(name)
                : throw new ConnectorException(
                    FailureKind.Input,
                    $"The tools of this server are {string.Join(", ", SearchTools.Names)}. Call {SearchTools.Run} with the action \"{name}\"."
                );
        }
        catch (ConnectorException e)
        {
            throw new McpProtocolException(e.Message, McpErrorCode.InvalidParams);
        }
    }

    /// <summary>The tool of a name among those that are offered.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is none, or it is not offered.</exception>
    public AnyTool Action(string name)
    {
        var tool = _known.TryGetValue(name, out var known) ? known : _known.GetOrAdd(name, Read(name));
        return offer.Lacks(tool) is { } why ? throw new ConnectorException(FailureKind.Input, $"The tool \"{name}\" {why}.") : tool;
    }

    private AnyTool Read(string name) =>
        Tools.Helpers.Contains(name, StringComparer.Ordinal) && catalogue.Tools.FirstOrDefault(t => t.Id == name) is { } helper ? AnyTool.Of(helper)
        : JobTools.Find(catalogue, name) is { } job ? AnyTool.Of(job, isJob: true)
        : AnyTool.Of(catalogue.Find(name));

    // A folder of manifest files may leave tools out, and a searched list needs these.
    private AnyTool Searching(string name) =>
        _known.GetOrAdd(name, _ => AnyTool.Of(catalogue.Tools.FirstOrDefault(t => t.Id == name) ?? Catalogue.Embedded.Tools.First(t => t.Id == name)));

    // Without any key the calls bring theirs, or the first of them tells what is missing.
    private bool HasKey(AnyTool tool) => IsFull || tool.Credentials.Count == 0 || Keys.Count == 0 || tool.Credentials.Any(Keys.Contains);

    private IReadOnlyList<string> Keys
    {
        get
        {
            if (field is null)
            {
                try
                {
                    var keys = connection();
                    (string Name, string? Key)[] all = [("track", keys.ApiKey), ("app", keys.AppApiKey), ("pipelines", keys.PipelinesApiKey)];
                    field = [.. all.Where(k => k.Key is not null).Select(k => k.Name)];
                }
                catch (ConnectorException)
                {
                    // The first call says why.
                    field = [];
                }
            }

            return field;
        }
    }
}
