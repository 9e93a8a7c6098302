using CustomerIo.Connector.Api;
using CustomerIo.Connector.Bulk;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Advanced;

/// <summary>Sends many operations in as few requests as fit: <c>POST /api/v2/batch</c>, one request after the other.</summary>
internal sealed class Batch : ConnectorAction<Batch.Input>
{
    internal sealed record Input(JArray Operations);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var total = input.Operations.Count;
        var failed = new SortedDictionary<int, BatchFailure>();
        var chunks = Chunks(input.Operations, api, failed);
        ConnectorException? end = null;
        var done = failed.Count;
        foreach (var (chunk, indexes) in chunks)
        {
            // After a request that failed whole, later operations of the same people would overtake the lost ones: they are not sent.
            foreach (var failure in end is null ? await SendAsync(chunk).ConfigureAwait(false) : [])
            {
                failed[indexes[failure.Index]] = failure with { Index = indexes[failure.Index] };
            }

            foreach (var index in indexes)
            {
                if (end is not null)
                {
                    failed[index] = BatchFailure.Of(index, end);
                }
            }

            api.Progress(done += chunk.Count, total);
        }

        return failed.Count < total
            ? new JObject { ["succeeded"] = total - failed.Count, ["failed"] = new JArray(failed.Values.Select(f => f.ToJson())) }
            : throw end ?? Refused([.. failed.Values]);

        async Task<IReadOnlyList<BatchFailure>> SendAsync(BatchChunk chunk)
        {
            try
            {
                return await BatchRequest.SendAsync(chunk, api, ct).ConfigureAwait(false);
            }
            catch (ConnectorException e) when (e.Kind != FailureKind.Cancelled)
            {
                end = e;
                return [];
            }
        }
    }

    private static List<(BatchChunk Chunk, List<int> Indexes)> Chunks(JArray operations, IApi api, SortedDictionary<int, BatchFailure> failed)
    {
        var chunks = new List<(BatchChunk Chunk, List<int> Indexes)>();
        var item = new ItemApi(() => api.Now, i => api.EventIdFor((int)i), api.AllowsPlaceholderIds);
        for (var i = 0; i < operations.Count; i++)
        {
            try
            {
                item.Index = i;
                var operation = OperationReader.Read((JObject)operations[i], api.Catalogue, item);
                var bytes = operation.ToBytes();
                if (BatchLimits.Excess(bytes.Length) is { } excess)
                {
                    throw ConnectorException.Input("", excess);
                }

                var repeatable = operation.Type != "delivery";
                if (chunks.Count == 0 || !chunks[^1].Chunk.TryAdd(bytes, repeatable))
                {
                    chunks.Add((new BatchChunk(), []));
                    chunks[^1].Chunk.TryAdd(bytes, repeatable);
                }

                chunks[^1].Indexes.Add(i);
            }
            catch (ConnectorException e) when (e.Kind == FailureKind.Input)
            {
                failed[i] = BatchFailure.Of(i, e);
            }

            foreach (var warning in item.Warnings)
            {
                api.Warn($"/operations/{i}: {warning}");
            }
        }

        return chunks;
    }

    private static ConnectorException Refused(IReadOnlyList<BatchFailure> failed)
    {
        var problems = failed.Select(f => f.ToProblem()).ToArray();
        return failed.All(f => f.Reason == "input")
            ? ConnectorException.Input(problems)
            : failed.FirstOrDefault(f => f.Reason == "uncertain") is { } unknown ? new ConnectorException(FailureKind.Uncertain, unknown.Message, problems)
            : new ConnectorException(FailureKind.Rejected, $"Customer.io accepted none of the {failed.Count} operations. The first: {problems[0].Path}: {problems[0].Message}", problems);
    }
}
