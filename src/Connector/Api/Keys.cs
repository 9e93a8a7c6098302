namespace CustomerIo.Connector.Api;

/// <summary>What a refusal has to do with the keys: which one it was, whether it is of another kind, and what it may not do.</summary>
internal static class Keys
{
    /// <summary>The key of an API as people know it.</summary>
    public static string Name(ApiName api) =>
        api switch
        {
            ApiName.Track => "Site ID and API key",
            ApiName.App => "App API key",
            _ => "Pipelines API key",
        };

    /// <summary>Whether the key in an API's field looks like one of another kind; null when it does not.</summary>
    /// <remarks>Track keys have 20 or 64 characters, App API keys 32.</remarks>
    public static string? WrongKind(ApiName api, Connection connection) =>
        api switch
        {
            ApiName.App when connection.AppApiKey is { } app && (app == connection.ApiKey || app == connection.SiteId || app.Length is 20 or 64) =>
                "This looks like a Track API key. The App API key is created under App API Keys in Customer.io's settings.",
            ApiName.Track when connection.ApiKey is { } key && (key == connection.AppApiKey || key.Length == 32) =>
                "This looks like an App API key in the API key field. The Track API key stands beside the Site ID, under Track API Keys.",
            ApiName.Pipelines when connection.PipelinesApiKey is { } key && (key == connection.AppApiKey || key == connection.ApiKey) =>
                "This is the same key as for another API. The Pipelines API key is shown on the source under Pipelines.",
            _ => null,
        };

    /// <summary>What a refused request wanted to do, as the key's permissions name it.</summary>
    public static string Wanted(ApiRequest request)
    {
        var parts = Guards.Segments(request).SkipWhile(s => s is "v1" or "v2").ToArray();
        var thing = parts is [] ? "this" : parts[0].Replace('_', ' ');
        return request.Api != ApiName.App ? "send data"
            : parts is ["send", ..] ? "send transactional messages"
            : parts is ["campaigns", _, "triggers", ..] && request.Method == HttpMethod.Post ? "trigger broadcasts"
            : $"{(request.Method == HttpMethod.Get ? "read" : request.Method == HttpMethod.Delete ? "delete" : "change")} {thing}";
    }
}
