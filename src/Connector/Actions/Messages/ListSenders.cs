using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Lists senders: <c>GET /v1/sender_identities</c>, or one of them with its uses.</summary>
internal sealed class ListSenders : ConnectorAction<ListSenders.Input>
{
    internal sealed record Input(string? Sender, string? Sort, bool? Hidden, long? Limit, bool All, string? Start) : IPagedInput;

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        if (input.Sender is null)
        {
            var list = ApiRequest.Get(ApiName.App, $"/v1/sender_identities") with { Query = QueryText.Of(("sort", input.Sort), ("hidden", input.Hidden)) };
            return await Pages.ReadAsync(list, new PagedList("sender_identities", 100), input, api, ct).ConfigureAwait(false);
        }

        if (input.Sort is not null || input.Hidden is not null)
        {
            throw ConnectorException.Input(input.Sort is not null ? "/sort" : "/hidden", "is of the whole list, and cannot be used together with Sender.");
        }

        var answer = await GetAsync(ApiPath.Of($"/v1/sender_identities/{input.Sender:sender}")).ConfigureAwait(false);
        var uses = await GetAsync(ApiPath.Of($"/v1/sender_identities/{input.Sender:sender}/used_by")).ConfigureAwait(false);
        return new JObject { ["sender_identities"] = Answers.One(answer, "sender_identity"), ["used_by"] = uses["used_by"] };

        async Task<JObject> GetAsync(string path) => Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, path), ct).ConfigureAwait(false));
    }
}
