using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.Suppressions;

/// <summary>Suppresses an address at the mail provider: <c>POST /v1/esp/suppression/{type}/{email}</c>.</summary>
internal sealed class AddSuppression : RequestAction<AddSuppression.Input>
{
    internal sealed record Input(string Type, string Email);

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Post(ApiName.App, $"/v1/esp/suppression/{input.Type:type}/{run.Email(input.Email, "email"):email}");
}
