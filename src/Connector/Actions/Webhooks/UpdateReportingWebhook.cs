using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Webhooks;

/// <summary>Changes a reporting webhook: reads it, then <c>PUT /v1/reporting_webhooks/{id}</c> with what is new in it.</summary>
internal sealed class UpdateReportingWebhook : ConnectorAction<UpdateReportingWebhook.Input>
{
    private static readonly string[] s_kept = ["name", "endpoint", "events", "disabled", "full_resolution", "with_content"];

    internal sealed record Input(
        string Webhook,
        string? Name,
        string? Endpoint,
        IReadOnlyList<string>? Events,
        bool? Disabled,
        bool? FullResolution,
        bool? WithContent
    );

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var changes = Webhooks.Webhook.Body(input.Name, input.Endpoint, input.Events, input.Disabled, input.FullResolution, input.WithContent);

        // A PUT replaces the whole, so what is not to change is sent as it is.
        var now = Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/reporting_webhooks/{input.Webhook:webhook}"), ct).ConfigureAwait(false));
        var body = new JObject(
            s_kept
                .Where(name => now[name] is { Type: not JTokenType.Null } && !changes.ContainsKey(name))
                .Select(name => new JProperty(name, now[name]))
                .Concat(changes.Properties())
        );
        return (await api.SendAsync(ApiRequest.Put(ApiName.App, $"/v1/reporting_webhooks/{input.Webhook:webhook}", body), ct).ConfigureAwait(false)).Json;
    }
}
