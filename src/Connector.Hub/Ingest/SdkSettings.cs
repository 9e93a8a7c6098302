using CustomerIo.Connector.Hub.Listening;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>What SDKs of browsers and phones ask for before they begin, so that they need no server of their vendor.</summary>
internal static class SdkSettings
{
    /// <summary>Segment's settings of a source: no destination but this server.</summary>
    public static JObject Segment(HttpRequest request, string key) =>
        new()
        {
            ["integrations"] = new JObject
            {
                ["Segment.io"] = new JObject
                {
                    ["apiKey"] = key,
                    ["apiHost"] = $"{request.Host}/v1",
                    ["protocol"] = ReachedBy.Scheme(request),
                },
            },
            ["plan"] = new JObject
            {
                ["track"] = new JObject
                {
                    ["__default"] = new JObject { ["enabled"] = true, ["integrations"] = new JObject() },
                },
            },
            ["edgeFunction"] = new JObject(),
            ["metrics"] = new JObject { ["sampleRate"] = 0 },
        };

    /// <summary>RudderStack's configuration of a source: no destination that the SDK would have to load.</summary>
    public static JObject RudderStack(string key, string now)
    {
        var off = new JObject { ["enabled"] = false };
        return new()
        {
            ["isHosted"] = true,
            ["source"] = new JObject
            {
                ["id"] = "connector",
                ["name"] = "connector",
                ["writeKey"] = key,
                ["enabled"] = true,
                ["workspaceId"] = "connector",
                ["config"] = new JObject
                {
                    ["statsCollection"] = new JObject { ["errors"] = off, ["metrics"] = off.DeepClone() },
                },
                ["destinations"] = new JArray(),
                ["connections"] = new JArray(),
                ["updatedAt"] = now,
            },
            ["updatedAt"] = now,
        };
    }
}
