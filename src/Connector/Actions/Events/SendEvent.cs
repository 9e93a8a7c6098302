using CustomerIo.Connector.Api;
using CustomerIo.Connector.Bulk;
using CustomerIo.Connector.Events;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Sends one event of the common customer-data format, or a list: whatever requests its profile makes of it.</summary>
internal sealed class SendEvent : ConnectorAction<SendEvent.Input>
{
    internal sealed record Input(JObject? Event, JArray? Events, string Profile, string? DeviceEvent, bool? CreatedAtNow, bool? ConvertTimestamps, bool? ReservedEvents);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        if ((input.Event is null) == (input.Events is null))
        {
            throw ConnectorException.Input("/event", "must be given, or Events in its place: one of the two.");
        }

        var settings = EventSettings.Of(input.Profile, input.DeviceEvent, input.CreatedAtNow, input.ConvertTimestamps, input.ReservedEvents) with { AllowPlaceholderIds = api.AllowsPlaceholderIds };
        return input.Event is { } one ? await OneAsync(one, settings, api, ct).ConfigureAwait(false) : await ManyAsync(input.Events!, settings, api, ct).ConfigureAwait(false);
    }

    private static async Task<JToken> OneAsync(JObject json, EventSettings settings, IApi api, CancellationToken ct)
    {
        var translation = Translate(json, settings, api, "/event", () => api.EventId);
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
                var failure = BatchFailure.Of(answer.Json, 1).FirstOrDefault();
                throw new ConnectorException(FailureKind.Rejected, $"Customer.io refused the event: {failure?.Message ?? "it did not say why."}") { Status = 207 };
            }
        }

        return new JObject { ["succeeded"] = 1, ["failed"] = new JArray() };
    }

    private static async Task<JToken> ManyAsync(JArray list, EventSettings settings, IApi api, CancellationToken ct)
    {
        var events = list.Select((e, i) => Translate((JObject)e, settings, api, $"/events/{i}", () => api.EventIdFor(i))).ToArray();
        var failures = await new EventSender(api, ct).SendAsync(events).ConfigureAwait(false);
        BatchFailure[] failed = [.. failures.Index().Where(f => f.Item is not null).Select(f => BatchFailure.Of(f.Index, f.Item!))];
        return failed.Length < events.Length
            ? new JObject { ["succeeded"] = events.Length - failed.Length, ["failed"] = new JArray(failed.Select(f => f.ToJson())) }
            : throw Whole(failures, failed);
    }

    private static ConnectorException Whole(ConnectorException?[] failures, BatchFailure[] failed)
    {
        // What no event can help is the failure of the run; else each event has its own.
        var problems = failed.Select(f => new Problem($"/events/{f.Index}{(f.Field.Length == 0 || f.Field[0] == '/' ? "" : "/")}{f.Field}", f.Message)).ToArray();
        return failures.FirstOrDefault(f => f!.Kind is not (FailureKind.Input or FailureKind.Rejected))?.Again()
            ?? (failures.All(f => f!.Kind == FailureKind.Input)
                ? ConnectorException.Input(problems)
                : new ConnectorException(FailureKind.Rejected, $"None of the {failed.Length} events was accepted. The first: {problems[0].Path}: {problems[0].Message}", problems));
    }

    private static Translation Translate(JObject json, EventSettings settings, IApi api, string path, Func<string> freshId)
    {
        var translation = Translator.Translate(json, settings, api.Now, freshId);
        foreach (var warning in translation.Warnings)
        {
            api.Warn($"{path}: {warning}");
        }

        return translation;
    }
}
