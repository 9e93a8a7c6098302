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
        var command = new StringBuilder("curl");
        var route = Routes.Find(request.Method, SandboxRequest.Split(request.Path));
        command.Append(
            route?.Access switch
            {
                Access.App => " -H \"Authorization: Bearer $CUSTOMERIO_APP_API_KEY\"",
                Access.Track => " -u \"$CUSTOMERIO_SITE_ID:$CUSTOMERIO_API_KEY\"",
                _ => "",
            }
        );
        command.Append($" -X {Quoted(request.Method)} {Quoted(origin + QuerySecrets.Hide(request.Path))}");
        if (request.ContentType is { } type)
        {
            command.Append($" -H {Quoted($"Content-Type: {type}")}");
        }
        if (request.Bytes > 0)
        {
            var isText = request.Bytes <= MaxBody && !request.Text.Any(c => char.IsControl(c) && c is not ('\n' or '\t')) && !request.Text.Contains('\uFFFD');
            command.Append(isText ? $" --data-raw {Quoted(request.Text)}" : " --data-binary @body");
        }
        return command.ToString();
    }

    /// <summary>One word in bash, zsh and fish alike: fish takes a backslash before a quote or another one for an escape.</summary>
    private static string Quoted(string text) =>
        Plain().IsMatch(text) ? text : $"'{Backslash().Replace(text.Replace("'", "'\"'\"'", StringComparison.Ordinal), "'\"\\\\\"'")}'";

    [GeneratedRegex("""^[\w/.:-]+$""")]
    private static partial Regex Plain();

    [GeneratedRegex("""\\(?=['\\]|$)""")]
    private static partial Regex Backslash();
}
