using System.Runtime.CompilerServices;
using CustomerIo.Connector.Actions;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector;

/// <summary>Settings of a connector; all of them may stay as they are.</summary>
public sealed class CustomerIoConnectorOptions
{
    /// <summary>Folder with <c>connector.json</c>, <c>manifest/</c> and <c>icons/</c> to use instead of the embedded ones. Default null.</summary>
    public string? ManifestFolder { get; set; }

    /// <summary>The last handler before the network, for tests and proxies. Default null: one shared socket handler.</summary>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>Clock and delays. Default the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Receives the requests of runs with Debug Request on, masked. Default null: they are not logged.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Random numbers in [0, 1) for the spread of delays. Default the system's.</summary>
    public Func<double> Random { get; set; } = System.Random.Shared.NextDouble;

    /// <summary>Limiters that stand in for those of the workspace. Default null: the workspace's own.</summary>
    internal Func<ApiName, IRateLimiter?>? LimiterOf { get; set; }
}

/// <summary>Runs the actions of the manifest. One instance serves all connections and threads.</summary>
public sealed class CustomerIoConnector : IDisposable
{
    private readonly ApiClient _client;
    private readonly Workspaces _workspaces;

    /// <summary>Makes a connector.</summary>
    /// <param name="options">Its settings. Default: all defaults.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the manifest folder is not complete and valid.</exception>
    public CustomerIoConnector(CustomerIoConnectorOptions? options = null)
    {
        options ??= new CustomerIoConnectorOptions();
        _workspaces = new Workspaces();
        Catalogue = options.ManifestFolder is { } folder ? Catalogue.FromFolder(folder) : Catalogue.Embedded;
        _client = new ApiClient(options.Handler, options.Time, options.Random, options.LimiterOf) { Log = options.Logger };
    }

    private CustomerIoConnector(CustomerIoConnector other, Func<ApiName, IRateLimiter?> limiterOf) =>
        (Catalogue, _client, _workspaces) = (other.Catalogue, new ApiClient(other._client, limiterOf), other._workspaces);

    /// <summary>Another one with limiters of its own, which sends through this one's connections.</summary>
    internal CustomerIoConnector With(Func<ApiName, IRateLimiter?> limiterOf) => new(this, limiterOf);

    /// <summary>The actions that can be run.</summary>
    public Catalogue Catalogue { get; }

    /// <summary>Runs one action.</summary>
    /// <param name="actionId">The action's id, such as <c>identify</c>.</param>
    /// <param name="input">Its inputs by name; never changed.</param>
    /// <param name="connection">The workspace's keys.</param>
    /// <param name="options">What the host says about this run. Default null.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>The result; also when only some items were accepted.</returns>
    /// <exception cref="ConnectorException">The run failed; its kind says who has to act.</exception>
    public Task<RunResult> RunAsync(
        string actionId,
        JObject input,
        Connection connection,
        RunOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        Telemetry.IsListenedTo
            ? WatchedAsync(actionId, input, connection, options, cancellationToken)
            : UnwatchedAsync(actionId, input, connection, options, cancellationToken);

    /// <summary>Runs one action with an input that is still text. A plain one is checked where it stands, and no tree of it is made.</summary>
    /// <param name="actionId">The action's id, such as <c>identify</c>.</param>
    /// <param name="input">Its inputs by name: one JSON object in UTF-8, at most 64 levels deep. It may change once this method has returned.</param>
    /// <param name="connection">The workspace's keys.</param>
    /// <param name="options">What the host says about this run. Default null.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>The result; also when only some items were accepted.</returns>
    /// <exception cref="ConnectorException">The run failed; its kind says who has to act. Text that is no JSON object, or repeats a key, is
    /// <see cref="FailureKind.Input"/>.</exception>
    public Task<RunResult> RunJsonAsync(
        string actionId,
        ReadOnlySpan<byte> input,
        Connection connection,
        RunOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(actionId);
        ArgumentNullException.ThrowIfNull(connection);
        if (CarryAsync(actionId, input, connection, options, cancellationToken) is { } run)
        {
            return run;
        }

        try
        {
            return RunAsync(actionId, ConnectorJson.ParseObject(input), connection, options, cancellationToken);
        }
        catch (FormatException e)
        {
            return Task.FromException<RunResult>(ConnectorException.Input("", e.Message));
        }
    }

    /// <summary>Runs one action with a plain input; null where the input, or the action, wants tokens.</summary>
    internal Task<RunResult>? CarryAsync(string actionId, ReadOnlySpan<byte> input, Connection connection, RunOptions? options, CancellationToken ct)
    {
        if (!Catalogue.Knows(actionId) || Catalogue.Find(actionId) is var manifest && Code(manifest) is not IOperationAction action)
        {
            return null;
        }

        Span<RawValue> values = stackalloc RawValue[RawInput.MaxProperties];
        return RawInput.TryRead(manifest.Schema, input, values, null, out var raw) && action.Carry(raw) is { } request
            ? Telemetry.IsListenedTo
                ? Telemetry.RunAsync(actionId, _client.Time, () => CarriedAsync(manifest, request, connection, options, ct))
                : CarriedAsync(manifest, request, connection, options, ct)
            : null;
    }

    private async Task<RunResult> CarriedAsync(ActionManifest manifest, ApiRequest request, Connection connection, RunOptions? options, CancellationToken ct)
    {
        try
        {
            var api = new RunApi(_client, _workspaces.Of(connection), Catalogue, manifest, manifest.Schema.Nothing, options ?? s_noOptions);
            return api.Result((await api.SendAsync(request, ct).ConfigureAwait(false)).Json);
        }
        catch (Exception e) when (Failure(e) is { } failure)
        {
            throw failure;
        }
    }

    private Task<RunResult> WatchedAsync(string actionId, JObject input, Connection connection, RunOptions? options, CancellationToken ct) =>
        Telemetry.RunAsync(Catalogue.Knows(actionId) ? actionId : null, _client.Time, () => UnwatchedAsync(actionId, input, connection, options, ct));

    private async Task<RunResult> UnwatchedAsync(
        string actionId,
        JObject input,
        Connection connection,
        RunOptions? options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(actionId);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(connection);
        try
        {
            var manifest = Catalogue.Find(actionId);
            var values = manifest.Validate(input);
            options ??= s_noOptions;
            var api = new RunApi(_client, _workspaces.Of(connection), Catalogue, manifest, values, options);
            return api.Result(await Code(manifest).RunAsync(values, api, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (Failure(e) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Shows what a run would send, and sends nothing.</summary>
    /// <param name="actionId">The action's id.</param>
    /// <param name="input">Its inputs by name; never changed.</param>
    /// <param name="connection">The workspace's keys; they may be missing.</param>
    /// <param name="options">What the host says about this run. Default null.</param>
    /// <returns><c>{requests:[{method, url, headers, body, bytes}], warnings}</c>, credentials masked.</returns>
    /// <exception cref="ConnectorException">The input is wrong, or there is no such action.</exception>
    public async Task<JObject> DryRunAsync(string actionId, JObject input, Connection connection, RunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(actionId);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(connection);
        try
        {
            var manifest = Catalogue.Find(actionId);
            var values = manifest.Validate(input);
            var api = new DryRunApi(_workspaces.Of(connection), Catalogue, manifest, values, options ?? s_noOptions, _client.Time);
            await Code(manifest).RunAsync(values, api, default).ConfigureAwait(false);
            return api.Result();
        }
        catch (Exception e) when (Failure(e) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Tests each key of a connection on its own.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    /// <returns>For each key: works, refused, not set or not known, and why.</returns>
    /// <exception cref="ConnectorException">The connection itself cannot be used, for instance a bad base URL; or the check was cancelled.</exception>
    public async Task<ConnectionReport> CheckAsync(Connection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        try
        {
            return await new ConnectionCheck(_client, _workspaces.Of(connection)).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Failure(e) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Runs one action for each of many inputs, gathered into batch requests; the order of each person's items is kept.</summary>
    /// <param name="actionId">An action that can go in a batch, such as <c>identify</c>; with <c>batch</c> each input is an operation.</param>
    /// <param name="inputs">The inputs, each an object of its own that stays as it is until it is told; read while others are sent, and never
    /// changed.</param>
    /// <param name="connection">The workspace's keys.</param>
    /// <param name="options">What the host says about this run. Default null.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>How each item ended, in order; memory does not grow with their number.</returns>
    /// <exception cref="ConnectorException">The action cannot go in a batch, the keys were refused, or the run was cancelled; each item that was
    /// read has been told before.</exception>
    /// <remarks>What <paramref name="inputs"/> throws comes last, after all that it gave was sent and told. Who takes no more results, or cancels,
    /// waits for the item that is just being asked for: let a slow source heed its token.</remarks>
    public async IAsyncEnumerable<ItemResult> RunBatchAsync(
        string actionId,
        IAsyncEnumerable<JObject> inputs,
        Connection connection,
        BatchOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(actionId);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(connection);
        options ??= new BatchOptions();
        var manifest = Catalogue.Find(actionId);
        var action = manifest.Id == "batch" ? null : OperationReader.Find(manifest.Id, Catalogue);
        var sender = Chunks(connection, new RunOptions { Region = options.Region, Logger = options.Logger }, "item");
        var items = new ItemRun(
            () => new OperationWriter(Catalogue, action, new ItemContext(_client.Time.GetUtcNow, EventIdOf, connection.AllowPlaceholderIds)),
            inputs,
            _client.Time
        );
        var afterLoss = options.StopAtLoss ? AfterLoss.Stop : AfterLoss.HoldPerson;
        var results = items.ResultsAsync(
            (work, ct) => new BatchPipeline<ItemBlock>(work, sender.SendAsync, afterLoss, options.Concurrency).RunAsync(ct),
            cancellationToken
        );
        if (Telemetry.IsListenedTo)
        {
            results = Telemetry.RunAsync(manifest.Id, _client.Time, results, cancellationToken);
        }

        await foreach (var result in results.ConfigureAwait(false))
        {
            yield return result;
        }

        string EventIdOf(long index) =>
            options.InvocationId is { } invocation ? EventIds.Derive(invocation, manifest.Id, (int)index) : EventIds.Fresh(_client.Time.GetUtcNow());
    }

    /// <summary>The road of many operations that were prepared elsewhere.</summary>
    /// <param name="connection">The workspace's keys.</param>
    /// <param name="options">What the host says about the run.</param>
    /// <param name="noun">What the run calls an item, such as <c>line</c>.</param>
    /// <param name="patience">How long a chunk waits for the end of an outage, beyond the retries of a single run. Default none.</param>
    internal ChunkSender Chunks(Connection connection, RunOptions options, string noun, TimeSpan patience = default) =>
        new(Api("batch", connection, options), new HeldPeople(noun), patience, judgeSingly: true);

    /// <summary>The road of events that were translated elsewhere.</summary>
    internal (IApi Api, ChunkSender Sender) Events(Connection connection, RunOptions options, HeldPeople held)
    {
        var api = Api("send-event", connection, options);
        return (api, new ChunkSender(api, held, judgeSingly: true));
    }

    /// <summary>Whether Customer.io answers at all, asked with a request that changes nothing.</summary>
    internal async Task<bool> AnswersAsync(Connection connection, CancellationToken ct)
    {
        try
        {
            await Api("batch", connection, s_noOptions).SendAsync(ApiRequest.Get(ApiName.Track, "/api/v1/accounts/region"), ct).ConfigureAwait(false);
            return true;
        }
        catch (ConnectorException)
        {
            return false;
        }
    }

    private RunApi Api(string action, Connection connection, RunOptions options)
    {
        var manifest = Catalogue.Find(action);
        return new RunApi(_client, _workspaces.Of(connection), Catalogue, manifest, manifest.Schema.Nothing, options);
    }

    /// <summary>Closes the connections to Customer.io.</summary>
    public void Dispose() => _client.Dispose();

    private ConnectorAction Code(ActionManifest manifest) => (ConnectorAction)Catalogue.Code(manifest);

    private static readonly RunOptions s_noOptions = new();

    // What may escape an action is one exception type; a value that is not JSON is the caller's to mend.
    private static ConnectorException? Failure(Exception e) =>
        e switch
        {
            FormatException => ConnectorException.Input("", e.Message),
            OperationCanceledException cancelled => Failures.Cancelled(cancelled),
            _ => null,
        };
}
