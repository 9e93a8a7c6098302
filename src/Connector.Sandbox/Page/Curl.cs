using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A recorded request as a command to paste into a shell, its keys as variables.</summary>
internal static partial class Curl
{
    private const int MaxBody = 64 << 10;

    /// <summary>The command; a body that is too long or no text stays in a file that the reader makes.</summary>
    public static string Of(RecordedRequest request, string origin)
    {
        // Addresses stand as they were asked for: brackets and dots mean nothing.
        var command = new StringBuilder("curl -g --path-as-is");
        var route = Routes.Find(request.Method, SandboxRequest.Split(request.Path));
        command.Append(
            route?.Access switch
            {
                Access.App => " -H \"Authorization: Bearer $CUSTOMERIO_APP_API_KEY\"",
                Access.Track => " -u \"$CUSTOMERIO_SITE_ID:$CUSTOMERIO_API_KEY\"",
                _ => "",
            }
        );
        // After -X HEAD, curl would wait for a body that never comes.
        var method = request.Method == "HEAD" ? "-I" : $"-X {Quoted(request.Method)}";
        command.Append($" {method} {Quoted(origin + QuerySecrets.Hide(request.Path))}");
        if (request.ContentType is { } type)
        {
            command.Append($" -H {Quoted($"Content-Type: {type}")}");
        }
        if (request.Bytes > 0)
        {
            command.Append(NeedsFile(request) ? " --data-binary @body" : $" --data-raw {Quoted(request.Text)}");
        }
        return command.ToString();
    }

    /// <summary>Whether the body, being too long or no text, has to be saved as the file <c>body</c> first.</summary>
    public static bool NeedsFile(RecordedRequest request) =>
        request.Bytes > MaxBody || request.Text.Any(c => char.IsControl(c) && c is not ('\n' or '\t')) || request.Text.Contains('\uFFFD');

    /// <summary>One word in bash, zsh and fish alike: fish takes a backslash before a quote or another one for an escape.</summary>
    private static string Quoted(string text) =>
        Plain().IsMatch(text) ? text : $"'{Backslash().Replace(text.Replace("'", "'\"'\"'", StringComparison.Ordinal), "'\"\\\\\"'")}'";

    [GeneratedRegex("""^[\w/.:-]+$""")]
    private static partial Regex Plain();

    [GeneratedRegex("""\\(?=['\\]|$)""")]
    private static partial Regex Backslash();
}
