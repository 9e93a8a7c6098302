using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Track v1 for people.</summary>
internal static class PeopleRoutes
{
    public static SandboxResponse Identify(SandboxRequest call)
    {
        var body = V1.Body(call);
        var who = Identifier.FromPath(call.Arguments[0]);
        var problems = Check(call, who).Concat(Limits.Map(body, "attributes")).Concat(OtherId(call, who, body)).ToList();
        var relationships = body["cio_relationships"] is { Type: not JTokenType.Null } sent ? Relationships.OfPersonV1(sent, problems) : null;
        return V1.Apply(
            call,
            problems,
            () =>
            {
                if (call.Workspace.People.Identify(who, body) is { } person)
                {
                    relationships?.Invoke(call.Workspace, new(IdKind.CioId, person.CioId));
                }
            }
        );
    }

    public static SandboxResponse Suppress(SandboxRequest call)
    {
        var who = Identifier.FromPath(call.Arguments[0]);
        return V1.Apply(call, Check(call, who), () => call.Workspace.People.Suppress(who));
    }

    public static SandboxResponse Unsuppress(SandboxRequest call)
    {
        var who = Identifier.FromPath(call.Arguments[0]);
        return V1.Apply(call, Check(call, who), () => call.Workspace.People.Unsuppress(who));
    }

    /// <summary>Merges two people; the envelope of its errors is its own.</summary>
    public static SandboxResponse Merge(SandboxRequest call)
    {
        var body = V1.Body(call);
        var problems = new List<Problem>();
        var primary = Identifiers.Merged(body["primary"], "primary", problems);
        var secondary = Identifiers.Merged(body["secondary"], "secondary", problems);
        if (problems.Count > 0)
        {
            return SandboxResponse.Error(400, string.Join("; ", problems.Select(p => p.Sentence)));
        }
        call.Workspace.Write(() => call.Workspace.People.Merge(primary, secondary));
        return SandboxResponse.Empty;
    }

    public static SandboxResponse Delete(SandboxRequest call)
    {
        var who = Identifier.FromPath(call.Arguments[0]);
        return V1.Apply(call, Check(call, who), () => call.Workspace.People.Delete(who));
    }

    /// <summary>Checks the identifier of a path.</summary>
    public static IEnumerable<Problem> Check(SandboxRequest call, Identifier who) => Limits.Id(call.Arguments[0], who.Kind == IdKind.Email ? "email" : "id");

    private static IEnumerable<Problem> OtherId(SandboxRequest call, Identifier who, JObject body)
    {
        if (call.Workspace.Settings.RefuseOtherId && who.Kind == IdKind.Id && Json.Scalar(body["id"]) is { } id && id != who.Value)
        {
            yield return new(Problem.Invalid, "id", "", "id attribute and identifier are not the same value");
        }
    }
}
