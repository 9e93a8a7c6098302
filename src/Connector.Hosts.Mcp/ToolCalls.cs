using System.Text;
using System.Text.Json;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Runs an action; <see cref="CustomerIoConnector.RunAsync"/> but for tests.</summary>
internal delegate Task<RunResult> RunAction(string actionId, JObject input, Connection connection, RunOptions? options, CancellationToken cancellationToken);

/// <summary>Answers <c>tools/call</c>.</summary>
/// <param name="connector">What runs the actions.</param>
/// <param name="tools">The tools that may be called.</param>
/// <param name="connectionOf">Finds a call's connection.</param>
/// <param name="run">Runs an action, whose files it puts where they may be.</param>
/// <param name="files">Where jobs may write files.</param>
/// <param name="lists">The lists that forms ask for.</param>
/// <param name="log">Receives lines for people.</param>
internal sealed class ToolCalls(
    CustomerIoConnector connector,
    ToolSet tools,
    Func<CallParts, Connection> connectionOf,
    RunAction run,
    WritableFolder files,
    OptionLists lists,
    LogLines log
) : IAsyncDisposable
{
    /// <summary>How many calls run at once; the others wait their turn.</summary>
    private const int AtOnce = 256;

    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly Lazy<WebhookCalls> _webhooks = new(() => new WebhookCalls(connector));
    private readonly Lazy<JobCalls> _jobs = new(() => new JobCalls(connector, log));

    /// <summary>Waits until the output has room: results that nobody reads must not pile up. Default: it always has.</summary>
    public Func<CancellationToken, Task> Room { get; set; } = _ => Task.CompletedTask;

    public ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken) =>
        CallAsync(context.JsonRpcRequest.Context?.Items?[CallParts.Key] as CallParts ?? CallParts.None, context, cancellationToken);

    public async ValueTask<CallToolResult> CallAsync(CallParts parts, RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        var tool = tools.Find(context.Params?.Name ?? "");
        try
        {
            if (tool.Id == SearchTools.Run)
            {
                (tool, parts) = Inner(tool, parts);
            }

            if (tools.IsConfirmed && tool.IsDestructive)
            {
                Confirmation.Require(tool, parts, context);
            }

            return await InTurnAsync(tool, parts, context, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (ConnectorException e)
        {
            return Failed((JObject)e.ToJson()["error"]!);
        }
        catch (Exception e) when (e is not (OperationCanceledException or InputRequiredException))
        {
            log.Write(Defect.Line(tool.Id, e));
            return Failed((JObject)Defect.ToJson(e)["error"]!);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_webhooks is { IsValueCreated: true, Value: var webhooks })
        {
            await webhooks.DisposeAsync().ConfigureAwait(false);
        }

        _turns.Dispose();
    }

    private async Task<CallToolResult> InTurnAsync(
        AnyTool tool,
        CallParts parts,
        RequestContext<CallToolRequestParams> context,
        CancellationToken cancellationToken
    )
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Room(cancellationToken).ConfigureAwait(false);
            return tool.Helper is { } helper ? await HelpAsync(tool, helper, parts, cancellationToken).ConfigureAwait(false)
                : tool.IsJob ? await JobAsync(tool, parts, context, cancellationToken).ConfigureAwait(false)
                : await RunAsync(tool, parts, context, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>The action that a call of <see cref="SearchTools.Run"/> names, and its inputs.</summary>
    private (AnyTool Tool, CallParts Parts) Inner(AnyTool tool, CallParts parts)
    {
        var values = tool.Helper!.Validate(Arguments(parts, tool));
        return (tools.Action((string)values["action"]!), parts with { Arguments = ConnectorJson.ToBytes(values["input"]!) });
    }

    private async Task<CallToolResult> RunAsync(
        AnyTool tool,
        CallParts parts,
        RequestContext<CallToolRequestParams> context,
        CancellationToken cancellationToken
    )
    {
        var input = Arguments(parts, tool);
        var connection = connectionOf(parts);
        var progress = context.Params?.ProgressToken is { } token ? new ProgressNotes(context.Server, token) : null;
        var options = new RunOptions
        {
            InvocationId = InvocationId(parts),
            ItemIndex = Read(
                parts.ItemIndex,
                "customerio/itemIndex",
                v => v is JValue { Value: >= 0L and <= int.MaxValue and long n } ? (int)n : throw new FormatException("It must be a whole number from 0.")
            ),
            Logger = log,
            Progress = progress is null ? null : progress.Report,
        };
        var result = await run(tool.Id, input, connection, options, cancellationToken).ConfigureAwait(false);
        if (progress is not null)
        {
            await progress.SentAsync().ConfigureAwait(false);
        }

        return Succeeded(result.ToBytes().Span);
    }

    private async Task<CallToolResult> JobAsync(
        AnyTool tool,
        CallParts parts,
        RequestContext<CallToolRequestParams> context,
        CancellationToken cancellationToken
    )
    {
        var progress = context.Params?.ProgressToken is { } token ? new ProgressNotes(context.Server, token) : null;
        var result = await _jobs
            .Value.CallAsync(
                tool.Action!,
                files.Place(Arguments(parts, tool), tool.Action!),
                connectionOf(parts),
                progress is null ? null : progress.Report,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (progress is not null)
        {
            await progress.SentAsync().ConfigureAwait(false);
        }

        return Succeeded(ConnectorJson.ToBytes(result));
    }

    private async Task<CallToolResult> HelpAsync(AnyTool tool, ToolManifest helper, CallParts parts, CancellationToken ct)
    {
        var values = helper.Validate(Arguments(parts, tool));
        var result = helper.Id switch
        {
            SearchTools.Find => SearchTools.Fitting(tools.Offered, values),
            SearchTools.Describe => SearchTools.About(tools.Action((string)values["action"]!)),
            Tools.CheckConnection => (await connector.CheckAsync(connectionOf(parts), ct).ConfigureAwait(false)).ToJson(),
            Tools.DryRun => await connector
                .DryRunAsync(tools.Action((string)values["action"]!).Id, (JObject)values["input"]!, connectionOf(parts))
                .ConfigureAwait(false),
            Tools.ListOptions => await ListAsync(values, connectionOf(parts), ct).ConfigureAwait(false),
            _ => await _webhooks.Value.CallAsync(helper, values, connectionOf(parts), InvocationId(parts), ct).ConfigureAwait(false),
        };
        return Succeeded(ConnectorJson.ToBytes(result));
    }

    private async Task<JObject> ListAsync(InputValues values, Connection connection, CancellationToken ct)
    {
        var kind = (string)values["kind"]!;
        if (!OptionLists.Has(kind))
        {
            throw Wrong("/kind", $"there is no list \"{kind}\". Known lists: {OptionLists.Known}.");
        }

        var search = (string?)values["search"] is { Length: > 0 } text ? text : null;
        var options = await lists.ReadAsync(kind, connection, search, ct).ConfigureAwait(false);
        return new JObject { ["options"] = new JArray(options.Select(o => new JObject { ["value"] = o.Value, ["label"] = o.Label })) };
    }

    private JObject Arguments(CallParts parts, AnyTool tool)
    {
        try
        {
            // To agents what takes text as well was shown as an object alone.
            return parts.Arguments is not { } text ? []
                : tools.IsFull ? JsonTexts.Read(text, tool.Input)
                : JsonTexts.Read(text, tool.Input, tool.ForAgents);
        }
        catch (FormatException e)
        {
            throw Wrong("", e.Message);
        }
    }

    private static string? InvocationId(CallParts parts) =>
        Read(parts.InvocationId, "customerio/invocationId", v => v.Type == JTokenType.String ? (string?)v : throw new FormatException("It must be a text."));

    private static T? Read<T>(byte[]? text, string name, Func<JToken, T> convert)
    {
        try
        {
            return text is null ? default : convert(ConnectorJson.Parse(text));
        }
        catch (FormatException e)
        {
            throw Wrong("", $"The call's _meta[\"{name}\"] cannot be used. {e.Message}");
        }
    }

    private static ConnectorException Wrong(string path, string message) =>
        new(FailureKind.Input, path.Length == 0 ? message : $"{path}: {message}", [new Problem(path, message)]);

    private static CallToolResult Succeeded(ReadOnlySpan<byte> json) =>
        new() { StructuredContent = JsonElement.Parse(json), Content = [new TextContentBlock { Text = Encoding.UTF8.GetString(json) }] };

    // Without structuredContent: clients check it against the output schema and would report the mismatch in place of our words.
    private CallToolResult Failed(JObject error)
    {
        var whole = new TextContentBlock { Text = ConnectorJson.ToText(error) };

        // Many clients show the first text alone, to a person; hosts that build forms read one object.
        return new CallToolResult { IsError = true, Content = tools.IsFull ? [whole] : [new TextContentBlock { Text = (string)error["message"]! }, whole] };
    }

    /// <summary>Sends progress in order, and never backwards, while the action goes on.</summary>
    private sealed class ProgressNotes(McpServer server, ProgressToken token)
    {
        private readonly Lock _lock = new();
        private Task _sent = Task.CompletedTask;
        private long _most = -1;

        public void Report(int done, int total) => Report(done, total, null);

        public void Report(long done, long? total, string? message)
        {
            lock (_lock)
            {
                if (done > _most)
                {
                    _most = done;
                    _sent = SendAsync(
                        _sent,
                        new ProgressNotificationValue
                        {
                            Progress = done,
                            Total = total,
                            Message = message,
                        }
                    );
                }
            }
        }

        public Task SentAsync()
        {
            lock (_lock)
            {
                return _sent;
            }
        }

        private async Task SendAsync(Task before, ProgressNotificationValue value)
        {
            await before.ConfigureAwait(false);
            await server.NotifyProgressAsync(token, value).ConfigureAwait(false);
        }
    }
}
