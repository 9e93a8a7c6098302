using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Api;

/// <summary>Hides credentials, e-mail addresses and device tokens in whatever people or logs may see.</summary>
internal static partial class Mask
{
    public const string Stars = "***";

    /// <summary>Hides e-mail addresses, also escaped ones, and the given secrets; cuts what is too long, but never through a secret.</summary>
    public static string Text(string text, IEnumerable<string> secrets, int most = int.MaxValue)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, Stars, StringComparison.Ordinal);
        }

        // Addresses are looked for in a little more than is kept, so that one at the end is whole.
        text = Email().Replace(Shown.Head(text, most < int.MaxValue / 2 ? most * 2 : most), Stars + "@" + Stars);
        return text.Length <= most ? text : Shown.Head(text, most) + "…";
    }

    /// <summary>As <see cref="Text"/>, and device tokens in a path or in a JSON body too.</summary>
    public static string Request(string text, IEnumerable<string> secrets) =>
        TokenInBody().Replace(TokenInPath().Replace(Text(text, secrets), "$1" + Stars), "$1\"" + Stars + "\"");

    // It looks only from the start of a run of such characters: looking from each of them would take the square of a long run's time.
    [GeneratedRegex(
        """(?<![^\s"'<>()\[\]{},;:/?&=\\])[^\s"'<>()\[\]{},;:/?&=\\]+(?:@|%40|\\u0040)[^\s"'<>()\[\]{},;:/?&=\\]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Email();

    [GeneratedRegex(@"(/devices/)[^/?\s]+", RegexOptions.CultureInvariant)]
    private static partial Regex TokenInPath();

    [GeneratedRegex(
        """("device"\s*:\s*\{[^{}]*?"(?:id|token)"\s*:\s*|"(?:device_token|device_id|token|recipient)"\s*:\s*)"(?:[^"\\]|\\.)*\x22""",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex TokenInBody();
}
