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
/// <param name="connections">Finds a call's connection.</param>
/// <param name="run">Runs an action.</param>
/// <param name="files">Where tools may write files.</param>
/// <param name="log">Receives lines for people.</param>
internal sealed class ToolCalls(CustomerIoConnector connector, Connections connections, RunAction run, WritableFolder files, LogLines log) : IAsyncDisposable
{
    /// <summary>How many calls run at once; the others wait their turn.</summary>
    private const int AtOnce = 256;

    private static readonly CallParts s_nothing = new(null, null, null, null);
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly OptionLists _lists = new(connector, TimeProvider.System);
    private readonly Lazy<WebhookCalls> _webhooks = new(() => new WebhookCalls(connector));
    private readonly Lazy<JobCalls> _jobs = new(() => new JobCalls(connector, log));

    /// <summary>Waits until the output has room: results that nobody reads must not pile up. Default: it always has.</summary>
    public Func<CancellationToken, Task> Room { get; set; } = _ => Task.CompletedTask;

    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        var name = context.Params?.Name ?? "";
        var tool = Tools.Find(connector.Catalogue, name);
        var job = JobTools.Find(connector.Catalogue, name);
        if (tool is null && job is null)
        {
            Require(name);
        }

        var parts = context.JsonRpcRequest.Context?.Items?[CallParts.Key] as CallParts ?? s_nothing;
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Room(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _turns.Release();
            throw;
        }

        try
        {
            return tool is not null ? await ToolAsync(tool, parts, cancellationToken).ConfigureAwait(false)
                : job is not null ? await JobAsync(job, parts, context, cancellationToken).ConfigureAwait(false)
                : await RunAsync(name, parts, context, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (ConnectorException e)
        {
            return Failed((JObject)e.ToJson()["error"]!);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.Write(Defect.Line(name, e));
            return Failed((JObject)Defect.ToJson(e)["error"]!);
        }
        finally
        {
            _turns.Release();
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

    private void Require(string action)
    {
        try
        {
            connector.Catalogue.Find(action);
        }
        catch (ConnectorException e)
        {
            throw new McpProtocolException(e.Message, McpErrorCode.InvalidParams);
        }
    }

    private async Task<CallToolResult> RunAsync(
        string action,
        CallParts parts,
        RequestContext<CallToolRequestParams> context,
        CancellationToken cancellationToken
    )
    {
        var manifest = connector.Catalogue.Find(action);
        var input = files.Place(Arguments(parts, manifest.Input), manifest);
        var connection = connections.Of(parts);
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
        var result = await run(action, input, connection, options, cancellationToken).ConfigureAwait(false);
        if (progress is not null)
        {
            await progress.SentAsync().ConfigureAwait(false);
        }

        return Succeeded(result.ToBytes().Span);
    }

    private async Task<CallToolResult> JobAsync(
        ActionManifest tool,
        CallParts parts,
        RequestContext<CallToolRequestParams> context,
        CancellationToken cancellationToken
    )
    {
        var progress = context.Params?.ProgressToken is { } token ? new ProgressNotes(context.Server, token) : null;
        var result = await _jobs
            .Value.CallAsync(
                tool,
                files.Place(Arguments(parts, tool.Input), tool),
                connections.Of(parts),
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

    private async Task<CallToolResult> ToolAsync(ToolManifest tool, CallParts parts, CancellationToken ct)
    {
        var values = tool.Validate(Arguments(parts, tool.Input));
        var connection = connections.Of(parts);
        var result = tool.Id switch
        {
            Tools.CheckConnection => (await connector.CheckAsync(connection, ct).ConfigureAwait(false)).ToJson(),
            Tools.ListOptions => await ListAsync(values, connection, ct).ConfigureAwait(false),
            _ => await _webhooks.Value.CallAsync(tool, values, connection, InvocationId(parts), ct).ConfigureAwait(false),
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
        var options = await _lists.ReadAsync(kind, connection, search, ct).ConfigureAwait(false);
        return new JObject { ["options"] = new JArray(options.Select(o => new JObject { ["value"] = o.Value, ["label"] = o.Label })) };
    }

    private static JObject Arguments(CallParts parts, JObject schema)
    {
        try
        {
            var arguments = parts.Arguments is { } text ? ConnectorJson.ParseObject(text) : [];
            JsonTexts.Take(arguments, schema);
            return arguments;
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
    private static CallToolResult Failed(JObject error) => new() { IsError = true, Content = [new TextContentBlock { Text = ConnectorJson.ToText(error) }] };

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
