using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The sandbox's own side under /_sandbox: look at what arrived, start over, switch things.</summary>
internal static class Control
{
    private const int Page = 1000;

    /// <summary>Recorded requests, oldest first: the newest <c>limit</c> of them, or those <c>after</c> a number.</summary>
    public static Answer Requests(Call call)
    {
        var after = Number(call, "after", 0);
        var requests = call.Core.Recorder.Snapshot().Where(r => r.Number > after).TakeLast(Number(call, "limit", int.MaxValue));
        return Answer.Ok(new JObject { ["total"] = call.Core.Recorder.Total, ["requests"] = new JArray(requests.Select(r => r.ToJson())) });
    }

    public static Answer ClearRequests(Call call)
    {
        call.Core.Recorder.Clear();
        return Answer.Empty;
    }

    public static Answer Reset(Call call)
    {
        call.Core.Reset();
        return Answer.Empty;
    }

    /// <summary>People in the order they were created: <c>limit</c> of them from <c>start</c>.</summary>
    public static Answer People(Call call)
    {
        var all = call.Workspace.People.All;
        var people = all.Skip(Number(call, "start", 0)).Take(Number(call, "limit", Page)).Select(p => p.Summary());
        return Answer.Ok(new JObject { ["total"] = all.Count, ["people"] = new JArray(people) });
    }

    /// <summary>One person whole; for somebody unknown 404 and what was dropped about them.</summary>
    public static Answer Person(Call call)
    {
        var identifier = call.Arguments[0];
        if (PersonView.Find(call.Workspace, identifier) is { } person)
        {
            return Answer.Ok(PersonView.Whole(call.Workspace, person));
        }
        var activities = call.Workspace.Activities.Of(Identifier.FromPath(identifier), null).Select(a => a.ToJson());
        return Answer.Ok(new JObject { ["error"] = $"nobody has the identifier '{identifier}'", ["activities"] = new JArray(activities) }, 404);
    }

    public static Answer Activities(Call call) =>
        Answer.Ok(new JObject { ["activities"] = new JArray(call.Workspace.Activities.All.TakeLast(Number(call, "limit", Page)).Select(a => a.ToJson())) });

    public static Answer Settings(Call call) => Answer.Ok(call.Workspace.Settings.ToJson());

    public static Answer ChangeSettings(Call call)
    {
        var problems = call.Workspace.Settings.Change(V1.Body(call));
        return problems.Count > 0 ? Answer.Errors(400, problems) : Settings(call);
    }

    private static int Number(Call call, string name, int otherwise) => int.TryParse(call.Query(name), out var number) && number >= 0 ? number : otherwise;
}
