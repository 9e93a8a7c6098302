using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Reads a person back through the App API after a change, since Customer.io answers 200 to some changes that it does not make.</summary>
internal static class ReadBack
{
    private const string Verified = "verified", Conflict = "conflict", NotVisibleYet = "notVisibleYet";

    // Customer.io applies changes a moment after it has answered.
    private static readonly TimeSpan[] s_pauses =
        [TimeSpan.Zero, TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    /// <summary>The output with <c>verification</c>: <c>verified</c>, <c>conflict</c> (the person holds other values) or <c>notVisibleYet</c>.</summary>
    public static async Task<JToken> PersonAsync(Person person, JObject sent, JToken output, IApi api, CancellationToken ct)
    {
        if (!api.CanAsk(ApiName.App))
        {
            api.Warn("Nothing was read back: Verify needs the connection's App API key, and a run that sends.");
            return output;
        }

        var state = NotVisibleYet;
        foreach (var pause in s_pauses)
        {
            if (pause > TimeSpan.Zero)
            {
                await api.DelayAsync(pause, ct).ConfigureAwait(false);
            }

            state = Compare(await AttributesAsync(person, api, ct).ConfigureAwait(false), sent);
            if (state == Verified)
            {
                break;
            }
        }

        return new JObject((JObject)output) { ["verification"] = state };
    }

    private static async Task<JObject?> AttributesAsync(Person person, IApi api, CancellationToken ct)
    {
        try
        {
            var answer = await api.SendAsync(AppPerson.Get(person, "attributes") with { Repeat = Repeat.Safe }, ct).ConfigureAwait(false);
            return Answers.Object(answer)["customer"] is JObject customer ? customer["attributes"] as JObject : null;
        }
        catch (ConnectorException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private static string Compare(JObject? there, JObject sent)
    {
        if (there is null)
        {
            return NotVisibleYet;
        }

        // Names with an underscore and cio_ names steer the request and are not kept as they were sent.
        var different = sent.Properties()
            .Where(p => !p.Name.StartsWith('_') && !p.Name.StartsWith("cio_", StringComparison.Ordinal))
            .Where(p => !Same(there[p.Name], p.Value))
            .ToArray();
        return different.Length == 0 ? Verified : Array.TrueForAll(different, p => there[p.Name] is null) ? NotVisibleYet : Conflict;
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
