using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>Reads back through the App API after a change, since Customer.io answers 200 to some changes that it does not make.</summary>
internal static class ReadBack
{
    public const string Verified = "verified",
        Conflict = "conflict",
        NotVisibleYet = "notVisibleYet";

    // Customer.io applies changes a moment after it has answered.
    private static readonly TimeSpan[] s_pauses =
    [
        TimeSpan.Zero,
        TimeSpan.FromMilliseconds(250),
        TimeSpan.FromMilliseconds(500),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
    ];

    /// <summary>The output with <c>verification</c>: what the look came to once it was <c>verified</c>, or the last time.</summary>
    /// <remarks>The change was made before: a look that fails becomes a warning, not a failure that would make the caller repeat it.</remarks>
    public static async Task<JObject> RunAsync(JObject output, Func<Task<string>> look, IApi api, CancellationToken ct)
    {
        if (!api.CanAsk(ApiName.App))
        {
            api.Warn("Nothing was read back: Verify needs the connection's App API key, and a run that sends.");
            return output;
        }

        try
        {
            var state = "";
            foreach (var pause in s_pauses)
            {
                if (pause > TimeSpan.Zero)
                {
                    await api.DelayAsync(pause, ct).ConfigureAwait(false);
                }

                state = await look().ConfigureAwait(false);
                if (state == Verified)
                {
                    break;
                }
            }

            output["verification"] = state;
        }
        catch (ConnectorException e) when (e.Kind != FailureKind.Cancelled)
        {
            api.Warn($"The change was sent, but could not be read back: {e.Message}");
        }

        return output;
    }

    /// <summary>What the App API says about a person; null where it knows none.</summary>
    public static async Task<JObject?> PersonAsync(Person person, string what, IApi api, CancellationToken ct)
    {
        try
        {
            return Answers.Object(await api.SendAsync(AppPerson.Get(person, what) with { Repeat = Repeat.Safe }, ct).ConfigureAwait(false));
        }
        catch (ConnectorException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>A person whose attributes the App API tells; null where it knows none.</summary>
    public static async Task<JObject?> AttributesAsync(Person person, IApi api, CancellationToken ct) =>
        (await PersonAsync(person, "attributes", api, ct).ConfigureAwait(false))?["customer"] is JObject customer ? customer["attributes"] as JObject : null;
}
