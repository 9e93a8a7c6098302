using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Track v1 for people.</summary>
internal static class PeopleRoutes
{
    public static Answer Identify(Call call)
    {
        var body = V1.Body(call);
        var who = Identifier.FromPath(call.Arguments[0]);
        var problems = Check(call, who).Concat(Limits.Map(body, "attributes")).Concat(OtherId(call, who, body));
        return V1.Apply(call, problems, () => call.Workspace.People.Identify(who, body));
    }

    public static Answer Delete(Call call)
    {
        var who = Identifier.FromPath(call.Arguments[0]);
        return V1.Apply(call, Check(call, who), () => call.Workspace.People.Delete(who));
    }

    /// <summary>Checks the identifier of a path.</summary>
    public static IEnumerable<Problem> Check(Call call, Identifier who) => Limits.Id(call.Arguments[0], who.Kind == IdKind.Email ? "email" : "id");

    private static IEnumerable<Problem> OtherId(Call call, Identifier who, JObject body)
    {
        if (call.Workspace.Settings.RefuseOtherId && who.Kind == IdKind.Id && Json.Scalar(body["id"]) is { } id && id != who.Value)
        {
            yield return new(Problem.Invalid, "id", "", "id attribute and identifier are not the same value");
        }
    }
}
