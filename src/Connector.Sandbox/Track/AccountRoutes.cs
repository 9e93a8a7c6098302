using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What is asked to see whether keys work.</summary>
internal static class AccountRoutes
{
    private const int EnvironmentId = 3;

    public static SandboxResponse Region(SandboxRequest call)
    {
        var region = call.Core.Options.Region;
        var url = region == "eu" ? "https://track-eu.customer.io" : "https://track.customer.io";
        return SandboxResponse.Ok(
            new JObject
            {
                ["url"] = url,
                ["region"] = region,
                ["environment_id"] = EnvironmentId,
            }
        );
    }

    public static SandboxResponse Workspaces(SandboxRequest call) =>
        SandboxResponse.Ok(
            new JObject
            {
                ["workspaces"] = new JArray(
                    new JObject
                    {
                        ["id"] = EnvironmentId,
                        ["name"] = "Sandbox",
                        ["messages_sent"] = call.Workspace.Deliveries.All.Count,
                        ["billable_messages_sent"] = call.Workspace.Deliveries.All.Count,
                        ["people"] = call.Workspace.People.All.Count,
                        ["object_types"] = call.Workspace.Objects.All.Select(o => o.TypeId).Append("1").Distinct().Count(),
                        ["objects"] = call.Workspace.Objects.All.Count,
                    }
                ),
            }
        );
}
