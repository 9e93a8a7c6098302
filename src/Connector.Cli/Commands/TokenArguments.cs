using System.CommandLine;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Hub.Access;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary>Whose tokens let callers of a hub in.</summary>
internal sealed class TokenArguments
{
    private readonly Option<string?> _issuer = new("--jwt-issuer")
    {
        Description = "Issuer whose tokens let callers in (JWT bearer), as their iss says.",
        HelpName = "url",
    };
    private readonly Option<string[]> _audience = new("--jwt-audience")
    {
        Description = "For whom its tokens must be made, as their aud says: the hub's public address.",
        HelpName = "text",
    };
    private readonly Option<string?> _keys = new("--jwt-keys")
    {
        Description = "Its public keys: a JWKS file or address. Default: what its metadata name.",
        HelpName = "file|url",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_issuer, _audience, _keys])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            var issuer = result.GetResult(_issuer)?.Tokens is [{ Value: var text }] ? text : null;
            var keys = result.GetResult(_keys)?.Tokens is [{ Value: var named }] ? named : null;
            if ((issuer is null) != (result.GetResult(_audience) is null) || (issuer is null && keys is not null))
            {
                result.AddError("--jwt-issuer and --jwt-audience go together, and --jwt-keys with both.");
            }
            else if (issuer is not null && keys is null && !IssuerKeys.IsSafe(issuer))
            {
                result.AddError($"--jwt-issuer {issuer} is no https address where the issuer's metadata are. Give its keys with --jwt-keys.");
            }
            else if (keys is not null && IssuerKeys.IsAddress(keys) && !IssuerKeys.IsSafe(keys))
            {
                result.AddError($"--jwt-keys {keys} must be a file or an https address.");
            }
        });
    }

    /// <summary>What reads the tokens; null when none are taken.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file of keys cannot be used.</exception>
    public BearerTokens? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_issuer) is not { } issuer)
        {
            return null;
        }

        var tokens = new BearerTokens(
            new TokenOptions
            {
                Issuer = issuer,
                Audiences = parsed.GetValue(_audience)!,
                Keys = parsed.GetValue(_keys),
                Say = Terminal.Say,
            }
        );
        tokens.Check();
        return tokens;
    }
}
