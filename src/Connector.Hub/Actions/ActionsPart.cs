using System.Collections.Concurrent;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Actions;

/// <summary>The actions over HTTP: what they are, one run for each POST, and the choices of their inputs.</summary>
internal sealed class ActionsPart : HubPart
{
    /// <summary>How long a body may be, before and after unpacking.</summary>
    public const int LongestBody = 1 << 20;

    /// <summary>Names the caller's invocation: the same one twice gives the same event.</summary>
    public const string InvocationHeader = "Idempotency-Key";

    private const int LongestInvocation = 255;

    /// <summary>How many actions run at once; the others wait their turn.</summary>
    private const int AtOnce = 256;

    /// <summary>Before the hub breaks off what has not ended: time for an answer that says so.</summary>
    private static readonly TimeSpan s_patience = HubServer.Patience - TimeSpan.FromSeconds(1);

    private readonly ActionOptions _options;
    private readonly Catalogue _catalogue;
    private readonly RunAction _run;
    private readonly OptionLists _lists;
    private readonly WritableFolder _files;
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly CancellationTokenSource _abort;
    private readonly ConcurrentDictionary<(string Action, string Outcome), StrongBox<long>> _runs = new();
    private HubRoutes _routes = null!;
    private int _running;

    public ActionsPart(ActionOptions options, CustomerIoConnector connector)
    {
        (_options, _catalogue, _run) = (options, connector.Catalogue, options.Run ?? connector.RunAsync);
        _lists = new OptionLists(connector, options.Time);
        _files = new WritableFolder(options.Files);
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Time);
    }

    public override string Paths => "GET /actions, GET and POST /actions/{id}, GET /options/{kind}";

    public override bool Owns(PathString path) => path.StartsWithSegments("/actions") || path.StartsWithSegments("/options");

    public override void Map(HubRoutes routes)
    {
        _routes = routes;
        routes.Map("/actions", LetIn(ListAsync), HubRoutes.Reads);
        routes.Map("/actions/{id}", LetIn(DescribeAsync), HubRoutes.Reads);
        routes.Map("/actions/{id}", LetIn(RunAsync), HttpMethods.Post);
        routes.Map("/options/{kind}", LetIn((context, _) => OptionsAsync(context)), HubRoutes.Reads);
        routes.Map(Gatekeeper.MetadataPath, Gatekeeper.DescribeAsync, HubRoutes.Reads);
    }

    public override async Task GuardedAsync(HttpContext context, RequestDelegate answer)
    {
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (ConnectorException e)
        {
            await Answers.FailAsync(context, e).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.StatusCode == 408 ? "The body did not arrive in time." : "The request is malformed.")
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is not SqliteException)
        {
            _options.Say(Defect.Line(context.Request.Path, e));
            await Answers.WriteAsync(context, 500, Defect.ToJson(e)).ConfigureAwait(false);
        }
    }

    public override Task StopAsync()
    {
        _abort.CancelAfter(s_patience);
        return Task.CompletedTask;
    }

    public override void Tell(JObject health) => health["actions"] = new JObject { ["running"] = Volatile.Read(ref _running) };

    public override void Count(PrometheusText metrics)
    {
        metrics.Gauge("actions_running", "Actions that run now.", Volatile.Read(ref _running));
        metrics.Counters(
            "actions_total",
            "Actions that ended since the start, by how.",
            _runs.OrderBy(r => r.Key).Select(r => ($"action=\"{r.Key.Action}\",outcome=\"{r.Key.Outcome}\"", Interlocked.Read(ref r.Value.Value)))
        );
    }

    public override ValueTask DisposeAsync()
    {
        _abort.Dispose();
        _turns.Dispose();
        return base.DisposeAsync();
    }

    private RequestDelegate LetIn(Func<HttpContext, Rights, Task> answer) =>
        async context =>
        {
            if (await _options.Gate.LetInAsync(context).ConfigureAwait(false) is { } rights)
            {
                await answer(context, rights).ConfigureAwait(false);
            }
        };

    private Task ListAsync(HttpContext context, Rights rights) =>
        Answers.WriteAsync(context, 200, new JObject { ["actions"] = new JArray(_catalogue.All.Where(rights.Allow).Select(a => a.Describe(schemas: false))) });

    private async Task DescribeAsync(HttpContext context, Rights rights)
    {
        if (await FindAsync(context, rights).ConfigureAwait(false) is { } action)
        {
            await Answers.WriteAsync(context, 200, action.Describe(schemas: true)).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(HttpContext context, Rights rights)
    {
        if (await FindAsync(context, rights).ConfigureAwait(false) is not { } action)
        {
            return;
        }

        // What one caller calls its invocation says nothing of another's.
        var invocation = Invocation(context.Request) is { } given && rights != Rights.All ? $"{rights.Name}\n{given}" : Invocation(context.Request);
        if (await InputAsync(context, action).ConfigureAwait(false) is not { } input)
        {
            return;
        }

        using var working = _routes.Work(context);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _abort.Token);
        var run = new RunOptions { InvocationId = invocation, Region = _options.Region };
        var result = await CountedAsync(rights, action.Id, () => _run(action.Id, input, _options.Connection, run, ending.Token), ending.Token)
            .ConfigureAwait(false);
        await Answers.WriteAsync(context, 200, MediaTypeNames.Application.Json, result.ToBytes()).ConfigureAwait(false);
    }

    private async Task<RunResult> CountedAsync(Rights rights, string action, Func<Task<RunResult>> run, CancellationToken ct)
    {
        var outcome = "defect";
        Interlocked.Increment(ref _running);
        try
        {
            await _turns.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                var result = await run().ConfigureAwait(false);
                outcome = Names.Camel(result.Status.ToString());
                return result;
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException e)
        {
            outcome = Names.Camel(nameof(FailureKind.Cancelled));
            throw Failures.Cancelled(e);
        }
        catch (ConnectorException e)
        {
            outcome = e.KindName;
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            Interlocked.Increment(ref _runs.GetOrAdd((action, outcome), _ => new StrongBox<long>()).Value);
            _options.Audit($"{rights.Name} ran {action}: {outcome}");
        }
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
        var options = await _lists.ReadAsync(kind, _options.Connection, search, context.RequestAborted).ConfigureAwait(false);
        await Answers
            .WriteAsync(context, 200, new JObject { ["options"] = new JArray(options.Select(o => new JObject { ["value"] = o.Value, ["label"] = o.Label })) })
            .ConfigureAwait(false);
    }

    /// <summary>The action that is asked for; null when it was refused: there is none (404), or it is not the caller's to run (403).</summary>
    private async Task<ActionManifest?> FindAsync(HttpContext context, Rights rights)
    {
        ActionManifest action;
        try
        {
            action = _catalogue.Find((string)context.GetRouteValue("id")!);
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
        await RefuseAsync(context, 403, $"The key {rights.Name} may not run {action.Id}. GET /actions lists what it may run.").ConfigureAwait(false);
        return null;
    }

    /// <summary>The body as an action's input; null when it was refused.</summary>
    private async Task<JObject?> InputAsync(HttpContext context, ActionManifest action)
    {
        var request = context.Request;
        if (RequestBody.Unpacked(request) is not { } plain)
        {
            await RefuseAsync(context, 415, "The body must be plain or packed with gzip.").ConfigureAwait(false);
            return null;
        }

        try
        {
            if (await RequestBody.ReadAsync(request, plain, LongestBody, context.RequestAborted).ConfigureAwait(false) is not { } body)
            {
                await RefuseAsync(context, 413, $"The body is longer than {LongestBody >> 20} MiB.").ConfigureAwait(false);
                return null;
            }

            // An action without inputs needs no body.
            var input = body.Length == 0 ? [] : ConnectorJson.ParseObject(body);
            JsonTexts.Take(input, action.Input);
            return _files.Place(input, action);
        }
        catch (InvalidDataException)
        {
            throw ConnectorException.Input("", "is not well packed with gzip.");
        }
        catch (FormatException e)
        {
            throw ConnectorException.Input("", e.Message);
        }
    }

    private static string? Invocation(HttpRequest request) =>
        request.Headers[InvocationHeader] switch
        {
            { Count: 0 } => null,
            [{ Length: > 0 and <= LongestInvocation } one] => one,
            _ => throw new ConnectorException(FailureKind.Input, $"{InvocationHeader} must be one text of 1 to {LongestInvocation} characters."),
        };
}
