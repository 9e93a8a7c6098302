using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The region look-up.</summary>
internal static class AccountRoutes
{
    private const int EnvironmentId = 3;

    public static Answer Region(Call call)
    {
        var region = call.Core.Options.Region;
        var url = region == "eu" ? "https://track-eu.customer.io" : "https://track.customer.io";
        return Answer.Ok(new JObject { ["url"] = url, ["region"] = region, ["environment_id"] = EnvironmentId });
    }
}
