using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Watches what becomes of a message that was just sent.</summary>
internal static class DeliveryWatch
{
    private const string Reached = "reached",
        Failed = "failed",
        TimedOut = "timedOut",
        Unknown = "unknown";

    // Whoever clicked has opened, and what was opened has arrived, whether or not the provider said so.
    private static readonly string[] s_steps = ["sent", "delivered", "opened", "clicked"];
    private static readonly string[] s_failures = ["bounced", "dropped", "failed", "undeliverable"];

    /// <summary>The output with <c>outcome</c>: <c>reached</c>, <c>failed</c>, <c>timedOut</c>, or <c>unknown</c> where the message could not be
    /// looked up.</summary>
    public static async Task<JToken> WaitAsync(JObject output, string metric, TimeSpan most, IApi api, CancellationToken ct)
    {
        if (api.IsDryRun)
        {
            return output;
        }

        if (output["delivery_id"] is not JValue { Value: string { Length: > 0 } id })
        {
            api.Warn("The message was sent, but the answer names no delivery that could be waited for.");
            return With(output, Unknown, null);
        }

        JObject? message = null;
        string? outcome = null;
        try
        {
            await Watch
                .UntilAsync(
                    async () =>
                    {
                        message = await MessageAsync(id, api, ct).ConfigureAwait(false) ?? message;
                        return (outcome = Outcome(message?["metrics"] as JObject, metric)) is not null;
                    },
                    most,
                    api,
                    ct
                )
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectorException { Kind: FailureKind.Cancelled })
        {
            throw new ConnectorException(
                FailureKind.Cancelled,
                $"The run was cancelled after the message was sent (delivery {id}); do not send it again.",
                inner: e
            );
        }
        catch (ConnectorException e)
        {
            // The message is on its way: a failure here would make the caller send it again.
            api.Warn($"The message was sent, but what becomes of it could not be watched: {e.Message} Get Message says more.");
            outcome = Unknown;
        }

        return With(output, outcome ?? TimedOut, message);
    }

    private static async Task<JObject?> MessageAsync(string id, IApi api, CancellationToken ct)
    {
        try
        {
            var request = ApiRequest.Get(ApiName.App, $"/v1/messages/{id:delivery}") with { Repeat = Repeat.Safe };
            return Answers.Object(await api.SendAsync(request, ct).ConfigureAwait(false))["message"] as JObject;
        }
        catch (ConnectorException e) when (e.Status == 404)
        {
            // Not to be seen yet, a moment after it was taken.
            return null;
        }
    }

    private static string? Outcome(JObject? metrics, string metric)
    {
        var step = Array.IndexOf(s_steps, metric);
        string[] enough = step < 0 ? [metric] : s_steps[step..];
        return metrics is null ? null
            : Array.Exists(enough, m => metrics.ContainsKey(m)) ? Reached
            : Array.Exists(s_failures, m => metrics.ContainsKey(m)) ? Failed
            : null;
    }

    private static JObject With(JObject output, string outcome, JObject? message) =>
        new(output)
        {
            ["outcome"] = outcome,
            ["metrics"] = message?["metrics"]?.DeepClone() ?? new JObject(),
            ["failure_message"] = message?["failure_message"]?.DeepClone() ?? JValue.CreateNull(),
        };
}
