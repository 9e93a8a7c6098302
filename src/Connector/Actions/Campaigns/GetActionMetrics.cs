using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>Counts what became of one action of a workflow: <c>GET /v1/campaigns/{id}/actions/{action}/metrics</c>, or of its links.</summary>
internal sealed class GetActionMetrics : RequestAction<GetActionMetrics.Input>
{
    internal sealed record Input(
        string? Campaign,
        string? Broadcast,
        string Action,
        string? Period,
        long? Steps,
        JToken? StartTime,
        JToken? EndTime,
        string? Resolution,
        string? TimeZone,
        bool Links,
        bool Unique
    ) : IWorkflowInput, IWindowInput;

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var action = ApiRequest.Get(ApiName.App, input.Action(input.Action));
        var request = action with { Path = action.Path + "/metrics" };
        if (input.Campaign is not null)
        {
            return request.InWindow(input, run);
        }

        (string Name, object? Value)[] window =
        [
            ("startTime", input.StartTime),
            ("endTime", input.EndTime),
            ("resolution", input.Resolution),
            ("timeZone", input.TimeZone),
        ];
        return Array.Find(window, w => w.Value is not null) is { Name: { } name }
            ? throw ConnectorException.Input("/" + name, "is for campaigns: Customer.io counts broadcasts by Period and Steps alone.")
            : request.InSteps(input);
    }
}
