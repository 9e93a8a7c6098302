using System.Globalization;

namespace CustomerIo.Connector.Webhooks;

/// <summary>Decides what becomes of a webhook request: from its headers and bytes, the settings, the key and the time alone.</summary>
public static class WebhookCheck
{
    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">What the trigger wants.</param>
    /// <param name="signingKey">The webhook's signing key; without one nothing is verified, with one everything is.</param>
    /// <param name="now">The time.</param>
    /// <returns>The answer's status, and the delivery unless it was refused.</returns>
    public static WebhookVerdict Check(WebhookRequest request, TriggerSettings settings, string? signingKey, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(settings);
        var verified = !string.IsNullOrEmpty(signingKey);
        var refusal = Shape(request) ?? (verified ? Sender(request, signingKey!, settings.ReplayWindow, now) : null);
        if (refusal is var (status, reason))
        {
            return new WebhookVerdict(status, null, Filtered: false, Verified: false, reason);
        }

        try
        {
            var delivery = Delivery.Read(request.Body.Span, settings.Trigger);
            return new WebhookVerdict(200, delivery, !settings.Wants(delivery), verified, null);
        }
        catch (FormatException)
        {
            // Not the reader's own words: they may quote the body.
            return new WebhookVerdict(400, null, Filtered: false, verified, "The body is not a JSON object.");
        }
    }

    private static (int Status, string Reason)? Shape(WebhookRequest request) =>
        !request.Method.Equals("POST", StringComparison.OrdinalIgnoreCase) ? (405, "Customer.io sends deliveries with POST.")
        : !IsJson(request.Header("Content-Type")) ? (415, "The content type is not application/json.")
        : request.Body.Length > WebhookRequest.MaxBodyLength ? (413, $"The body is longer than {WebhookRequest.MaxBodyLength >> 20} MiB.")
        : null;

    private static (int Status, string Reason)? Sender(WebhookRequest request, string key, TimeSpan window, DateTimeOffset now)
    {
        if (request.Header(WebhookSignature.Header) is not { Length: > 0 } signature)
        {
            return (401, $"There is no {WebhookSignature.Header} header, and a signing key is set.");
        }

        var timestamp = request.Header(WebhookSignature.TimestampHeader)?.Trim() ?? "";
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var sent))
        {
            return (400, $"The {WebhookSignature.TimestampHeader} header is missing or no number of seconds.");
        }

        if (!WebhookSignature.Matches(key, timestamp, request.Body.Span, signature))
        {
            return (401, "The signature is not this signing key's: the key is another webhook's, or the body was changed on its way.");
        }

        var age = (decimal)now.ToUnixTimeSeconds() - sent;
        return window > TimeSpan.Zero && Math.Abs(age) > (decimal)window.TotalSeconds
            ? (
                400,
                $"The delivery was signed {(age > 0 ? $"{age} s ago" : $"{-age} s from now")}, and the replay window is {window.TotalSeconds} s. "
                    + "If it is not an old one, set this machine's clock."
            )
            : null;
    }

    private static bool IsJson(string? contentType)
    {
        var type = (contentType ?? "").Split(';')[0].Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }
}
