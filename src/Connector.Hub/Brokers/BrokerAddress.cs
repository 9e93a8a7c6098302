using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>Where a broker is, as people write it: <c>amqps://user:password@host/vhost</c>, or <c>env:NAME</c> of a variable that holds it.</summary>
/// <remarks>Several hosts of one cluster stand behind each other: <c>nats://a:4222,b:4222</c>.</remarks>
internal sealed partial record BrokerAddress
{
    private const string Variable = "env:";

    // Without TLS, with it, and the usual ports of both.
    private static readonly (string Plain, string Secure, int PlainPort, int SecurePort)[] s_schemes =
    [
        ("amqp", "amqps", 5672, 5671),
        ("nats", "tls", 4222, 4222),
        ("kafka", "kafkas", 9092, 9093),
    ];

    private BrokerAddress() { }

    /// <summary>The kind of broker: <c>amqp</c>, <c>nats</c> or <c>kafka</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it is spoken to with TLS.</summary>
    public required bool IsSecure { get; init; }

    /// <summary>Its machines, each with a port.</summary>
    public required IReadOnlyList<DnsEndPoint> Hosts { get; init; }

    /// <summary>Who comes; null for nobody in particular.</summary>
    public string? User { get; init; }

    /// <summary>The password; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>What follows the hosts, such as RabbitMQ's virtual host; empty for nothing.</summary>
    public string Path { get; init; } = "";

    /// <summary>What people may see of it: no user and no password, and of a variable its name only.</summary>
    public required string Name { get; init; }

    public override string ToString() => Name;

    /// <summary>Reads an address.</summary>
    /// <param name="text">What somebody gave.</param>
    /// <param name="option">Where they gave it, such as <c>--from</c>.</param>
    /// <param name="kinds">The kinds that it may be.</param>
    /// <param name="read">Reads a variable of the environment.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be read, or would carry secrets over a network in the clear.</exception>
    public static BrokerAddress Parse(string text, string option, IReadOnlyCollection<string> kinds, Func<string, string?> read)
    {
        if (!text.StartsWith(Variable, StringComparison.Ordinal))
        {
            return Of(text, option, kinds, name: null);
        }

        var variable = text[Variable.Length..];
        return read(variable) is { Length: > 0 } value
            ? Of(value.Trim(), $"{option} {text}", kinds, name: text)
            : throw new ConnectorException(
                FailureKind.Input,
                $"{option} {text}: there is no variable {variable}, or it is empty. Set it to the broker's address."
            );
    }

    private static BrokerAddress Of(string text, string given, IReadOnlyCollection<string> kinds, string? name)
    {
        var known = s_schemes.Where(s => kinds.Contains(s.Plain)).ToArray();
        var match = Form().Match(text);
        var scheme = match.Groups["scheme"].Value;
        if (
            !match.Success
            || Array.Find(known, s => s.Plain == scheme || s.Secure == scheme) is not { Plain: { } kind } found
            || Endpoints(match.Groups["hosts"].Value, scheme == found.Secure ? found.SecurePort : found.PlainPort) is not { } hosts
        )
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{given} is no address of a broker. Write {string.Join(" or ", known.Select(s => $"{s.Secure}://user:password@host:{s.SecurePort}"))}, or "
                    + $"{string.Join(", ", known.Select(s => $"{s.Plain}://127.0.0.1:{s.PlainPort}"))} on this machine; in a user or password / ? # @ : are "
                    + "written %2F %3F %23 %40 %3A. env:NAME takes it from a variable."
            );
        }

        var isSecure = scheme == found.Secure;
        if (!isSecure && !hosts.TrueForAll(h => IsLoopback(h.Host)))
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{given} begins with {found.Plain}://, which anybody on the way can read; that is for brokers on this machine only. "
                    + $"Write {found.Secure}:// for TLS."
            );
        }

        return new()
        {
            Kind = kind,
            IsSecure = isSecure,
            Hosts = hosts,
            User = Part("user"),
            Password = Part("password"),
            Path = Uri.UnescapeDataString(match.Groups["path"].Value),
            Name = name ?? Shown.Escape($"{scheme}://{match.Groups["hosts"].Value}{(match.Groups["path"].Value is { Length: > 0 } path ? "/" + path : "")}"),
        };

        string? Part(string group) => match.Groups[group].Value is { Length: > 0 } value ? Uri.UnescapeDataString(value) : null;
    }

    private static List<DnsEndPoint>? Endpoints(string hosts, int usual)
    {
        var endpoints = new List<DnsEndPoint>();
        foreach (var host in hosts.Split(','))
        {
            if (!Uri.TryCreate("tcp://" + host, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.PathAndQuery is not ("/" or ""))
            {
                return null;
            }

            endpoints.Add(new DnsEndPoint(uri.Host.Trim('[', ']'), uri.Port < 0 ? usual : uri.Port));
        }

        return endpoints;
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>A host with its port, as an address has it.</summary>
    public static string Text(DnsEndPoint host) =>
        string.Create(CultureInfo.InvariantCulture, $"{(host.Host.Contains(':') ? $"[{host.Host}]" : host.Host)}:{host.Port}");

    [GeneratedRegex(
        "^(?<scheme>[a-z]+)://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^/?#@]+)(?:/(?<path>[^?#]*))?$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
