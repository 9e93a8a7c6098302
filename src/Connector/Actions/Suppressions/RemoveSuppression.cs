using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.Suppressions;

/// <summary>Frees an address at the mail provider: <c>DELETE /v1/esp/suppression/{type}/{email}</c>.</summary>
internal sealed class RemoveSuppression : RequestAction<RemoveSuppression.Input>
{
    internal sealed record Input(string Type, string Email);

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Delete(ApiName.App, $"/v1/esp/suppression/{input.Type:type}/{run.Email(input.Email, "email"):email}");
}
