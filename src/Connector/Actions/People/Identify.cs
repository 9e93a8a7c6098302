using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Creates or updates a person: <c>PUT /api/v1/customers/{id}</c>.</summary>
internal sealed class Identify : RequestAction<Identify.Input>
{
    internal sealed record Input(string Id, JObject? CustomerData);

    protected override ApiRequest Request(Input input, IApi api) =>
        ApiRequest.Put(ApiName.Track, $"/api/v1/customers/{input.Id:id}", input.CustomerData ?? []);
}
