using System.Globalization;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Model;

/// <summary>Where a workspace's data lives.</summary>
public enum Region
{
    /// <summary>Ask Customer.io once and remember.</summary>
    Auto,

    /// <summary>United States.</summary>
    Us,

    /// <summary>European Union.</summary>
    Eu,
}

/// <summary>The keys of one Customer.io workspace. Immutable; its text form shows no secret; an empty text is the same as null.</summary>
public sealed class Connection
{
    /// <summary>What people call this connection; any text. Default <c>default</c>.</summary>
    public string Name { get; init; } = "default";

    /// <summary>Site ID of the Track API credentials: the user name.</summary>
    public string? SiteId
    {
        get;
        init => field = NotEmpty(value);
    }

    /// <summary>API key of the Track API credentials: the password.</summary>
    public string? ApiKey
    {
        get;
        init => field = NotEmpty(value);
    }

    /// <summary>App API key, for looking up and sending.</summary>
    public string? AppApiKey
    {
        get;
        init => field = NotEmpty(value);
    }

    /// <summary>API key of a Pipelines source.</summary>
    public string? PipelinesApiKey
    {
        get;
        init => field = NotEmpty(value);
    }

    /// <summary>Signing key of the reporting webhook.</summary>
    public string? WebhookSigningKey
    {
        get;
        init => field = NotEmpty(value);
    }

    /// <summary>Where the workspace lives. Default <see cref="Region.Auto"/>.</summary>
    public Region Region { get; init; }

    /// <summary>Replaces every Customer.io host, for the sandbox and for proxies; https unless loopback. Default null.</summary>
    public string? BaseUrl
    {
        get;
        init => field = NotEmpty(value);
    }

    /// <summary>Requests per second to each API, 0 for no limit. Default null: the documented rate, none on loopback.</summary>
    public double? RateLimit { get; init; }

    /// <summary>All attempts and waits of one request together; 1 s to 24 h. Default 120 s.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Refuses whatever deletes, suppresses or merges. Default false.</summary>
    public bool BlockDestructive { get; init; }

    /// <summary>Lets words that programs write for nothing, such as <c>null</c>, name people, objects, segments and events. Default false.</summary>
    public bool AllowPlaceholderIds { get; init; }

    /// <summary>Who may get messages, for use outside production: <c>allow:*@example.com,…</c> or <c>rewrite:qa@example.com</c>. Default null:
    /// everybody.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it is neither form.</exception>
    public string? RecipientGuard
    {
        get;
        init
        {
            field = NotEmpty(value);
            Guard = field is null ? null : Model.RecipientGuard.Parse(field);
        }
    }

    /// <summary>Reads a connection from environment variables; absent and empty are the same.</summary>
    /// <param name="read">How to read a variable. Default: the process's environment.</param>
    /// <returns>The connection, with the keys that are set.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: region, rate limit or total timeout cannot be read.</exception>
    public static Connection FromEnvironment(Func<string, string?>? read = null)
    {
        read ??= Environment.GetEnvironmentVariable;
        return Read(key => read(EnvironmentName(key)), EnvironmentName);
    }

    /// <summary>Reads a connection from an object with the keys of <c>manifest/connection.json</c>.</summary>
    /// <param name="json">The object; absent, null and empty are the same.</param>
    /// <returns>The connection, with the keys that are set.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: an unknown key, or a value that cannot be read.</exception>
    public static Connection FromJson(JObject json)
    {
        foreach (var property in json.Properties())
        {
            if (!s_keys.Contains(property.Name, StringComparer.Ordinal))
            {
                throw Bad($"The connection has no field \"{property.Name}\". It has: {string.Join(", ", s_keys)}.");
            }

            if (property.Value is not JValue)
            {
                throw Bad($"The connection's field \"{property.Name}\" must be a text or a number.");
            }
        }

        return Read(key => json[key] is JValue value ? ConnectorJson.ScalarText(value) : null, key => $"the connection's \"{key}\"");
    }

    /// <summary>The environment variable of a field: <c>appApiKey</c> → <c>CUSTOMERIO_APP_API_KEY</c>.</summary>
    /// <param name="key">A field of the connection.</param>
    /// <returns>The variable's name.</returns>
    public static string EnvironmentName(string key) =>
        "CUSTOMERIO_" + string.Concat(key.Select(c => char.IsAsciiLetterUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));

    /// <summary>Name, region and which keys are set; never a key.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        var set = new (string Name, string? Value)[] { ("track", ApiKey), ("app", AppApiKey), ("pipelines", PipelinesApiKey), ("webhook", WebhookSigningKey) };
        return $"Connection {Name} (region {Names.Camel(Region.ToString())}; keys: "
            + $"{string.Join(", ", set.Where(s => s.Value is not null).Select(s => s.Name).DefaultIfEmpty("none"))})";
    }

    internal RecipientGuard? Guard { get; private init; }

    internal IEnumerable<string> Secrets => new[] { ApiKey, AppApiKey, PipelinesApiKey, WebhookSigningKey }.Where(s => s is { Length: > 0 })!;

    private static readonly string[] s_keys =
    [
        "name",
        "siteId",
        "apiKey",
        "appApiKey",
        "pipelinesApiKey",
        "webhookSigningKey",
        "region",
        "baseUrl",
        "rateLimit",
        "totalTimeout",
        "blockDestructive",
        "recipientGuard",
        "allowPlaceholderIds",
    ];

    private static Connection Read(Func<string, string?> read, Func<string, string> nameOf)
    {
        string? Text(string key) => read(key) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

        return new Connection
        {
            Name = Text("name") ?? "default",
            SiteId = Text("siteId"),
            ApiKey = Text("apiKey"),
            AppApiKey = Text("appApiKey"),
            PipelinesApiKey = Text("pipelinesApiKey"),
            WebhookSigningKey = Text("webhookSigningKey"),
            Region = ParseRegion(Text("region"), nameOf("region")),
            BaseUrl = Text("baseUrl"),
            RateLimit = Number(Text("rateLimit"), nameOf("rateLimit"), 0, 1_000_000_000, "requests per second, 0 for no limit"),
            TotalTimeout = TimeSpan.FromMilliseconds(Number(Text("totalTimeout"), nameOf("totalTimeout"), 1000, 86_400_000, "milliseconds") ?? 120_000),
            BlockDestructive = Switch(Text("blockDestructive"), nameOf("blockDestructive")),
            RecipientGuard = Text("recipientGuard"),
            AllowPlaceholderIds = Switch(Text("allowPlaceholderIds"), nameOf("allowPlaceholderIds")),
        };
    }

    internal static Region ParseRegion(string? text, string name) =>
        text?.ToLowerInvariant() switch
        {
            null or "auto" => Region.Auto,
            "us" => Region.Us,
            "eu" => Region.Eu,
            _ => throw Bad($"{name} must be auto, us or eu."),
        };

    private static double? Number(string? text, string name, double least, double most, string unit)
    {
        if (text is null)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Bad(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most} ({unit})."));
    }

    private static bool Switch(string? text, string name) =>
        text?.ToLowerInvariant() switch
        {
            null or "false" or "0" => false,
            "true" or "1" => true,
            _ => throw Bad($"{name} must be true or false."),
        };

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static ConnectorException Bad(string message) => new(FailureKind.Connection, message);
}
