using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Imports;

/// <summary>Tells how far an import is: <c>GET /v1/imports/{id}</c>.</summary>
internal sealed class GetImport : RequestAction<GetImport.Input>
{
    internal sealed record Input(string Import);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Get(ApiName.App, $"/v1/imports/{input.Import:import}");
}
