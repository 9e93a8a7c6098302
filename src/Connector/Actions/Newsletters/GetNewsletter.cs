using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Looks one newsletter up: <c>GET /v1/newsletters/{id}</c>.</summary>
internal sealed class GetNewsletter : RequestAction<GetNewsletter.Input>
{
    internal sealed record Input(string Newsletter);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Get(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}");
}
