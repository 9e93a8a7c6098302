using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Actions;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;

namespace CustomerIo.Connector.Hub.Agents;

/// <summary>How a caller of <c>/mcp</c> narrows what it is offered: <c>?groups=people</c>, or a header such as <c>X-MCP-Groups</c>.</summary>
internal sealed class Asked
{
    private const string Header = "X-MCP-";
    private static readonly string[] s_names = ["groups", "tools", "exclude", "read-only", "search", "confirm"];

    // Read by whoever finds the connection.
    private static readonly string[] s_known = [.. s_names, CallersPart.ConnectionQuery];
    private readonly Dictionary<string, string> _query = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _headers = new(StringComparer.Ordinal);

    private Asked() { }

    /// <summary>All that was said, the same for the same words.</summary>
    public IEnumerable<string> Texts => s_names.SelectMany(name => new[] { _query.GetValueOrDefault(name, ""), _headers.GetValueOrDefault(name, "") });

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the query has a name that says nothing, or one twice.</exception>
    public static Asked Read(HttpRequest request)
    {
        var asked = new Asked();
        foreach (var (name, values) in request.Query)
        {
            // A slip must not offer more than was meant.
            if (!s_known.Contains(name, StringComparer.Ordinal))
            {
                var hint = Names.Nearest(name.ToLowerInvariant(), s_known) is { } nearest ? $" Did you mean {nearest}?" : "";
                throw Wrong($"The address has \"{Shown.Escape(name)}\", which says nothing here.{hint} It may have {string.Join(", ", s_known)}.");
            }

            asked._query[name] = One("?" + name, values);
        }

        foreach (var name in s_names.Where(name => request.Headers.ContainsKey(Header + name)))
        {
            asked._headers[name] = One(Header + name, request.Headers[Header + name]);
        }

        return asked;

        // What says nothing would narrow nothing, and whoever wrote it meant to.
        static string One(string name, IReadOnlyList<string?> values) =>
            values is not [{ } one] ? throw Wrong($"{name} is given {values.Count} times.")
            : string.IsNullOrWhiteSpace(one) ? throw Wrong($"{name} has no value: give it one, or leave it out.")
            : one;
    }

    /// <summary>The offer, which can only be narrower than another.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: something that is named does not exist, or cannot be read.</exception>
    public ToolOffer Within(ToolOffer key, Catalogue catalogue)
    {
        var query = ToolOffer.Read(name => _query.GetValueOrDefault(name)) with { Within = key };
        var headers = ToolOffer.Read(name => _headers.GetValueOrDefault(name), name => Header + name) with { Within = query };
        query.Check(catalogue);
        headers.Check(catalogue);
        return headers;
    }

    private static ConnectorException Wrong(string message) => new(FailureKind.Input, message);
}
