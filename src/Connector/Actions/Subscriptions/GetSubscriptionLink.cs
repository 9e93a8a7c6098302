using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Makes a link to a person's subscription center: <c>GET /v1/subscription_center/{id}/token</c>.</summary>
internal sealed class GetSubscriptionLink : RequestAction<GetSubscriptionLink.Input>
{
    internal sealed record Input(string Id);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var person = Person.Of(input.Id, "auto", run);
        return person.Key == "cio_id"
            ? throw ConnectorException.Input("/id", "is a cio_id; Customer.io makes these links by id or e-mail address only.")
            : ApiRequest.Get(ApiName.App, $"/v1/subscription_center/{person.Value:id}/token");
    }
}
