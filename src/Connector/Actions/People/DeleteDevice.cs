using CustomerIo.Connector.Api;
using CustomerIo.Connector.Bulk;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Removes a device from a person: <c>DELETE /api/v1/customers/{id}/devices/{token}</c>.</summary>
internal sealed class DeleteDevice : OperationAction<DeleteDevice.Input>
{
    internal sealed record Input(string Id, string IdType, string DeviceToken);

    protected override Operation Operation(Input input, IApi api)
    {
        ApiPath.Check(input.DeviceToken, "deviceToken");
        var operation = Person.Of(input.Id, input.IdType).Operation("delete_device");
        operation["device"] = new JObject { ["token"] = input.DeviceToken };
        return operation;
    }

    protected override ApiRequest Request(Input input, IApi api) => Person.Of(input.Id, input.IdType).Segment is { } segment
        ? ApiRequest.Delete(ApiName.Track, $"/api/v1/customers/{segment:id}/devices/{input.DeviceToken:deviceToken}")
        : base.Request(input, api);
}
