using System.Globalization;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Changes who belongs to a manual segment: <c>POST /api/v1/segments/{segment}/…</c>, at most 1000 ids a request.</summary>
/// <param name="change">The endpoint's last segment.</param>
/// <param name="adds">Whether the people are members afterwards.</param>
internal abstract class SegmentMembers(string change, bool adds) : ConnectorAction<SegmentMembers.Input>
{
    private const int MaxIds = 1000,
        MaxVerified = 100;

    internal sealed record Input(string Segment, JArray Ids, string IdType, bool CreateIfMissing, bool Verify);

    public sealed override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var ids = Ids(input, api);
        var use = input.CreateIfMissing ? SegmentUse.ManualOrNew : SegmentUse.Manual;
        var segment = await SegmentName.ResolveAsync(input.Segment, use, api, ct).ConfigureAwait(false);
        for (var done = 0; done < ids.Length; done += MaxIds)
        {
            var some = ids[done..Math.Min(done + MaxIds, ids.Length)];
            var request = ApiRequest.Post(ApiName.Track, $"/api/v1/segments/{segment:segment}/{change:change}", new JObject { ["ids"] = new JArray(some) });
            await api.SendAsync(request with { Query = "id_type=" + input.IdType }, ct).ConfigureAwait(false);
            api.Progress(done + some.Length, ids.Length);
        }

        var output = new JObject { ["count"] = ids.Length };
        return input.Verify ? await VerifyAsync(segment, ids, input.IdType, output, api, ct).ConfigureAwait(false) : output;
    }

    private async Task<JObject> VerifyAsync(string segment, string[] ids, string idType, JObject output, IApi api, CancellationToken ct)
    {
        if (ids.Length > MaxVerified)
        {
            api.Warn($"Only the first {MaxVerified} people were read back; each takes a request of its own.");
        }

        var open = ids.Take(MaxVerified).ToList();
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        output = await ReadBack.RunAsync(output, LookAsync, api, ct).ConfigureAwait(false);
        if (output.ContainsKey("verification") && open.Count > 0)
        {
            output["unverified"] = new JArray(open);
        }

        return output;

        async Task<string> LookAsync()
        {
            foreach (var id in open.ToArray())
            {
                var person = await ReadBack.PersonAsync(Person.Of(id, idType, api, "ids"), "segments", api, ct).ConfigureAwait(false);
                if (
                    person is null
                        ? !adds
                        : Answers
                            .List(person, "segments")
                            .OfType<JObject>()
                            .Any(s => Answers.Number(s["id"])?.ToString(CultureInfo.InvariantCulture) == segment) == adds
                )
                {
                    open.Remove(id);
                }

                _ = person is null ? unknown.Add(id) : unknown.Remove(id);
            }

            return open.Count == 0 ? ReadBack.Verified
                : adds && open.Exists(unknown.Contains) ? ReadBack.Conflict
                : ReadBack.NotVisibleYet;
        }
    }

    private static string[] Ids(Input input, IRunContext run)
    {
        var ids = run.Names(input.Ids, "ids", Person.Check(input.IdType));
        if (input.IdType == "cio_id")
        {
            ids = [.. ids.Select(Person.Bare)];
        }

        if (input.IdType == "id" && ids.Count(id => id.Contains('@') || id.StartsWith("cio_", StringComparison.Ordinal)) is > 0 and var others)
        {
            run.Warn($"{others} of the ids look like e-mail addresses or cio_ids; Customer.io skips ids that are not of the ID Type.");
        }

        return ids;
    }
}
