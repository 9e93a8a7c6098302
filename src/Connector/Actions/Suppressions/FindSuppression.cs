using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Suppressions;

/// <summary>Looks an address up among the suppressed ones: <c>GET /v1/esp/search_suppression/{email}</c>.</summary>
internal sealed class FindSuppression : RequestAction<FindSuppression.Input>
{
    internal sealed record Input(string Email);

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, $"/v1/esp/search_suppression/{run.Email(input.Email, "email"):email}");

    protected override JToken Output(ApiResponse response, Input input)
    {
        var found = Answers.WithList(response, "suppressions");
        found.AddFirst(new JProperty("suppressed", Answers.List(found, "suppressions").Count > 0));
        return found;
    }
}
