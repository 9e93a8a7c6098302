using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Bulk;

/// <summary>Sends one chunk: <c>POST /api/v2/batch</c>.</summary>
internal static class BatchRequest
{
    /// <summary>The operations that were refused; their index counts within the chunk.</summary>
    /// <exception cref="ConnectorException">None of the chunk was accepted, for a reason that is not in its operations.</exception>
    public static async Task<IReadOnlyList<BatchFailure>> SendAsync(BatchChunk chunk, IApi api, CancellationToken ct)
    {
        var request = new ApiRequest(ApiName.Track, HttpMethod.Post, "/api/v2/batch", new ApiBody(chunk.Body, ApiBody.JsonType)) { Repeat = chunk.Repeatable ? Repeat.Safe : Repeat.Unsafe };
        try
        {
            var answer = await api.SendAsync(request, ct).ConfigureAwait(false);
            return answer.Status == 207 ? Refused(answer, chunk.Count) : [];
        }
        catch (ConnectorException e) when (e is { Kind: FailureKind.Rejected, Status: 400 or 413 })
        {
            // The request was refused whole, so nothing of it was done: halving it finds the operation that spoils it.
            return chunk.Count == 1 ? [BatchFailure.Of(0, e)] : await HalvesAsync(chunk, api, ct).ConfigureAwait(false);
        }
    }

    private static BatchFailure[] Refused(ApiResponse answer, int count)
    {
        BatchFailure[] refused = [.. BatchFailure.Of(answer.Json, count)];
        return refused.Length > 0
            ? refused
            : throw new ConnectorException(FailureKind.Uncertain, "Customer.io accepted a part of the operations (207), but did not say which. Look in Customer.io before you repeat them.") { Status = answer.Status };
    }

    private static async Task<IReadOnlyList<BatchFailure>> HalvesAsync(BatchChunk chunk, IApi api, CancellationToken ct)
    {
        var middle = chunk.Count / 2;
        var first = await SendAsync(chunk.Part(0, middle), api, ct).ConfigureAwait(false);
        try
        {
            var second = await SendAsync(chunk.Part(middle, chunk.Count - middle), api, ct).ConfigureAwait(false);
            return [.. first, .. second.Select(f => f with { Index = f.Index + middle })];
        }
        catch (ConnectorException e) when (e.Kind != FailureKind.Cancelled)
        {
            return [.. first, .. Enumerable.Range(middle, chunk.Count - middle).Select(i => BatchFailure.Of(i, e))];
        }
    }
}
