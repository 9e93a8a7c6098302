using System.IO.Enumeration;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Model;

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

    /// <summary>Whether one address, or a name with its address in angle brackets, is allowed.</summary>
    public bool Allows(string address) =>
        MailParts.Bare(address) is { } bare && Array.Exists(_allowed, pattern => FileSystemName.MatchesSimpleExpression(pattern, bare));
}
