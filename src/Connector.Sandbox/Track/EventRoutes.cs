using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Track v1 for events.</summary>
internal static class EventRoutes
{
    public static SandboxResponse Track(SandboxRequest call)
    {
        var body = V1.Body(call);
        var who = Identifier.FromPath(call.Arguments[0]);
        return V1.Apply(call, PeopleRoutes.Check(call, who).Concat(Limits.Event(body, "data")), () => call.Workspace.Events.Track(who, Read(call, body)));
    }

    public static SandboxResponse Anonymous(SandboxRequest call)
    {
        var body = V1.Body(call);
        var id = Json.Scalar(body["anonymous_id"]) ?? "";
        var problems = Limits.Event(body, "data").Concat(string.IsNullOrWhiteSpace(id) ? [] : Limits.Id(id, "anonymous_id"));
        return V1.Apply(call, problems, () => call.Workspace.Events.TrackAnonymous(id.Trim(), Read(call, body)));
    }

    private static Event Read(SandboxRequest call, JObject body) =>
        call.Workspace.Events.Make(Json.Scalar(body["id"]), Json.Scalar(body["type"]), Json.Scalar(body["name"])!, Json.Whole(body["timestamp"]), body["data"]);
}
