using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Tells what uses a segment: <c>GET /v1/segments/{segment}/used_by</c>.</summary>
internal sealed class GetSegmentUsage : ConnectorAction<GetSegmentUsage.Input>
{
    internal sealed record Input(string Segment);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var segment = await SegmentName.ResolveAsync(input.Segment, SegmentUse.Any, api, ct).ConfigureAwait(false);
        return (await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/segments/{segment:segment}/used_by"), ct).ConfigureAwait(false)).Json;
    }
}
