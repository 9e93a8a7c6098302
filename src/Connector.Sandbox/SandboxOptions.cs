namespace CustomerIo.Connector.Sandbox;

/// <summary>How a sandbox listens, whom it lets in and what it keeps.</summary>
public sealed record SandboxOptions
{
    /// <summary>The port on 127.0.0.1; 0 (the default) takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>The Site ID that must be sent; null (the default) accepts any that is not empty.</summary>
    public string? SiteId { get; init; }

    /// <summary>The Track API key that must be sent; null (the default) accepts any that is not empty.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The App API key that must be sent; null (the default) accepts any that is not empty.</summary>
    public string? AppApiKey { get; init; }

    /// <summary>The Pipelines API key that must be sent; null (the default) accepts any that is not empty.</summary>
    public string? PipelinesApiKey { get; init; }

    /// <summary>The workspace's region, <c>us</c> (the default) or <c>eu</c>, as the region look-up tells it.</summary>
    public string Region { get; init; } = "us";

    /// <summary>A file that state is loaded from and saved to; null (the default) keeps it in memory.</summary>
    public string? File { get; init; }

    /// <summary>Whether it begins with people, segments and messages of the last weeks; not over people that the file has.</summary>
    public bool Seed { get; init; }

    /// <summary>A file to which each request is added that arrives, one JSON object a line; null (the default) keeps the newest in memory alone.</summary>
    public string? Record { get; init; }

    /// <summary>Whether requests over the vendor's rates are answered 429; off by default.</summary>
    public bool RateLimits { get; init; }

    /// <summary>When set, every Track request is redirected there, as the US host does for an EU workspace.</summary>
    public Uri? RedirectTo { get; init; }

    /// <summary>The key that reports to webhooks are signed with; by default <c>sandbox</c>.</summary>
    public string WebhookSigningKey { get; init; } = "sandbox";

    /// <summary>How many times faster than at the vendor's a webhook is tried again, from 1; by default an hour takes a second.</summary>
    public int WebhookSpeed { get; init; } = 3600;

    /// <summary>Of how many past days it begins with messages, made up the same way each time, at most 90; none by default.</summary>
    public int HistoryDays { get; init; }

    /// <summary>The clock behind timestamps, delays, rate limits and saving; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Names everything but the keys.</summary>
    public override string ToString() => $"SandboxOptions {{ Port = {Port}, Region = {Region}, File = {File}, RateLimits = {RateLimits} }}";
}
