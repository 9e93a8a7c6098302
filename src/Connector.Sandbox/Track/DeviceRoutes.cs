using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Devices, in v1 and v2.</summary>
internal static class DeviceRoutes
{
    public static SandboxResponse Add(SandboxRequest call)
    {
        var who = Identifier.FromPath(call.Arguments[0]);
        var problems = PeopleRoutes.Check(call, who).ToList();
        var device = Read(call.Workspace, V1.Body(call)["device"], "id", problems);
        return V1.Apply(call, problems, () => call.Workspace.Devices.Add(who, device!));
    }

    public static SandboxResponse Remove(SandboxRequest call)
    {
        var who = Identifier.FromPath(call.Arguments[0]);
        return V1.Apply(call, PeopleRoutes.Check(call, who), () => call.Workspace.Devices.Remove(who, call.Arguments[1]));
    }

    /// <summary>Reads a device, whose token stands under <paramref name="key"/>; null when there are problems.</summary>
    public static Device? Read(Workspace workspace, JToken? sent, string key, List<Problem> problems)
    {
        if (sent is not JObject device)
        {
            problems.Add(new(Problem.Required, "device", "must be an object"));
            return null;
        }
        var token = Json.Scalar(device[key]);
        if (string.IsNullOrWhiteSpace(token))
        {
            problems.Add(new(Problem.Required, $"device.{key}", "cannot be blank"));
        }
        var platform = Json.Scalar(device["platform"]);
        if (platform is not ("ios" or "android"))
        {
            problems.Add(new(platform is null ? Problem.Required : Problem.Invalid, "device.platform", "must be ios or android"));
        }
        if (device["attributes"] is { Type: not (JTokenType.Object or JTokenType.Null) })
        {
            problems.Add(new(Problem.Invalid, "device.attributes", "must be an object"));
        }
        // The Python and Ruby clients write custom keys beside the token, the others into attributes.
        var attributes = device["attributes"]?.DeepClone() as JObject ?? [];
        foreach (var (name, value) in device)
        {
            if (name != key && name is not ("platform" or "last_used" or "attributes"))
            {
                attributes.TryAdd(name, value!.DeepClone());
            }
        }
        return problems.Count > 0 ? null : new(token!, platform!, Json.Whole(device["last_used"]) ?? workspace.Now, attributes);
    }
}
