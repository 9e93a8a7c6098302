using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Manifest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Actions;

/// <summary>What serves hosts beside the actions: a test of the connection, and the way of what Customer.io reports to a host's own address.</summary>
internal sealed class HostToolsPart : CallersPart
{
    /// <summary>Where they are.</summary>
    public const string Path = "/tools";

    /// <summary>A delivery of 1 MiB in base64, with its headers.</summary>
    private const int LongestCall = 2 << 20;

    // What a caller must be allowed to run for each; null for everyone.
    private static readonly Dictionary<string, string?> s_tools = new(StringComparer.Ordinal)
    {
        [Tools.CheckConnection] = null,
        [WebhookTools.Receive] = ActionsPart.SubscribesBy,
        [WebhookTools.Register] = ActionsPart.SubscribesBy,
        [WebhookTools.Remove] = ActionsPart.UnsubscribesBy,
    };

    private readonly ActionOptions _options;
    private readonly CustomerIoConnector _connector;
    private readonly Dictionary<string, ToolManifest> _tools;
    private readonly WebhookCalls _webhooks;
    private HubRoutes _routes = null!;

    public HostToolsPart(ActionOptions options, CustomerIoConnector connector)
        : base(options)
    {
        (_options, _connector) = (options, connector);
        _tools = connector.Catalogue.Tools.Where(t => s_tools.ContainsKey(t.Id)).ToDictionary(t => t.Id, StringComparer.Ordinal);
        _webhooks = new WebhookCalls(connector, options.Data, options.Shared);
    }

    public override string Paths => string.Join(", ", s_tools.Keys.Select(id => $"POST {Path}/{id}"));

    public override bool Owns(PathString path) => path.StartsWithSegments(Path);

    public override void Map(HubRoutes routes)
    {
        _routes = routes;
        routes.Map(Path + "/{id}", LetIn(CallAsync), HttpMethods.Post);
    }

    public override async ValueTask DisposeAsync()
    {
        await _webhooks.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task CallAsync(HttpContext context)
    {
        var id = (string)context.GetRouteValue("id")!;
        if (!_tools.TryGetValue(id, out var tool))
        {
            await RefuseAsync(context, 404, $"There is no tool \"{id}\". There are {string.Join(", ", s_tools.Keys)}.").ConfigureAwait(false);
            return;
        }

        var rights = RightsOf(context);
        if (s_tools[id] is { } action && _connector.Catalogue.Find(action) is var needed && !rights.Allow(needed))
        {
            _options.Audit($"{rights.Name} may not call {id}");
            await Gatekeeper.ForbidAsync(context, rights, needed).ConfigureAwait(false);
            return;
        }

        var invocation = Invocation(context.Request);
        if (await InputAsync(context, tool.Input, LongestCall).ConfigureAwait(false) is not { } input)
        {
            return;
        }

        using var working = _routes.Work(context);
        await Answers
            .WriteAsync(context, 200, await RunAsync(tool, input, ConnectionOf(context), invocation, context.RequestAborted).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    private async Task<JObject> RunAsync(ToolManifest tool, JObject input, Connection connection, string? invocation, CancellationToken ct)
    {
        var values = tool.Validate(input);
        if (tool.Id == Tools.CheckConnection)
        {
            return (await _connector.CheckAsync(connection, ct).ConfigureAwait(false)).ToJson();
        }

        // Over HTTP anybody might hand in what starts a flow.
        return tool.Id == WebhookTools.Receive && string.IsNullOrEmpty(connection.WebhookSigningKey)
            ? throw new ConnectorException(
                FailureKind.Connection,
                "The connection has no Webhook Signing Key, so nobody can say whether a delivery is Customer.io's. "
                    + "Customer.io shows it on the webhook's page; give it to the hub: CUSTOMERIO_WEBHOOK_SIGNING_KEY, or webhookSigningKey of a connection."
            )
            : await _webhooks.CallAsync(tool, values, connection, invocation, ct).ConfigureAwait(false);
    }
}
