using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Opts a person out of a sender, or in again: <c>PUT /v1/customers/{id}/optouts</c>.</summary>
internal sealed class SetOptOut : RequestAction<SetOptOut.Input>
{
    internal sealed record Input(string Id, string IdType, string From, string Channel, bool OptOut);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var optOut = new JObject
        {
            ["channel"] = input.Channel,
            ["from"] = run.Name(input.From, "from"),
            ["optout"] = input.OptOut,
        };
        return AppPerson.Get(Person.Of(input.Id, input.IdType, run), "optouts") with
        {
            Method = HttpMethod.Put,
            Body = ApiBody.Json(new JObject { ["optouts"] = new JArray(optOut) }),
        };
    }
}
