using System.Globalization;
using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>Starts an API-triggered broadcast: <c>POST /v1/campaigns/{broadcast}/triggers</c>.</summary>
internal sealed class TriggerBroadcast : ConnectorAction<TriggerBroadcast.Input>
{
    internal sealed record Input(
        string Broadcast,
        JObject? Data,
        JObject? Recipients,
        IReadOnlyList<string>? Emails,
        JArray? Ids,
        JArray? PerUserData,
        string? DataFileUrl,
        bool? EmailAddDuplicates,
        bool? EmailIgnoreMissing,
        bool? IdIgnoreMissing,
        bool Wait,
        long WaitSeconds
    );

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var request = ApiRequest.Post(ApiName.App, $"/v1/campaigns/{input.Broadcast:broadcast}/triggers", Audience.Body(input, api)) with
        {
            LookFor = "a new trigger of this broadcast",
        };
        var output = Answers.Object(await api.SendAsync(request, ct).ConfigureAwait(false));
        if (!input.Wait || Answers.Number(output["id"]) is not { } trigger)
        {
            return output;
        }

        try
        {
            return await TriggerStatus
                .WaitAsync(input.Broadcast, trigger.ToString(CultureInfo.InvariantCulture), TimeSpan.FromSeconds(input.WaitSeconds), api, ct)
                .ConfigureAwait(false);
        }
        catch (ConnectorException e) when (e.Kind != FailureKind.Cancelled)
        {
            // The broadcast is on its way: a failure here would make the caller trigger it again.
            api.Warn($"The broadcast was triggered, but its end could not be watched: {e.Message} Get Broadcast Status says more.");
            output["done"] = false;
            return output;
        }
    }
}
