using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Sends a newsletter: <c>POST /v1/newsletters/{id}/send</c>.</summary>
internal sealed class SendNewsletter : RequestAction<SendNewsletter.Input>
{
    internal sealed record Input(string Newsletter, int? Rate, string? RatePeriod, bool? RateSpread) : IRateInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Post(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}/send", new JObject().With(input)) with
        {
            LookFor = "the newsletter's state and messages",
        };
}
