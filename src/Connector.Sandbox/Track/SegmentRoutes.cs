using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Membership of manual segments.</summary>
internal static class SegmentRoutes
{
    private const int Most = 1000;

    public static SandboxResponse Add(SandboxRequest call) => Change(call, call.Workspace.Segments.Add);

    public static SandboxResponse Remove(SandboxRequest call) => Change(call, call.Workspace.Segments.Remove);

    private static SandboxResponse Change(SandboxRequest call, Action<Segment, IEnumerable<Identifier>> change)
    {
        var problems = new List<Problem>();
        var segment = int.TryParse(call.Arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? call.Workspace.Segments.Find(id) : null;
        if (segment is not { IsManual: true })
        {
            var what = segment is null ? "does not exist" : "is not a manual segment";
            problems.Add(new(Problem.Invalid, "segment_id", "", $"segment '{call.Arguments[0]}' {what}"));
        }
        IdKind? kind = (call.Query("id_type") ?? "id") switch
        {
            "id" => IdKind.Id,
            "email" => IdKind.Email,
            "cio_id" => IdKind.CioId,
            _ => null,
        };
        if (kind is null)
        {
            problems.Add(new(Problem.Invalid, "id_type", "must be id, email or cio_id"));
        }
        var ids = V1.Body(call)["ids"] as JArray;
        if (ids is not { Count: >= 1 and <= Most })
        {
            problems.Add(new(ids is null ? Problem.Required : Problem.Invalid, "ids", $"must be a list of 1 to {Most} texts"));
        }
        return V1.Apply(call, problems, () => change(segment!, ids!.Select(Json.Scalar).OfType<string>().Select(value => Named(kind!.Value, value))));
    }

    private static Identifier Named(IdKind kind, string value) =>
        kind == IdKind.CioId && Identifier.FromPath(value) is { Kind: IdKind.CioId } prefixed ? prefixed : new(kind, value);
}
