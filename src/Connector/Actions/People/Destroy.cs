using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Deletes a person: <c>DELETE /api/v1/customers/{id}</c>.</summary>
internal sealed class Destroy : RequestAction<Destroy.Input>
{
    internal sealed record Input(string Id);

    protected override ApiRequest Request(Input input, IApi api) => ApiRequest.Delete(ApiName.Track, $"/api/v1/customers/{input.Id:id}");
}
