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
        var token = api.Name(input.DeviceToken, "deviceToken");
        ApiPath.Check(token, "deviceToken");
        var operation = Person.Of(input.Id, input.IdType, api).Operation("delete_device");
        operation["device"] = new JObject { ["token"] = token };
        return operation;
    }

    protected override ApiRequest Request(Input input, IApi api) =>
        Person.Of(input.Id, input.IdType, api).Segment is { } segment
            ? ApiRequest.Delete(ApiName.Track, $"/api/v1/customers/{segment:id}/devices/{api.Name(input.DeviceToken, "deviceToken"):deviceToken}")
            : base.Request(input, api);
}
