using CustomerIo.Connector.Api;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Sends one event of the common customer-data format, or a list: whatever requests its profile makes of it.</summary>
internal sealed class SendEvent : ConnectorAction<SendEvent.Input>
{
    internal sealed record Input(
        JObject? Event,
        JArray? Events,
        string Profile,
        string? DeviceEvent,
        bool? CreatedAtNow,
        bool? ConvertTimestamps,
        bool? ReservedEvents,
        bool? EmailOnEveryCall,
        IReadOnlyList<string>? Consents,
        string? Records,
        long? RecordSegment,
        string Api
    );

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        if ((input.Event is null) == (input.Events is null))
        {
            throw ConnectorException.Input("/event", "must be given, or Events in its place: one of the two.");
        }

        var settings = EventSettings.Of(
            input.Profile,
            input.DeviceEvent,
            input.CreatedAtNow,
            input.ConvertTimestamps,
            input.ReservedEvents,
            input.EmailOnEveryCall
        ) with
        {
            AllowPlaceholderIds = api.AllowsPlaceholderIds,
            Consents = input.Consents ?? [],
            Records = input.Records,
            RecordSegment = input.RecordSegment,
        };
        settings = settings.To(input.Api);
        return input.Event is { } one
            ? await OneAsync(one, settings, api, ct).ConfigureAwait(false)
            : await ManyAsync(input.Events!, settings, api, ct).ConfigureAwait(false);
    }

    private static async Task<JToken> OneAsync(JObject json, EventSettings settings, IApi api, CancellationToken ct)
    {
        var translation = Translate(new JsonView(json), settings, api, "/event", () => api.EventId);
        if (translation.Refusal is { } refusal)
        {
            throw ConnectorException.Input("/event" + refusal.Path, refusal.Message);
        }

        foreach (var request in translation.Requests)
        {
            if (request.EventId is { } id)
            {
                api.UseEventId(id);
            }

            var answer = await api.SendAsync(request.ToApiRequest(), ct).ConfigureAwait(false);
            if (answer.Status == 207)
            {
                var failure = ItemFailure.Of(answer.Json, 1).FirstOrDefault();
                throw new ConnectorException(FailureKind.Rejected, $"Customer.io refused the event: {failure?.Problem.Message ?? "it did not say why."}")
                {
                    Status = 207,
                };
            }
        }

        return Output(translation.Skipped is null ? 1 : 0, [], translation.Skipped is null ? 0 : 1);
    }

    private static async Task<JToken> ManyAsync(JArray list, EventSettings settings, IApi api, CancellationToken ct)
    {
        var events = list.Select(e => new JsonView(e))
            .Select((e, i) => new EventItem(Translate(e, settings, api, $"/events/{i}", () => api.EventIdFor(i)), EventPersonKeys.Of(e)))
            .ToArray();
        var failures = await new EventSender(api, new ChunkSender(api, new HeldPeople("event"))).SendAsync(events, ct).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        ItemFailure[] failed = [.. failures.OfType<ItemFailure>()];
        var skipped = events.Count(e => e.Translation.Skipped is not null);
        return failed.Length > 0 && ItemFailure.Whole(failed, events.Length, "events") is { } whole
            ? throw whole
            : Output(events.Length - failed.Length - skipped, failed, skipped);
    }

    private static JObject Output(int succeeded, ItemFailure[] failed, int skipped) =>
        new()
        {
            ["succeeded"] = succeeded,
            ["failed"] = new JArray(failed.Select(f => f.ToJson())),
            ["skipped"] = skipped,
        };

    private static TranslatedEvent Translate(JsonView json, EventSettings settings, IRunContext run, string path, Func<string> freshId)
    {
        var translation = Translator.Translate(json, settings, run.Now, freshId);
        foreach (var warning in translation.Warnings)
        {
            run.Warn($"{path}: {warning}");
        }

        return translation;
    }
}
