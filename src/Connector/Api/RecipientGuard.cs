using System.IO.Enumeration;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>Lets messages reach only some recipients, for use outside production: <c>allow:*@example.com,qa@example.org</c> or
/// <c>rewrite:qa@example.com</c>.</summary>
/// <remarks>A recipient that nobody here can see (a template's own, a segment's, a file's) is refused: the guard fails closed.</remarks>
internal sealed class RecipientGuard
{
    private readonly string[] _allowed;
    private readonly string? _instead;

    private RecipientGuard(string[] allowed, string? instead)
    {
        _allowed = allowed;
        _instead = instead;
    }

    /// <summary>The address that takes the place of others; null when others are refused.</summary>
    public string? Instead => _instead;

    /// <summary>Reads a guard.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it is neither form.</exception>
    public static RecipientGuard Parse(string text)
    {
        var parts = text.Split(':', 2);
        var values = parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
        var form = parts[0].Trim().ToLowerInvariant();
        if (form == "allow" && values.Select(Wrong).FirstOrDefault(w => w is not null) is { } wrong)
        {
            throw new ConnectorException(
                FailureKind.Connection,
                $"The recipient guard's {wrong} Write addresses, patterns as *@example.com or numbers as +1555*, with commas between."
            );
        }

        return (form, values) switch
        {
            ("allow", { Length: > 0 }) => new RecipientGuard(values, null),
            ("rewrite", [var one]) when !one.AsSpan().ContainsAny("*?") && Gate.Email(one).Problem is null && MailParts.Bare(one) == one => new RecipientGuard(
                [one],
                one
            ),
            _ => throw new ConnectorException(
                FailureKind.Connection,
                "The recipient guard must be allow: with addresses or patterns, such as "
                    + "allow:*@example.com, or rewrite: with one address, such as rewrite:qa@example.com."
            ),
        };
    }

    /// <summary>What is wrong with a pattern; null when nothing.</summary>
    private static string? Wrong(string pattern)
    {
        var at = pattern.LastIndexOf('@');
        return MailParts.Bare(pattern) != pattern ? "pattern holds what no address has, such as a blank, a semicolon or brackets, and could match nobody."
            : !pattern[(at + 1)..].Any(char.IsLetterOrDigit)
                ? "pattern would let everybody pass, whatever the domain or number; leave the guard empty to have none."
            : at < 0 && pattern[0] != '+' ? "pattern has no @ and is no number, so it could match addresses that nobody meant."
            : null;
    }

    /// <summary>The request with every recipient checked or replaced.</summary>
    /// <param name="request">The request.</param>
    /// <param name="endpoint">What it leads to.</param>
    /// <param name="body">Its body; changed where recipients are replaced.</param>
    /// <param name="warn">Takes how many were replaced.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it would reach somebody else; nothing was sent.</exception>
    public ApiRequest Apply(ApiRequest request, Endpoint endpoint, JToken body, Action<string> warn)
    {
        var judge = new RecipientJudge(this);
        switch (endpoint.Carries)
        {
            case Carries.Nothing:
                return request;
            case Carries.Unseen:
                throw Refused("", "this reaches people who cannot be seen from here");
            case Carries.Message:
                judge.Message(Object(body), Endpoint.Segments(request.Path)[2]);
                break;
            case Carries.Audience:
                judge.Audience(Object(body));
                break;
            case Carries.Content:
                judge.Content(Object(body));
                break;
            case Carries.Event:
                judge.Event(Guards.One(body, "event"), "");
                break;
            default:
                foreach (var (operation, path) in Guards.Operations(body, endpoint))
                {
                    judge.Operation(operation, path);
                }

                foreach (var (call, path, _) in Guards.Calls(body, request, endpoint))
                {
                    judge.Event(call, path);
                }

                break;
        }

        if (judge.Replaced > 0)
        {
            warn($"The connection's recipient guard put its own address in place of {judge.Replaced} recipient{(judge.Replaced == 1 ? "" : "s")}.");
        }

        return judge.Replaced == 0 ? request : request with { Body = new ApiBody(ConnectorJson.ToBytes(body), request.Body.ContentType) };
    }

    /// <summary>Whether one address, or a name with its address in angle brackets, is allowed.</summary>
    public bool Allows(string address) =>
        MailParts.Bare(address) is { } bare && Array.Exists(_allowed, pattern => FileSystemName.MatchesSimpleExpression(pattern, bare));

    /// <summary>The refusal of a request whose recipients are not allowed, or cannot be seen.</summary>
    public static ConnectorException Refused(string path, string why)
    {
        var message =
            $"The connection's recipient guard refused this: {why}{(path.Length > 0 ? $" ({path})" : "")}. Nothing was sent. Its owner can "
            + "change Recipient Guard (CUSTOMERIO_RECIPIENT_GUARD).";
        return new ConnectorException(FailureKind.Connection, message, [new Problem(path, message)]);
    }

    private static JObject Object(JToken body) => body as JObject ?? throw Refused("", "the body is not an object, so its recipients cannot be seen");
}
