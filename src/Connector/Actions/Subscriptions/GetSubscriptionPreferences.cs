using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Tells a person's topics by name: <c>GET /v1/customers/{id}/subscription_preferences</c>.</summary>
internal sealed class GetSubscriptionPreferences : RequestAction<GetSubscriptionPreferences.Input>
{
    internal sealed record Input(string Id, string IdType, string? Language);

    protected override ApiRequest Request(Input input, IRunContext run) =>
        AppPerson.Get(Person.Of(input.Id, input.IdType, run), "subscription_preferences", ("language", input.Language));
}
