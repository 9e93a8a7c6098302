using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>Reads answers of the App API, where any list may be null.</summary>
internal static class Answers
{
    /// <summary>The body, which has to be an object.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: it is other JSON.</exception>
    public static JObject Object(ApiResponse response)
    {
        const string Message = "The answer is JSON, but not an object, so it cannot be read. Look for a proxy between, and try again later.";
        return response.Json as JObject ?? throw new ConnectorException(FailureKind.Unavailable, Message) { Status = response.Status };
    }

    /// <summary>A list of the body; empty where it is null or missing.</summary>
    public static JArray List(JObject body, string name) => body[name] as JArray ?? [];

    /// <summary>The body with a list that is there even if Customer.io left it out.</summary>
    public static JObject WithList(ApiResponse response, string name)
    {
        var body = Object(response);
        if (body[name] is not JArray)
        {
            body[name] = new JArray();
        }

        return body;
    }

    /// <summary>The one thing that a body tells of, also where it is the body itself; as a list, empty where there is none.</summary>
    public static JArray One(JObject body, string name) =>
        body[name] is JArray list ? list
        : body[name] is JObject one ? new JArray(one)
        : body.ContainsKey("id") ? new JArray(body)
        : [];

    /// <summary>A whole number, also where it came as text; null where there is none.</summary>
    public static long? Number(JToken? value) =>
        value switch
        {
            JValue { Value: long number } => number,
            JValue { Value: string text } when long.TryParse(text, out var number) => number,
            _ => null,
        };
}
