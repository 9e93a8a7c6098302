using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>How far a trigger of a broadcast is.</summary>
internal static class TriggerStatus
{
    private const int MaxErrors = 1000;

    /// <summary>The trigger, whether it is done, and the errors of people it could not serve.</summary>
    public static async Task<JObject> ReadAsync(string broadcast, string trigger, IApi api, CancellationToken ct)
    {
        var status = await TriggerAsync(broadcast, trigger, api, ct).ConfigureAwait(false);
        status["errors"] = await ErrorsAsync(broadcast, trigger, api, ct).ConfigureAwait(false);
        return status;
    }

    /// <summary>Waits until the trigger is done or the time is up.</summary>
    public static async Task<JObject> WaitAsync(string broadcast, string trigger, TimeSpan most, IApi api, CancellationToken ct)
    {
        var isDone = await Watch
            .UntilAsync(async () => (bool)(await TriggerAsync(broadcast, trigger, api, ct).ConfigureAwait(false))["done"]!, most, api, ct)
            .ConfigureAwait(false);
        if (!isDone)
        {
            api.Warn($"The broadcast was triggered, but had not come to its end after {most.TotalSeconds:0} s. Get Broadcast Status says more.");
        }

        return await ReadAsync(broadcast, trigger, api, ct).ConfigureAwait(false);
    }

    private static async Task<JObject> TriggerAsync(string broadcast, string trigger, IApi api, CancellationToken ct)
    {
        var request = ApiRequest.Get(ApiName.App, $"/v1/campaigns/{broadcast:broadcast}/triggers/{trigger:trigger}");
        var status = Answers.Object(await api.SendAsync(request with { Repeat = Repeat.Safe }, ct).ConfigureAwait(false));
        status["done"] = Answers.Number(status["processed_at"]) is > 0;
        return status;
    }

    private static async Task<JArray> ErrorsAsync(string broadcast, string trigger, IApi api, CancellationToken ct)
    {
        var request = ApiRequest.Get(ApiName.App, $"/v1/campaigns/{broadcast:broadcast}/triggers/{trigger:trigger}/errors") with { Repeat = Repeat.Safe };
        return (JArray)(await Pages.ReadAsync(request, new("errors", MaxErrors, Whole: true), new FirstErrors(), api, ct).ConfigureAwait(false))["errors"]!;
    }

    private sealed record FirstErrors : IPagedInput
    {
        public long? Limit => MaxErrors;

        public bool All => false;

        public string? Start => null;
    }
}
