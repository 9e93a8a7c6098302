using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Reads what a transactional message says: <c>GET /v1/transactional/{id}/contents</c>, or one variant or language.</summary>
internal sealed class GetTransactionalContent : ConnectorAction<GetTransactionalContent.Input>
{
    internal sealed record Input(string Message, string? Content, string? Language);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        if (input.Content is not null || input.Language is not null)
        {
            MessageContent.OneOf(("content", input.Content), ("language", input.Language));
            var one = await GetAsync(
                    input.Content is not null
                        ? ApiPath.Of($"/v1/transactional/{input.Message:message}/contents/{input.Content:content}")
                        : ApiPath.Of($"/v1/transactional/{input.Message:message}/language/{input.Language!:language}")
                )
                .ConfigureAwait(false);
            return new JObject { ["contents"] = Answers.One(one, "content") };
        }

        var message = await GetAsync(ApiPath.Of($"/v1/transactional/{input.Message:message}")).ConfigureAwait(false);
        var contents = await GetAsync(ApiPath.Of($"/v1/transactional/{input.Message:message}/contents")).ConfigureAwait(false);
        return new JObject { ["message"] = message["message"], ["contents"] = Answers.List(contents, "contents") };

        async Task<JObject> GetAsync(string path) => Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, path), ct).ConfigureAwait(false));
    }
}
