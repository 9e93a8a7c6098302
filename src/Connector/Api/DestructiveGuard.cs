using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>Refuses what deletes, suppresses or merges, whatever action, batch, event or raw request asks for it.</summary>
internal static class DestructiveGuard
{
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: the request destroys something.</exception>
    public static void Check(ApiRequest request)
    {
        if (request.Method == HttpMethod.Delete)
        {
            throw Refused("a DELETE request", "");
        }

        switch (request.Api, Guards.Segments(request))
        {
            case (ApiName.Track, [.., "suppress"]):
                throw Refused("suppressing a person", "");
            case (ApiName.Track, ["v1", "merge_customers", ..]):
                throw Refused("merging two people", "");
            case (ApiName.Track, ["v2", "entity" or "batch", ..]):
                foreach (var (operation, path) in Guards.Operations(Guards.Json(request)))
                {
                    if (operation["action"] is JValue { Value: string action } && action.ToLowerInvariant() is "delete" or "suppress" or "merge" or "delete_device")
                    {
                        throw Refused($"\"{action}\"", path);
                    }
                }

                break;
            case (ApiName.Pipelines, _):
                foreach (var (call, path) in Guards.Calls(Guards.Json(request)))
                {
                    if (call["event"] is JValue { Value: "User Deleted" or "User Suppressed" or "Object Deleted" or "Device Deleted" } name)
                    {
                        throw Refused($"\"{ConnectorJson.ScalarText(name)}\"", path);
                    }
                }

                break;
        }
    }

    /// <summary>The refusal of an action whose effect is <c>destroy</c>.</summary>
    public static ConnectorException Refused(string what, string path)
    {
        var message = $"This connection blocks what cannot be undone, and so {what}{(path.Length > 0 ? $" ({path})" : "")}; nothing was sent. Its owner can switch Block Destructive off (CUSTOMERIO_BLOCK_DESTRUCTIVE).";
        return new ConnectorException(FailureKind.Connection, message, [new Problem(path, message)]);
    }
}
