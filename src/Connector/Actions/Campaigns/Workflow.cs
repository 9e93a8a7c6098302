using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>The inputs of every action on a workflow: of a campaign or of a broadcast, which have the same endpoints.</summary>
internal interface IWorkflowInput
{
    string? Campaign { get; }

    string? Broadcast { get; }
}

/// <summary>Paths of workflows.</summary>
internal static class Workflow
{
    /// <summary>The path of the actions of the one that is given.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: both are, or neither.</exception>
    public static string Actions(this IWorkflowInput input)
    {
        MessageContent.OneOf(("campaign", input.Campaign), ("broadcast", input.Broadcast));
        return input.Campaign is not null
            ? ApiPath.Of($"/v1/campaigns/{input.Campaign:campaign}/actions")
            : ApiPath.Of($"/v1/broadcasts/{input.Broadcast!:broadcast}/actions");
    }

    /// <summary>The path of one of them, and of its translation where a language is given.</summary>
    public static string Action(this IWorkflowInput input, string action, string? language = null)
    {
        MessageContent.OneOf(("campaign", input.Campaign), ("broadcast", input.Broadcast));
        return (input.Campaign, language) switch
        {
            ({ } campaign, null) => ApiPath.Of($"/v1/campaigns/{campaign:campaign}/actions/{action:action}"),
            ({ } campaign, _) => ApiPath.Of($"/v1/campaigns/{campaign:campaign}/actions/{action:action}/language/{language:language}"),
            (null, null) => ApiPath.Of($"/v1/broadcasts/{input.Broadcast!:broadcast}/actions/{action:action}"),
            _ => ApiPath.Of($"/v1/broadcasts/{input.Broadcast!:broadcast}/actions/{action:action}/language/{language:language}"),
        };
    }
}
