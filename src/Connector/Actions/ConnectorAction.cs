using CustomerIo.Connector.Api;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>An action's code; found from its id by name.</summary>
internal abstract class ConnectorAction : IActionCode
{
    /// <summary>The record that holds the action's own inputs.</summary>
    public abstract Type InputType { get; }

    /// <summary>Runs the action over a checked input.</summary>
    public abstract Task<JToken> RunAsync(InputValues values, IApi api, CancellationToken ct);
}

/// <summary>An action with typed input that may make any number of requests.</summary>
/// <typeparam name="TInput">A positional record: names and types of the action's own inputs.</typeparam>
internal abstract class ConnectorAction<TInput> : ConnectorAction
    where TInput : class
{
    public sealed override Type InputType => typeof(TInput);

    public sealed override Task<JToken> RunAsync(InputValues values, IApi api, CancellationToken ct) => RunAsync(InputRecord<TInput>.Of(values), api, ct);

    public abstract Task<JToken> RunAsync(TInput input, IApi api, CancellationToken ct);
}

/// <summary>An action that is one request: a pure function from its input to the request, and one from the answer to the output.</summary>
/// <typeparam name="TInput">A positional record: names and types of the action's own inputs.</typeparam>
internal abstract class RequestAction<TInput> : ConnectorAction<TInput>
    where TInput : class
{
    public sealed override async Task<JToken> RunAsync(TInput input, IApi api, CancellationToken ct)
    {
        var output = Output(await api.SendAsync(Request(input, api), ct).ConfigureAwait(false), input);
        return Verifies(input) ? await VerifyAsync(input, output, api, ct).ConfigureAwait(false) : output;
    }

    protected abstract ApiRequest Request(TInput input, IRunContext run);

    protected virtual JToken Output(ApiResponse response, TInput input) => response.Json;

    /// <summary>Whether this input asks to read back what was written.</summary>
    protected virtual bool Verifies(TInput input) => false;

    /// <summary>Reads back what was written, and adds to the output whether it is there.</summary>
    protected virtual Task<JToken> VerifyAsync(TInput input, JToken output, IApi api, CancellationToken ct) => Task.FromResult(output);
}

/// <summary>An action that is one operation: v2 takes it alone or in a batch, v1 where its path can name the person.</summary>
/// <typeparam name="TInput">A positional record: names and types of the action's own inputs.</typeparam>
internal abstract class OperationAction<TInput> : RequestAction<TInput>, IOperationAction
    where TInput : class
{
    public Operation Operation(InputValues values, IRunContext run) => Operation(InputRecord<TInput>.Of(values), run);

    public virtual bool TryCarry(in RawInput input, ItemContext item, ByteBuffer output, List<ulong> keys) => false;

    public virtual ApiRequest? Carry(in RawInput input) => null;

    protected abstract Operation Operation(TInput input, IRunContext run);

    protected override ApiRequest Request(TInput input, IRunContext run)
    {
        var bytes = Operation(input, run).ToBytes();
        return BatchLimits.Excess(bytes.Length) is { } excess
            ? throw ConnectorException.Input("", excess)
            : new ApiRequest(ApiName.Track, HttpMethod.Post, "/api/v2/entity", new ApiBody(bytes, ApiBody.JsonType));
    }
}
