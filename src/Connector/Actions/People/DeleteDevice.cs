using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Removes a device from a person: <c>DELETE /api/v1/customers/{id}/devices/{token}</c>.</summary>
internal sealed class DeleteDevice : OperationAction<DeleteDevice.Input>
{
    internal sealed record Input(string Id, string IdType, string DeviceToken);

    protected override Operation Operation(Input input, IRunContext run)
    {
        var token = run.Name(input.DeviceToken, "deviceToken");
        ApiPath.Check(token, "deviceToken");
        var operation = Person.Of(input.Id, input.IdType, run).Operation("delete_device");
        operation["device"] = new JObject { ["token"] = token };
        return operation;
    }

    protected override ApiRequest Request(Input input, IRunContext run) =>
        Person.Of(input.Id, input.IdType, run).Segment is { } segment
            ? ApiRequest.Delete(ApiName.Track, $"/api/v1/customers/{segment:id}/devices/{run.Name(input.DeviceToken, "deviceToken"):deviceToken}")
            : base.Request(input, run);
}
