using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Counts what became of a newsletter's messages: <c>GET /v1/newsletters/{id}/metrics</c>, or of their links.</summary>
internal sealed class GetNewsletterMetrics : RequestAction<GetNewsletterMetrics.Input>
{
    internal sealed record Input(string Newsletter, string? Content, string? Period, long? Steps, string? Channel, bool Links, bool Unique) : IMetricsInput;

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        if (input.Content is not { } content)
        {
            return ApiRequest.Get(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}/metrics").InSteps(input, input.Channel);
        }

        return input.Channel is null
            ? ApiRequest.Get(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}/contents/{content:content}/metrics").InSteps(input)
            : throw ConnectorException.Input("/channel", "cannot be used together with Content: a variant has one channel.");
    }
}
