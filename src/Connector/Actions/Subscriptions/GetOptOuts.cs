using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Lists what a person opted out of: <c>GET /v1/customers/{id}/optouts</c>.</summary>
internal sealed class GetOptOuts : RequestAction<GetOptOuts.Input>
{
    internal sealed record Input(string Id, string IdType);

    protected override ApiRequest Request(Input input, IRunContext run) => AppPerson.Get(Person.Of(input.Id, input.IdType, run), "optouts");

    protected override JToken Output(ApiResponse response, Input input) => Answers.WithList(response, "optouts");
}
