using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Finds people by e-mail address: <c>GET /v1/customers?email=</c>.</summary>
internal sealed class FindPeople : RequestAction<FindPeople.Input>
{
    internal sealed record Input(string Email);

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, "/v1/customers") with
        {
            Query = QueryText.Of(("email", run.Email(input.Email, "email"))),
        };

    protected override JToken Output(ApiResponse response, Input input) => Answers.WithList(response, "results");
}
