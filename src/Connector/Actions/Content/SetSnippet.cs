using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Content;

/// <summary>Creates or replaces a snippet: <c>PUT /v1/snippets</c>.</summary>
internal sealed class SetSnippet : RequestAction<SetSnippet.Input>
{
    internal sealed record Input(string Name, string Value);

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Put(ApiName.App, "/v1/snippets", new JObject { ["name"] = run.Name(input.Name, "name"), ["value"] = input.Value });
}
