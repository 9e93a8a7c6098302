using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Exports;

/// <summary>Tells how far an export is: <c>GET /v1/exports/{id}</c>, and where its file is once it is done.</summary>
internal sealed class GetExport : ConnectorAction<GetExport.Input>
{
    internal sealed record Input(string Export, bool Link);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var output = Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/exports/{input.Export:export}"), ct).ConfigureAwait(false));
        var export = output["export"] as JObject ?? [];
        if (input.Link && (string?)(export["status"] as JValue) == "done")
        {
            var download = Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/exports/{input.Export:export}/download"), ct).ConfigureAwait(false));
            output["url"] = download["url"] ?? download["link"];
        }

        return output;
    }
}
