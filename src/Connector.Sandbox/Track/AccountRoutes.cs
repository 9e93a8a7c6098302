using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What is asked to see whether keys work.</summary>
internal static class AccountRoutes
{
    private const int EnvironmentId = 3;

    public static Answer Region(Call call)
    {
        var region = call.Core.Options.Region;
        var url = region == "eu" ? "https://track-eu.customer.io" : "https://track.customer.io";
        return Answer.Ok(
            new JObject
            {
                ["url"] = url,
                ["region"] = region,
                ["environment_id"] = EnvironmentId,
            }
        );
    }

    public static Answer Workspaces(Call call) =>
        Answer.Ok(new JObject { ["workspaces"] = new JArray(new JObject { ["id"] = EnvironmentId, ["name"] = "Sandbox" }) });
}
