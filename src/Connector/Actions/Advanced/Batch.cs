using CustomerIo.Connector.Api;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Advanced;

/// <summary>Sends many operations in as few requests as fit: <c>POST /api/v2/batch</c>, one request after the other.</summary>
internal sealed class Batch : ConnectorAction<Batch.Input>
{
    internal sealed record Input(JArray Operations);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var total = input.Operations.Count;
        var failed = new SortedDictionary<int, ItemFailure>();
        var chunks = Chunks(input.Operations, api, failed);
        var sender = new ChunkSender(api, new HeldPeople("operation"));
        ItemFailure? lost = null;
        var done = failed.Count;
        foreach (var (chunk, indexes) in chunks)
        {
            // After a chunk that was lost, later operations of the same people would overtake it: one run with one answer sends nothing more.
            var failures = lost is null
                ? await sender.SendAsync(chunk, ct).ConfigureAwait(false)
                : Enumerable.Range(0, chunk.Count).Select(i => lost with { Index = i });
            foreach (var failure in failures)
            {
                failed[indexes[failure.Index]] = failure with { Index = indexes[failure.Index] };
                lost ??= failure.IsShared ? failure : null;
            }

            ct.ThrowIfCancellationRequested();
            api.Progress(done += chunk.Count, total);
        }

        return failed.Count > 0 && ItemFailure.Whole([.. failed.Values], total, "operations") is { } whole
            ? throw whole
            : new JObject { ["succeeded"] = total - failed.Count, ["failed"] = new JArray(failed.Values.Select(f => f.ToJson())) };
    }

    private static List<(BatchChunk Chunk, List<int> Indexes)> Chunks(JArray operations, IApi api, SortedDictionary<int, ItemFailure> failed)
    {
        var chunks = new List<(BatchChunk Chunk, List<int> Indexes)>();
        var keys = new List<ulong>();
        var item = new ItemContext(() => api.Now, i => api.EventIdFor((int)i), api.AllowsPlaceholderIds);
        for (var i = 0; i < operations.Count; i++)
        {
            try
            {
                item.Index = i;
                var operation = OperationReader.Read((JObject)operations[i], api.Catalogue, item);
                var bytes = operation.ToBytes();
                keys.Clear();
                operation.AddKeys(keys);
                var names = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(keys);
                if (BatchLimits.Excess(bytes.Length) is { } excess)
                {
                    throw ConnectorException.Input("", excess);
                }

                var repeatable = operation.Type != "delivery";
                if (chunks.Count == 0 || !chunks[^1].Chunk.TryAdd(bytes, repeatable, names))
                {
                    chunks.Add((new BatchChunk(), []));
                    chunks[^1].Chunk.TryAdd(bytes, repeatable, names);
                }

                chunks[^1].Indexes.Add(i);
            }
            catch (ConnectorException e) when (e.Kind == FailureKind.Input)
            {
                failed[i] = new ItemFailure(i, e);
            }

            foreach (var warning in item.Warnings)
            {
                api.Warn($"/operations/{i}: {warning}");
            }
        }

        return chunks;
    }
}
