using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One device of a person, as the App API shows it.</summary>
internal sealed record Device(string Token, string Platform, long LastUsed, JObject Attributes)
{
    public JObject ToJson() =>
        new()
        {
            ["id"] = Token,
            ["platform"] = Platform,
            ["last_used"] = LastUsed,
            ["attributes"] = Attributes.DeepClone(),
        };

    public static Device FromJson(JToken json) => new((string)json["id"]!, (string)json["platform"]!, (long)json["last_used"]!, (JObject)json["attributes"]!);
}

/// <summary>The people's devices; a token belongs to one person at a time.</summary>
internal sealed class Devices(Workspace workspace)
{
    private readonly Dictionary<string, Person> _owners = [];

    /// <summary>Adds a device or updates it; a token that was another person's moves.</summary>
    public void Add(Identifier who, Device device)
    {
        if (workspace.People.FindOrCreate(who) is not { } person)
        {
            workspace.Activities.Drop("failed_device_change", who, workspace.People.WhyNobody(who), name: device.Token);
            return;
        }
        if (_owners.TryGetValue(device.Token, out var owner) && owner != person)
        {
            Remove(owner, device.Token);
        }
        var attributes = person.Devices.TryGetValue(device.Token, out var old) ? (JObject)old.Attributes.DeepClone() : [];
        attributes.Merge(device.Attributes);
        person.Devices[device.Token] = device with { Attributes = attributes };
        Own(person);
        workspace.Activities.Add("device_change", person, device.Token);
        workspace.Touch();
    }

    /// <summary>Removes a device; one that the person does not have is no error.</summary>
    public void Remove(Identifier who, string token)
    {
        if (workspace.People.Find(who) is { } person && person.Devices.ContainsKey(token))
        {
            Remove(person, token);
        }
        else
        {
            workspace.Activities.Drop("failed_device_change", who, "nobody with this identifier has the device", name: token);
        }
    }

    /// <summary>Notes whose the devices of a person are.</summary>
    public void Own(Person person)
    {
        foreach (var token in person.Devices.Keys)
        {
            _owners[token] = person;
        }
    }

    public void Forget(Person person)
    {
        foreach (var token in person.Devices.Keys)
        {
            _owners.Remove(token);
        }
    }

    public void Clear() => _owners.Clear();

    private void Remove(Person person, string token)
    {
        person.Devices.Remove(token);
        _owners.Remove(token);
        workspace.Activities.Add("device_change", person, token);
        workspace.Touch();
    }
}
