namespace CustomerIo.Connector.Webhooks;

/// <summary>A request that came to a webhook's address, as the host's HTTP server read it.</summary>
/// <param name="Headers">The headers by name; compared without case.</param>
/// <param name="Body">The body's bytes exactly as they came: the signature is over them.</param>
/// <param name="Method">The method. Default <c>POST</c>.</param>
public sealed record WebhookRequest(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, string Method = "POST")
{
    /// <summary>A longer body is refused: 1 MiB.</summary>
    public const int MaxBodyLength = 1 << 20;

    internal string? Header(string name) =>
        Headers.TryGetValue(name, out var value) ? value : Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>What a webhook request is answered, before anything is kept.</summary>
/// <param name="Status">The HTTP status: 200, or 400, 401, 405, 413 or 415 for a delivery that is refused.</param>
/// <param name="Delivery">The delivery; null when it was refused.</param>
/// <param name="Filtered">Whether the settings do not want it.</param>
/// <param name="Verified">Whether its signature was checked, and is right.</param>
/// <param name="Reason">Why it was refused, in a sentence without personal data; null when it was not.</param>
public sealed record WebhookVerdict(int Status, Delivery? Delivery, bool Filtered, bool Verified, string? Reason);
