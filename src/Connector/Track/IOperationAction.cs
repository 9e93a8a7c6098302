using CustomerIo.Connector.Api;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Track;

/// <summary>An action that is also one operation of the vendor's v2 API, and so can go in a batch.</summary>
internal interface IOperationAction
{
    /// <summary>The operation of a checked input.</summary>
    Operation Operation(InputValues values, IRunContext run);

    /// <summary>Writes the operation of a plain input straight from its bytes, the same bytes as by way of <see cref="Operation"/>.</summary>
    /// <param name="input">The input; its map is right, its other values are not checked yet.</param>
    /// <param name="item">What the operation may ask for.</param>
    /// <param name="output">Takes the operation.</param>
    /// <param name="keys">Takes whom the operation names beside the map.</param>
    /// <returns>False when the input is not so plain; then nothing was written.</returns>
    bool TryCarry(in RawInput input, ItemContext item, ByteBuffer output, List<ulong> keys);

    /// <summary>The request of a plain input for a run of its own, its map as it was written; the answer is the run's output.</summary>
    /// <param name="input">The input; its map is right, its other values are not checked yet.</param>
    /// <returns>Null when the input is not so plain.</returns>
    ApiRequest? Carry(in RawInput input);
}
