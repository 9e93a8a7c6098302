using System.Collections.Concurrent;
using System.Net.Mime;
using System.Text.Json;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.Actions;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Agents;

/// <summary>The tools of MCP over HTTP. Nothing is kept between two requests, so any process may take the next one.</summary>
internal sealed class AgentsPart : CallersPart
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/mcp";

    /// <summary>What is served: the SDK's own refusal of another names the newest alone.</summary>
    internal static readonly string[] Revisions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

    private const string RevisionHeader = "MCP-Protocol-Version";

    private const int MostSets = 64;

    /// <summary>How long clients may keep the list of tools.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromHours(1);

    private readonly ActionOptions _options;
    private readonly ActionRuns _runs;
    private readonly CustomerIoConnector _connector;
    private readonly LogLines _log;
    private readonly OptionLists _lists;
    private readonly WritableFolder _files;
    private readonly ConcurrentDictionary<string, ToolSet> _sets = new(StringComparer.Ordinal);
    private HubRoutes _routes = null!;

    public AgentsPart(ActionOptions options, ActionRuns runs, CustomerIoConnector connector, LogLines log)
        : base(options)
    {
        (_options, _runs, _connector, _log) = (options, runs, connector, log);
        _lists = new OptionLists(connector, options.Time);
        _files = new WritableFolder(options.Files);
    }

    public override string Paths => "POST /mcp";

    public override bool Owns(PathString path) => path.StartsWithSegments(Path);

    public override void AddServices(IServiceCollection services) =>
        services
            .AddMcpServer()
            .WithHttpTransport(http =>
            {
                http.SessionMode = HttpServerSessionMode.Stateless;
                http.ConfigureSessionOptions = (context, server, _) =>
                {
                    Configure(context, server);
                    return Task.CompletedTask;
                };
            });

    public override void Map(HubRoutes routes)
    {
        _routes = routes;
        routes.Take(endpoints => endpoints.MapMcp(Path), answer => LetIn(context => TakeAsync(context, answer)));
    }

    /// <summary>Reads the message before the SDK does, which would let the last of two equal keys win and call what it cannot read its own defect.</summary>
    private async Task TakeAsync(HttpContext context, RequestDelegate answer)
    {
        var request = context.Request;
        if (await RequestBody.ReadAsync(request, request.Body, LongestBody, context.RequestAborted).ConfigureAwait(false) is not { } body)
        {
            await RefuseAsync(context, 413, $"The body is longer than {LongestBody >> 20} MiB.").ConfigureAwait(false);
            return;
        }

        var message = IncomingLine.Read(body);
        if (message.Message is null && !message.IsAnswer)
        {
            await FailAsync(context, message.Id, new JsonRpcErrorDetail { Code = (int)message.Code, Message = $"The message {message.Reason}." })
                .ConfigureAwait(false);
            return;
        }

        if (request.Headers[RevisionHeader] is [{ Length: > 0 } revision] && !Revisions.Contains(revision, StringComparer.Ordinal))
        {
            var error = new JsonRpcErrorDetail
            {
                Code = (int)McpErrorCode.UnsupportedProtocolVersion,
                Message = $"{RevisionHeader} names a revision that is not served. Served are {string.Join(", ", Revisions)}.",
                Data = new UnsupportedProtocolVersionErrorData { Supported = Revisions, Requested = revision },
            };
            await FailAsync(context, message.Id, error).ConfigureAwait(false);
            return;
        }

        if (Forbidden(message.Message, RightsOf(context)) is { } action)
        {
            _options.Audit($"{RightsOf(context).Name} may not run {action.Id}");
            await Gatekeeper.ForbidAsync(context, RightsOf(context), action).ConfigureAwait(false);
            return;
        }

        context.Items[typeof(CallParts)] = message.Call;
        request.Body = new MemoryStream(body, writable: false);
        using var working = _routes.Work(context);
        await answer(context).ConfigureAwait(false);
    }

    private static Task FailAsync(HttpContext context, RequestId? id, JsonRpcErrorDetail detail)
    {
        var error = new JsonRpcError { Id = id ?? default, Error = detail };
        var bytes = JsonSerializer.SerializeToUtf8Bytes<JsonRpcMessage>(error, McpJsonUtilities.DefaultOptions);
        return Answers.WriteAsync(context, 400, MediaTypeNames.Application.Json, bytes);
    }

    /// <summary>The action that a call wants and its token is not enough for: by that answer clients ask their issuer for more.</summary>
    private ActionManifest? Forbidden(JsonRpcMessage? message, Rights rights) =>
        rights.Scopes is not null && message is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: { } call }
            ? _connector.Catalogue.All.FirstOrDefault(a => a.Id == call["name"]?.GetValue<string>() && !rights.AllowByScopes(a))
            : null;

    private void Configure(HttpContext context, McpServerOptions server)
    {
        var rights = RightsOf(context);
        var tools = ToolsOf(context, rights);
        var calls = new ToolCalls(
            _connector,
            tools,
            call => ConnectionOf(context, rights, call),
            (action, input, connection, run, ct) => _runs.RunAsync(rights, action, input, connection, run, ct),
            _files,
            _lists,
            _log
        );
        var parts = context.Items[typeof(CallParts)] as CallParts ?? CallParts.None;
        McpRunner.Configure(server, _connector, tools, calls, _log);

        // The list depends on the key, so what stands between must not keep it for another.
        server.Handlers.ListToolsHandler = (_, _) =>
            ValueTask.FromResult(
                new ListToolsResult
                {
                    Tools = tools.List.Tools,
                    TimeToLive = s_kept,
                    CacheScope = CacheScope.Private,
                }
            );
        server.Handlers.CallToolHandler = async (call, ct) =>
        {
            if (call.Params?.Name is { } name && Tools.Helpers.Concat(SearchTools.Names).Except([SearchTools.Run]).Contains(name, StringComparer.Ordinal))
            {
                _options.Audit($"{rights.Name} called {name}");
            }

            return await calls.CallAsync(parts, call, ct).ConfigureAwait(false);
        };
    }

    /// <summary>The connection of a call, which may name one in place of the request's.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it may use none of that name, or the request named another.
    /// <see cref="FailureKind.Connection"/>: it brings keys of its own.</exception>
    private Connection ConnectionOf(HttpContext context, Rights rights, CallParts call)
    {
        if (call.Connection is not { } text)
        {
            return ConnectionOf(context);
        }

        if (Text(text) is not { Length: > 0 } named)
        {
            throw new ConnectorException(
                FailureKind.Connection,
                "This server acts on its own workspaces: _meta[\"customerio/connection\"] may name one of its connections. Keep keys at home."
            );
        }

        return Named(context.Request) is { } other && !named.Equals(other, StringComparison.OrdinalIgnoreCase)
            ? throw new ConnectorException(FailureKind.Input, "The call names another connection than the address that it was sent to.")
            : ConnectionFor(rights, named);

        static string? Text(byte[] json)
        {
            try
            {
                return (ConnectorJson.Parse(json) as JValue)?.Value as string;
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }

    /// <summary>What a caller is offered: what its key allows, and of that what its address and headers say.</summary>
    private ToolSet ToolsOf(HttpContext context, Rights rights)
    {
        var key = new ToolOffer
        {
            Groups = rights.Groups ?? [],
            ReadOnly = rights.IsReadOnly,
            IsRemote = true,
            Confirm = _options.Confirm,
            Forbids = action => rights.AllowByScopes(action) ? null : $"needs a token with {string.Join(", ", TokenScopes.Needed(action))}",
        };
        var asked = Asked.Read(context.Request);
        var connection = ConnectionOf(context);
        bool[] has = [rights.IsReadOnly, connection.ApiKey is not null, connection.AppApiKey is not null, connection.PipelinesApiKey is not null];
        var scopes = rights.Scopes is null ? null : new JArray(TokenScopes.All.Where(rights.Scopes.Contains));
        var name = ConnectorJson.ToText(new JArray(new JArray(has), new JArray(rights.Groups ?? []), scopes ?? (object)"", new JArray(asked.Texts)));
        if (_sets.TryGetValue(name, out var known))
        {
            return known;
        }

        var offer = asked.Within(key, _connector.Catalogue);
        if (_sets.Count >= MostSets)
        {
            _sets.Clear();
        }

        return _sets.GetOrAdd(name, new ToolSet(_connector.Catalogue, offer, () => connection));
    }
}
