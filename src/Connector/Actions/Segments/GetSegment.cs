using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Looks one segment up: <c>GET /v1/segments/{segment}</c>.</summary>
internal sealed class GetSegment : ConnectorAction<GetSegment.Input>
{
    internal sealed record Input(string Segment);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var segment = await SegmentName.ResolveAsync(input.Segment, SegmentUse.Any, api, ct).ConfigureAwait(false);
        return (await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/segments/{segment:segment}"), ct).ConfigureAwait(false)).Json;
    }
}
