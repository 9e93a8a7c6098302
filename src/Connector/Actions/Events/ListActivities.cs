using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Lists what happened in the workspace: <c>GET /v1/activities</c>.</summary>
internal sealed class ListActivities() : PagedAction<ListActivities.Input>("activities", 100)
{
    internal sealed record Input(string? Id, string IdType, string? ActivityType, string? Name, bool? Deleted, long? Limit, bool All, string? Start)
        : IPagedInput;

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        Person? person = string.IsNullOrEmpty(input.Id) ? null : Person.Of(input.Id, input.IdType, run);
        return ApiRequest.Get(ApiName.App, "/v1/activities") with
        {
            Query = QueryText.Of(
                ("type", input.ActivityType),
                ("name", input.Name),
                ("deleted", input.Deleted),
                ("customer_id", person is { } p ? AppPerson.Id(p) : null),
                ("id_type", person?.Key)
            ),
        };
    }
}
