using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Creates a manual segment: <c>POST /v1/segments</c>.</summary>
internal sealed class CreateSegment : RequestAction<CreateSegment.Input>
{
    internal sealed record Input(string Name, string? Description);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var segment = new JObject { ["name"] = run.Name(input.Name, "name") };
        if (input.Description is { Length: > 0 })
        {
            segment["description"] = input.Description;
        }

        return ApiRequest.Post(ApiName.App, "/v1/segments", new JObject { ["segment"] = segment }) with
        {
            LookFor = "a segment of this name",
        };
    }
}
