using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Changes who belongs to a manual segment: <c>POST /api/v1/segments/{segment}/…</c>, at most 1000 ids a request.</summary>
/// <param name="change">The endpoint's last segment.</param>
internal abstract class SegmentMembers(string change) : ConnectorAction<SegmentMembers.Input>
{
    private const int MostIds = 1000;

    internal sealed record Input(string Segment, JArray Ids, string IdType, bool CreateIfMissing);

    public sealed override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var ids = Ids(input, api);
        var segment = await SegmentName.ResolveAsync(input.Segment, true, input.CreateIfMissing, api, ct).ConfigureAwait(false);
        for (var done = 0; done < ids.Length; done += MostIds)
        {
            var some = ids[done..Math.Min(done + MostIds, ids.Length)];
            var request = ApiRequest.Post(ApiName.Track, $"/api/v1/segments/{segment:segment}/{change:change}", new JObject { ["ids"] = new JArray(some) });
            await api.SendAsync(request with { Query = "id_type=" + input.IdType }, ct).ConfigureAwait(false);
            api.Progress(done + some.Length, ids.Length);
        }

        return new JObject { ["count"] = ids.Length };
    }

    private static string[] Ids(Input input, IApi api)
    {
        var ids = input.Ids.Select(ConnectorJson.ScalarText).ToArray();
        var problems = new List<Problem>();
        for (var i = 0; i < ids.Length; i++)
        {
            var id = ids[i] = input.IdType == "cio_id" ? Person.Bare(ids[i]) : ids[i];
            if (string.IsNullOrWhiteSpace(id) || (input.IdType == "email" && !id.Contains('@')))
            {
                problems.Add(new Problem($"/ids/{i}", input.IdType == "email" ? "must be an e-mail address; Customer.io would pass over it without a word." : "must not be blank."));
            }
        }

        if (problems.Count > 0)
        {
            throw ConnectorException.Input(problems);
        }

        if (input.IdType == "id" && ids.Count(id => id.Contains('@') || id.StartsWith("cio_", StringComparison.Ordinal)) is > 0 and var others)
        {
            api.Warn($"{others} of the ids look like e-mail addresses or cio_ids; Customer.io passes over ids that are not of the ID Type.");
        }

        return ids;
    }
}
