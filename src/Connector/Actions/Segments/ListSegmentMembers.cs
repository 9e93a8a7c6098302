using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Lists who belongs to a segment: <c>GET /v1/segments/{segment}/membership</c>.</summary>
internal sealed class ListSegmentMembers : ConnectorAction<ListSegmentMembers.Input>
{
    private const int MaxPerPage = 30_000;

    internal sealed record Input(string Segment, long? Limit, bool All, string? Start) : IPagedInput;

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var segment = await SegmentName.ResolveAsync(input.Segment, SegmentUse.Any, api, ct).ConfigureAwait(false);
        return await Pages
            .ReadAsync(ApiRequest.Get(ApiName.App, $"/v1/segments/{segment:segment}/membership"), new("identifiers", MaxPerPage), input, api, ct)
            .ConfigureAwait(false);
    }
}
