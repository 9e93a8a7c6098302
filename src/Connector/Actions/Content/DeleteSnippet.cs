using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.Content;

/// <summary>Deletes a snippet: <c>DELETE /v1/snippets/{name}</c>.</summary>
internal sealed class DeleteSnippet : RequestAction<DeleteSnippet.Input>
{
    internal sealed record Input(string Name);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Delete(ApiName.App, $"/v1/snippets/{run.Name(input.Name, "name"):name}");
}
