using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Deletes a newsletter: <c>DELETE /v1/newsletters/{id}</c>.</summary>
internal sealed class DeleteNewsletter : RequestAction<DeleteNewsletter.Input>
{
    internal sealed record Input(string Newsletter);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Delete(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}");

    protected override JToken Output(ApiResponse response, Input input) => new JObject();
}
