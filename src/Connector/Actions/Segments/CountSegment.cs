using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Counts the people of a segment: <c>GET /v1/segments/{segment}/customer_count</c>.</summary>
internal sealed class CountSegment : ConnectorAction<CountSegment.Input>
{
    internal sealed record Input(string Segment);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var segment = await SegmentName.ResolveAsync(input.Segment, SegmentUse.Any, api, ct).ConfigureAwait(false);
        return (await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/segments/{segment:segment}/customer_count"), ct).ConfigureAwait(false)).Json;
    }
}
