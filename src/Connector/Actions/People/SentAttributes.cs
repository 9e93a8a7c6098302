using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Compares attributes that were sent with those that the App API tells.</summary>
internal static class SentAttributes
{
    /// <summary>What a look came to: <c>conflict</c> where the person holds other values.</summary>
    public static string Compare(JObject? there, JObject sent)
    {
        if (there is null)
        {
            return ReadBack.NotVisibleYet;
        }

        // Names with an underscore and cio_ names steer the request and are not kept as they were sent.
        var different = sent.Properties()
            .Where(p => !p.Name.StartsWith('_') && !p.Name.StartsWith("cio_", StringComparison.Ordinal))
            .Where(p => !Same(there[p.Name], p.Value))
            .ToArray();
        return different.Length == 0 ? ReadBack.Verified
            : Array.TrueForAll(different, p => there[p.Name] is null) ? ReadBack.NotVisibleYet
            : ReadBack.Conflict;
    }

    // The App API gives every value as text, lists and objects as JSON text.
    private static bool Same(JToken? there, JToken sent)
    {
        if (sent is JValue { Value: null or "" })
        {
            return there is null or JValue { Value: null or "" or "null" };
        }

        if (there is not JValue { Value: string text })
        {
            return JToken.DeepEquals(there, sent);
        }

        if (sent is JValue { Value: string expected })
        {
            return text == expected;
        }

        try
        {
            return JToken.DeepEquals(Plain(ConnectorJson.Parse(text)), Plain(sent));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // 1 and 1.0 are the same number.
    private static JToken Plain(JToken value) => value is JValue { Type: JTokenType.Integer or JTokenType.Float } number ? new JValue((double)number) : value;
}
