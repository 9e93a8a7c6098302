using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Segments: listed, made, deleted and counted.</summary>
internal static class AppSegmentRoutes
{
    public static SandboxResponse List(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["segments"] = new JArray(call.Workspace.Segments.All.Select(s => s.ToJson())) });

    public static SandboxResponse Create(SandboxRequest call)
    {
        var wanted = AppApi.Body(call)["segment"] as JObject;
        if (wanted?["name"] is not JValue { Value: string name } || string.IsNullOrWhiteSpace(name))
        {
            throw new Refusal(400, "name cannot be blank", "/segment/name");
        }
        if (wanted["description"] is not (null or JValue { Value: null or string }))
        {
            throw new Refusal(400, "description must be a text", "/segment/description");
        }
        return SandboxResponse.Ok(Wrapped(call.Workspace.Segments.Create(name.Trim(), (string?)wanted["description"] ?? "", manual: true)));
    }

    public static SandboxResponse Get(SandboxRequest call) => SandboxResponse.Ok(Wrapped(Segment(call)));

    public static SandboxResponse Delete(SandboxRequest call)
    {
        var segment = Segment(call);
        if (UsedBy(call, segment).Properties().Any(p => p.Value.HasValues))
        {
            throw new Refusal(400, "unable to delete segment in use");
        }
        call.Workspace.Segments.Delete(segment);
        return SandboxResponse.NoContent;
    }

    public static SandboxResponse Count(SandboxRequest call)
    {
        var segment = Segment(call);
        return SandboxResponse.Ok(new JObject { ["segment_id"] = segment.Id, ["count"] = segment.Members.Count });
    }

    public static SandboxResponse Membership(SandboxRequest call)
    {
        var segment = Segment(call);
        var members = call.Workspace.People.All.Where(p => segment.Members.Contains(p.CioId));
        var list = CustomerView.List(call, members, 1000, 30_000);
        list.AddFirst(new JProperty("segment_id", segment.Id));
        return SandboxResponse.Ok(list);
    }

    public static SandboxResponse Uses(SandboxRequest call)
    {
        var segment = Segment(call);
        return SandboxResponse.Ok(new JObject { ["segment_id"] = segment.Id, ["used_by"] = UsedBy(call, segment) });
    }

    private static Segment Segment(SandboxRequest call) => AppApi.Found(call, 0, call.Workspace.Segments.Find);

    private static JObject Wrapped(Segment segment) => new() { ["segment"] = segment.ToJson() };

    private static JObject UsedBy(SandboxRequest call, Segment segment)
    {
        var senders = call.Workspace.Senders;
        return new()
        {
            ["campaigns"] = Ids(senders.Of(SenderKind.Campaign).Where(s => Names(s, "trigger_segment_ids") || Names(s, "filter_segment_ids"))),
            ["sent_newsletters"] = Ids(Newsletters(isSent: true)),
            ["draft_newsletters"] = Ids(Newsletters(isSent: false)),
        };

        IEnumerable<Sender> Newsletters(bool isSent) =>
            senders.Of(SenderKind.Newsletter).Where(s => Names(s, "recipient_segment_ids") && s.Shown["sent_at"] is JValue { Value: not null } == isSent);

        bool Names(Sender sender, string list) => sender.Shown[list] is JArray ids && ids.Any(id => Json.Whole(id) == segment.Id);

        static JArray Ids(IEnumerable<Sender> chosen) => new(chosen.Select(s => s.Id));
    }
}
