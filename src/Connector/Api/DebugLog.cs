using System.Text;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Api;

/// <summary>What Debug Request writes: method, URL, headers and body, with credentials, e-mail addresses and device tokens masked.</summary>
internal static class DebugLog
{
    private const int Longest = 10_000;
    private static readonly string[] s_plainHeaders = ["User-Agent", "Content-Type", "Accept", "Accept-Encoding"];

    public static void Request(ILogger log, ApiRequest request, HttpRequestMessage message, Workspace workspace, int attempt)
    {
        var secrets = workspace.Secrets;
        var text = new StringBuilder($"Request, attempt {attempt}: {message.Method} {Mask.Request(message.RequestUri!.AbsoluteUri, secrets)}");
        foreach (var (name, values) in message.Headers.Concat(message.Content!.Headers))
        {
            // Any other header may carry a secret of the caller's own.
            var value = s_plainHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) ? Mask.Request(string.Join(", ", values), secrets) : Mask.Stars;
            text.Append('\n').Append(name).Append(": ").Append(value);
        }

        Body(text, request.Body.Bytes.ToArray(), secrets);
        log.LogInformation("{Request}", text.ToString());
    }

    public static void Response(ILogger log, ApiResponse response, Workspace workspace)
    {
        var text = new StringBuilder($"Response: {response.Status}");
        Body(text, response.Body, workspace.Secrets);
        log.LogInformation("{Response}", text.ToString());
    }

    private static void Body(StringBuilder text, byte[] body, IReadOnlyList<string> secrets)
    {
        if (body.Length == 0)
        {
            return;
        }

        text.Append('\n').Append(body.Length > Longest ? $"({body.Length} bytes)" : Mask.Request(Encoding.UTF8.GetString(body), secrets));
    }
}
