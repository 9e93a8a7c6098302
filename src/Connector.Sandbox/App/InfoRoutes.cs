using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What a sandbox has none of, or only an example.</summary>
internal static class InfoRoutes
{
    public static SandboxResponse SenderIdentities(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["sender_identities"] = new JArray(), ["next"] = "" });

    /// <summary>Addresses set aside for documentation: nothing comes from there.</summary>
    public static SandboxResponse IpAddresses(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["ip_addresses"] = new JArray("192.0.2.1", "198.51.100.1") });
}
