using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Adds or updates a person's device: <c>PUT /api/v1/customers/{id}/devices</c>.</summary>
internal sealed class AddDevice : OperationAction<AddDevice.Input>
{
    internal sealed record Input(string Id, string IdType, string DeviceToken, string Platform, JToken? LastUsed, JObject? DeviceAttributes);

    protected override Operation Operation(Input input, IRunContext run)
    {
        var operation = Person.Of(input.Id, input.IdType, run).Operation("add_device");
        operation["device"] = Device("token", input, run);
        return operation;
    }

    protected override ApiRequest Request(Input input, IRunContext run) =>
        Person.Of(input.Id, input.IdType, run).Segment is { } segment
            ? ApiRequest.Put(ApiName.Track, $"/api/v1/customers/{segment:id}/devices", new JObject { ["device"] = Device("id", input, run) })
            : base.Request(input, run);

    private static JObject Device(string tokenKey, Input input, IRunContext run)
    {
        // A token that is a path segment could not be deleted again, so it is not let in.
        var token = run.Name(input.DeviceToken, "deviceToken");
        ApiPath.Check(token, "deviceToken");
        var device = new JObject { [tokenKey] = token, ["platform"] = Platform(input.Platform, run) };
        if (Times.Seconds(input.LastUsed, "lastUsed", run) is { } time)
        {
            device["last_used"] = time;
        }

        if (input.DeviceAttributes is { Count: > 0 } attributes)
        {
            device["attributes"] = new JObject(attributes.Properties().Select(p => new JProperty(p.Name, ConnectorJson.ScalarText(p.Value))));
        }

        return device;
    }

    private static string Platform(string platform, IRunContext run)
    {
        if (platform is not ("ios" or "android"))
        {
            run.Warn($"The platform {platform} was sent as ios: Customer.io knows ios and android only.");
            return "ios";
        }

        return platform;
    }
}
