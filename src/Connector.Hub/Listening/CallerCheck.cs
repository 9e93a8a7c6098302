using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Refuses what a web page of another origin, or a name that only points here, makes a browser send. Its twin is caller.js.</summary>
/// <param name="address">Where the server listens; beyond loopback every IP address counts as its name.</param>
/// <param name="names">Further host names that it is reached by, such as a tunnel's or a proxy's.</param>
internal sealed class CallerCheck(IPAddress address, params IEnumerable<string> names)
{
    /// <summary>Why a request under a foreign name is refused.</summary>
    public const string ForeignHost =
        "This server does not go by that name: call it by the address that it printed. hub, serve and webhooks serve take further names with --allow-host.";

    /// <summary>Why a request of a foreign page is refused.</summary>
    public const string ForeignPage = "A web page of another origin may not call this server. Events are taken of pages that --cors of serve or hub names.";

    private static readonly HashSet<string> s_loopback = new(["localhost", "127.0.0.1", "[::1]"], StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _names = new(
        [.. s_loopback, address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}", .. names.Select(n => n.TrimEnd('.'))],
        StringComparer.OrdinalIgnoreCase
    );

    // No name server makes a browser send an address for a name, so what others reach under whatever address is safe.
    private readonly bool _anyAddress = !IPAddress.IsLoopback(address);

    /// <summary>Decides from Host, Origin and Sec-Fetch headers.</summary>
    /// <param name="request">The request, or the upgrade.</param>
    /// <param name="pages">Origins of other pages that may send it; <c>*</c> for all. Default none.</param>
    /// <returns>A sentence for the caller; null when the request may go on.</returns>
    public string? Refusal(HttpRequest request, IReadOnlyCollection<string>? pages = null) =>
        request.Headers.Host is not [{ } host] || Name(host) is not { } name || !(_names.Contains(name) || (_anyAddress && IsAddress(name))) ? ForeignHost
        : IsForeignPage(request.Headers, host, s_loopback.Contains(name), pages ?? []) ? ForeignPage
        : null;

    /// <summary>Whether a host name, or an address in place of one, is that of this machine for itself.</summary>
    public static bool IsLoopback(string name) =>
        s_loopback.Contains(name.TrimEnd('.')) || (IPAddress.TryParse(name, out var given) && IPAddress.IsLoopback(given));

    /// <summary>Whether a browser says that a page is behind the request.</summary>
    public static bool IsFromPage(HttpRequest request) => request.Headers.Origin.Count > 0 || request.Headers.ContainsKey("Sec-Fetch-Site");

    private static bool IsForeignPage(IHeaderDictionary headers, string host, bool loopback, IReadOnlyCollection<string> pages)
    {
        if (headers.Origin.Count > 0)
        {
            return headers.Origin is not [{ } origin]
                || !(
                    pages.Contains("*")
                    || pages.Contains(origin, StringComparer.OrdinalIgnoreCase)
                    || Same(origin, "http://" + host)
                    // A proxy before it may speak TLS; on this machine another program does.
                    || (!loopback && Same(origin, "https://" + host))
                );
        }

        // A browser leaves Origin out of what a page only loads, but says how near the page is. A link that is followed is no page's doing.
        return headers["Sec-Fetch-Site"] is { Count: > 0 } site
            && site is not ["same-origin" or "none"]
            && !(headers["Sec-Fetch-Mode"] is ["navigate"] && headers["Sec-Fetch-Dest"] is ["document"]);
    }

    /// <summary>The host without port and final dot; null when it is malformed.</summary>
    private static string? Name(string host)
    {
        var end =
            host.StartsWith('[') ? host.IndexOf(']') + 1
            : host.IndexOf(':') is >= 0 and var colon ? colon
            : host.Length;
        var (name, port) = (host[..end], host[end..]);
        var isPort = port is "" || (port is [':', .. { Length: > 0 and <= 5 } digits] && digits.All(char.IsAsciiDigit));
        return !isPort ? null
            : name.EndsWith('.') ? name[..^1]
            : name;
    }

    // Only as a browser writes it: "1" and "0x7f.1" are addresses to a parser, and names to others.
    private static bool IsAddress(string name) =>
        name is ['[', .. var inner, ']']
            ? IPAddress.TryParse(inner, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6
            : IPAddress.TryParse(name, out var four) && four.ToString() == name;

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
