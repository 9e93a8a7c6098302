using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Deletes a manual segment: <c>DELETE /v1/segments/{segment}</c>.</summary>
internal sealed class DeleteSegment : ConnectorAction<DeleteSegment.Input>
{
    internal sealed record Input(string Segment);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var segment = await SegmentName.ResolveAsync(input.Segment, SegmentUse.Any, api, ct).ConfigureAwait(false);
        return (await api.SendAsync(ApiRequest.Delete(ApiName.App, $"/v1/segments/{segment:segment}"), ct).ConfigureAwait(false)).Json;
    }
}
