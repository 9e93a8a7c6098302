using System.Net.Mime;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Hub.OpenApi;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Actions;

/// <summary>The actions over HTTP: what they are, one run for each POST, and the choices of their inputs.</summary>
internal sealed class ActionsPart : CallersPart
{
    /// <summary>Where a flow's address is registered with Customer.io, and ended again.</summary>
    public const string Subscriptions = "/subscriptions";

    /// <summary>Action that begins a subscription; who may not run it has none.</summary>
    public const string SubscribesBy = "create-reporting-webhook";

    /// <summary>Action that ends one.</summary>
    public const string UnsubscribesBy = "delete-reporting-webhook";

    private static readonly Dictionary<PathString, OpenApiSpecVersion> s_documents = new()
    {
        ["/openapi.json"] = OpenApiSpecVersion.OpenApi3_1,
        ["/swagger.json"] = OpenApiSpecVersion.OpenApi2_0,
    };

    private readonly ActionOptions _options;
    private readonly ActionRuns _runs;
    private readonly Catalogue _catalogue;
    private readonly OptionLists _lists;
    private readonly ApiDocuments _documents;
    private HubRoutes _routes = null!;

    public ActionsPart(ActionOptions options, ActionRuns runs, CustomerIoConnector connector)
        : base(options)
    {
        (_options, _runs, _catalogue) = (options, runs, connector.Catalogue);
        _documents = new ApiDocuments(_catalogue);
        _lists = new OptionLists(connector, options.Time);
    }

    public override string Paths =>
        "GET /actions, GET and POST /actions/{id}, GET /options/{kind}, POST /subscriptions, DELETE /subscriptions/{id}, GET /openapi.json, GET /swagger.json";

    public override bool Owns(PathString path) =>
        path.StartsWithSegments("/actions") || path.StartsWithSegments("/options") || path.StartsWithSegments(Subscriptions) || s_documents.ContainsKey(path);

    public override void Map(HubRoutes routes)
    {
        _routes = routes;
        routes.Map("/actions", LetIn(ListAsync), HubRoutes.Reads);
        routes.Map("/actions/{id}", LetIn(DescribeAsync), HubRoutes.Reads);
        routes.Map("/actions/{id}", LetIn(RunAsync), HttpMethods.Post);
        routes.Map("/options/{kind}", LetIn(OptionsAsync), HubRoutes.Reads);
        routes.Map(Subscriptions, LetIn(SubscribeAsync), HttpMethods.Post);
        routes.Map(Subscriptions + "/{id}", LetIn(UnsubscribeAsync), HttpMethods.Delete);
        foreach (var (path, version) in s_documents)
        {
            routes.Map(path, LetIn(context => DocumentAsync(context, version)), HubRoutes.Reads);
        }
    }

    /// <summary>Whether many runs of an action may be operations of one <c>batch</c>.</summary>
    internal static bool CanBatch(ActionManifest action, Catalogue catalogue) => OperationReader.Takes(action, catalogue);

    private async Task DocumentAsync(HttpContext context, OpenApiSpecVersion version)
    {
        var actions = _catalogue.All.Where(RightsOf(context).Allow).ToArray();
        var document = await _documents.ReadAsync(actions, ReachedBy.Origin(context.Request), version).ConfigureAwait(false);
        await Answers.WriteAsync(context, 200, MediaTypeNames.Application.Json, document).ConfigureAwait(false);
    }

    private Task ListAsync(HttpContext context) =>
        Answers.WriteAsync(
            context,
            200,
            new JObject { ["actions"] = new JArray(_catalogue.All.Where(RightsOf(context).Allow).Select(a => a.Describe(schemas: false))) }
        );

    private async Task DescribeAsync(HttpContext context)
    {
        if (await FindAsync(context, Id(context)).ConfigureAwait(false) is { } action)
        {
            await Answers.WriteAsync(context, 200, action.Describe(schemas: true)).ConfigureAwait(false);
        }
    }

    private Task RunAsync(HttpContext context) => RunAsync(context, Id(context));

    // Customer.io reports to the address itself, and tries again by itself; nothing is kept here.
    private Task SubscribeAsync(HttpContext context) =>
        RunAsync(
            context,
            SubscribesBy,
            succeeded: result =>
            {
                var where = Named(context.Request) is { } named ? $"?{ConnectionQuery}={Uri.EscapeDataString(named)}" : "";
                context.Response.Headers.Location = $"{ReachedBy.Origin(context.Request)}{Subscriptions}/{result.Data["id"]}{where}";
                return 201;
            }
        );

    private Task UnsubscribeAsync(HttpContext context) => RunAsync(context, UnsubscribesBy, new JObject { ["webhook"] = Id(context) });

    private async Task RunAsync(HttpContext context, string id, JObject? given = null, Func<RunResult, int>? succeeded = null)
    {
        if (await FindAsync(context, id).ConfigureAwait(false) is not { } action)
        {
            return;
        }

        var invocation = Invocation(context.Request);
        if ((given ?? await InputAsync(context, action.Input).ConfigureAwait(false)) is not { } input)
        {
            return;
        }

        using var working = _routes.Work(context);
        var run = new RunOptions { InvocationId = invocation };
        var result = await _runs.RunAsync(RightsOf(context), action.Id, input, ConnectionOf(context), run, context.RequestAborted).ConfigureAwait(false);
        var status = succeeded?.Invoke(result) ?? 200;
        await Answers.WriteAsync(context, status, MediaTypeNames.Application.Json, result.ToBytes()).ConfigureAwait(false);
    }

    private async Task OptionsAsync(HttpContext context)
    {
        var kind = (string)context.GetRouteValue("kind")!;
        if (!OptionLists.Has(kind))
        {
            var hint = Names.Nearest(kind, OptionLists.Known.Split(", ")) is { } nearest ? $" Did you mean \"{nearest}\"?" : "";
            await RefuseAsync(context, 404, $"There is no list \"{kind}\".{hint} Known lists: {OptionLists.Known}.").ConfigureAwait(false);
            return;
        }

        using var working = _routes.Work(context);
        var search = context.Request.Query["search"].FirstOrDefault() is { Length: > 0 } text ? text : null;
        var options = await _lists.ReadAsync(kind, ConnectionOf(context), search, context.RequestAborted).ConfigureAwait(false);
        await Answers
            .WriteAsync(context, 200, new JObject { ["options"] = new JArray(options.Select(o => new JObject { ["value"] = o.Value, ["label"] = o.Label })) })
            .ConfigureAwait(false);
    }

    /// <summary>The action that is asked for; null when it was refused: there is none (404), or it is not the caller's to run (403).</summary>
    private async Task<ActionManifest?> FindAsync(HttpContext context, string id)
    {
        var rights = RightsOf(context);
        ActionManifest action;
        try
        {
            action = _catalogue.Find(id);
        }
        catch (ConnectorException e)
        {
            await Answers.FailAsync(context, e, 404).ConfigureAwait(false);
            return null;
        }

        if (rights.Allow(action))
        {
            return action;
        }

        _options.Audit($"{rights.Name} may not run {action.Id}");
        await Gatekeeper.ForbidAsync(context, rights, action).ConfigureAwait(false);
        return null;
    }

    private static string Id(HttpContext context) => (string)context.GetRouteValue("id")!;
}
