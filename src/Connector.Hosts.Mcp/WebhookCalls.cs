using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Answers the calls of <see cref="WebhookTools"/>; the store of events is opened by the first.</summary>
/// <param name="connector">What runs the actions.</param>
/// <param name="data">The data folder; null for the user's own.</param>
/// <param name="shared">The database that machines share in place of the folder; null for none.</param>
internal sealed class WebhookCalls(CustomerIoConnector connector, string? data = null, Database? shared = null) : IAsyncDisposable
{
    private readonly Lock _opening = new();
    private ReceivedEvents? _events;

    /// <exception cref="ConnectorException">The arguments are wrong, the file cannot be used, or Customer.io refused.</exception>
    public async Task<JObject> CallAsync(ToolManifest tool, InputValues values, Connection connection, string? invocationId, CancellationToken ct) =>
        tool.Id switch
        {
            WebhookTools.Receive => await ReceiveAsync(tool.Trigger!, values, connection, invocationId).ConfigureAwait(false),
            WebhookTools.Received => List(values),
            WebhookTools.Register => await RegisterAsync(tool.Trigger!, values, connection, ct).ConfigureAwait(false),
            _ => await RemoveAsync(values, connection, ct).ConfigureAwait(false),
        };

    public ValueTask DisposeAsync() => _events?.DisposeAsync() ?? default;

    private ReceivedEvents Events
    {
        get
        {
            lock (_opening)
            {
                return _events ??= ReceivedEvents.Open(data, shared);
            }
        }
    }

    private async Task<JObject> ReceiveAsync(TriggerManifest trigger, InputValues values, Connection connection, string? invocationId)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in (JObject)values["headers"]!)
        {
            headers[name] = value switch
            {
                JArray list when list.All(v => v is JValue) => string.Join(", ", list.Select(ConnectorJson.ScalarText)),
                JValue one => ConnectorJson.ScalarText(one),
                _ => throw ConnectorException.Input($"/headers/{Names.Escape(name)}", "must be a text, or a list of texts."),
            };
        }

        var settings = Settings(trigger, values["settings"] as JObject ?? []);
        var request = new WebhookRequest(headers, Body(values), (string)values["method"]!);
        var receiver = new Receiver(Events, TimeProvider.System);
        return (
            await receiver
                .ReceiveAsync(request, settings, connection.WebhookSigningKey, invocationId, source: Source(connection, settings))
                .ConfigureAwait(false)
        ).ToJson();
    }

    // Two hosts of two workspaces may have the same path, and each wants the event.
    private static string Source(Connection connection, TriggerSettings settings) =>
        connection.Name == new Connection().Name ? settings.Path : $"{connection.Name} {settings.Path}";

    private static TriggerSettings Settings(TriggerManifest trigger, JObject settings)
    {
        try
        {
            return TriggerSettings.Read(trigger, settings);
        }
        catch (ConnectorException e)
        {
            throw ConnectorException.Input([.. e.Problems.Select(p => p with { Path = "/settings" + p.Path })]);
        }
    }

    private static byte[] Body(InputValues values)
    {
        var (text, base64) = ((string?)values["body"], (string?)values["bodyBase64"]);
        if (text is not null && base64 is not null)
        {
            throw ConnectorException.Input("/body", "and bodyBase64 are the same body in two forms; give one.");
        }

        try
        {
            return base64 is null ? Encoding.UTF8.GetBytes(text ?? "") : Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw ConnectorException.Input("/bodyBase64", "is not base64.");
        }
    }

    private JObject List(InputValues values)
    {
        DateTimeOffset? since = null;
        if (values["since"] is { } given)
        {
            since = Timestamp.TryRead(given, out var seconds, out _)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw ConnectorException.Input("/since", Timestamp.Expected);
        }

        var names = (values["events"] as JArray ?? []).Select(ConnectorJson.ScalarText).ToArray();
        return new JObject { ["events"] = new JArray(Events.Newest((int)values["limit"]!, names, since).Select(e => e.ToJson())) };
    }

    private async Task<JObject> RegisterAsync(TriggerManifest trigger, InputValues values, Connection connection, CancellationToken ct)
    {
        var wish = WebhookSpec.Of(values, trigger);
        var (webhook, outcome) = await new WebhookRegistrations(connector, connection, Events).RegisterAsync(wish, ct).ConfigureAwait(false);
        return new JObject
        {
            ["id"] = webhook.Id,
            ["outcome"] = Names.Camel(outcome.ToString()),
            ["managed"] = webhook.Managed,
        };
    }

    private async Task<JObject> RemoveAsync(InputValues values, Connection connection, CancellationToken ct)
    {
        var id = await new WebhookRegistrations(connector, connection, Events).RemoveAsync((string)values["url"]!, ct).ConfigureAwait(false);
        return new JObject { ["id"] = id, ["removed"] = id is not null };
    }
}
