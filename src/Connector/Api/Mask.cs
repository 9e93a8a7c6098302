using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Api;

/// <summary>Hides credentials, e-mail addresses and device tokens in whatever people or logs may see.</summary>
internal static partial class Mask
{
    public const string Stars = "***";

    /// <summary>Hides e-mail addresses, also percent-encoded ones, and the given secrets.</summary>
    public static string Text(string text, IEnumerable<string> secrets)
    {
        // A "secret" of a letter or two, as in tests, would star out half of the words.
        foreach (var secret in secrets.Where(s => s.Length >= 4))
        {
            text = text.Replace(secret, Stars, StringComparison.Ordinal);
        }

        return Email().Replace(text, Stars + "@" + Stars);
    }

    /// <summary>As <see cref="Text"/>, and device tokens in a path or in a JSON body too.</summary>
    public static string Request(string text, IEnumerable<string> secrets) =>
        TokenInBody().Replace(TokenInPath().Replace(Text(text, secrets), "$1" + Stars), "$1\"" + Stars + "\"");

    [GeneratedRegex("""[^\s"'<>()\[\]{},;:/?&=\\]+(?:@|%40)[^\s"'<>()\[\]{},;:/?&=\\]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    [GeneratedRegex(@"(/devices/)[^/?\s]+", RegexOptions.CultureInvariant)]
    private static partial Regex TokenInPath();

    [GeneratedRegex("""("device"\s*:\s*\{[^{}]*?"(?:id|token)"\s*:\s*|"(?:device_token|device_id|token)"\s*:\s*)"(?:[^"\\]|\\.)*\x22""", RegexOptions.CultureInvariant)]
    private static partial Regex TokenInBody();
}
