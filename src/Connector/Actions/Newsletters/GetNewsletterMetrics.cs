using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Counts what became of a newsletter's messages: <c>GET /v1/newsletters/{id}/metrics</c>, or of their links.</summary>
internal sealed class GetNewsletterMetrics : RequestAction<GetNewsletterMetrics.Input>
{
    internal sealed record Input(string Newsletter, string? Period, long? Steps, string? Channel, bool Links, bool Unique) : IMetricsInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}/metrics").InSteps(input, input.Channel);
}
