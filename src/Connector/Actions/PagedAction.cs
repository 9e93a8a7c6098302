using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>The inputs of every list that comes in pages.</summary>
internal interface IPagedInput
{
    long? Limit { get; }

    bool All { get; }

    string? Start { get; }
}

/// <summary>An action that reads a list page by page, as far as the caller wants.</summary>
/// <param name="list">The list's name in the answer.</param>
/// <param name="mostPerPage">The largest page that Customer.io serves.</param>
/// <typeparam name="TInput">A positional record: names and types of the action's own inputs.</typeparam>
internal abstract class PagedAction<TInput>(string list, int mostPerPage) : ConnectorAction<TInput>
    where TInput : class, IPagedInput
{
    public sealed override Task<JToken> RunAsync(TInput input, IApi api, CancellationToken ct) =>
        Pages.ReadAsync(Request(input, api), list, mostPerPage, input, api, ct);

    /// <summary>The request for a page, without <c>limit</c> and <c>start</c>.</summary>
    protected abstract ApiRequest Request(TInput input, IRunContext run);
}

/// <summary>An action that reads a list which comes whole.</summary>
/// <param name="list">The list's name in the answer.</param>
/// <param name="path">The endpoint.</param>
internal abstract class WholeListAction(string list, string path) : RequestAction<WholeListAction.Input>
{
    internal sealed record Input;

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Get(ApiName.App, path);

    protected override JToken Output(ApiResponse response, Input input) => Answers.WithList(response, list);
}

/// <summary>Follows the cursor of a list.</summary>
internal static class Pages
{
    /// <summary>Reads pages until there are enough, or no further one: its cursor is empty, missing, or one that was followed before.</summary>
    /// <remarks>With <c>whole</c> the result holds the list even where the host takes items one by one: it is not what was asked for, but a part of
    /// it.</remarks>
    /// <returns>The list under its name (its <c>count</c>, where the items were handed on one by one), and <c>next</c> where more remains.</returns>
    public static async Task<JToken> ReadAsync(
        ApiRequest request,
        string list,
        int mostPerPage,
        IPagedInput input,
        IApi api,
        CancellationToken ct,
        bool whole = false
    )
    {
        var items = new JArray();
        var count = 0L;
        var emit = whole ? null : api.Emit;
        var followed = new HashSet<string>(StringComparer.Ordinal);
        var cursor = input.Start ?? "";
        do
        {
            followed.Add(cursor);
            long? size =
                input.All ? Math.Min(input.Limit ?? mostPerPage, mostPerPage)
                : input.Limit is { } limit ? Math.Min(limit - count, mostPerPage)
                : null;
            var paging = QueryText.Of(("limit", size), ("start", cursor));
            var page = Answers.Object(
                await api.SendAsync(request with { Query = string.Join('&', new[] { request.Query, paging }.Where(q => q.Length > 0)) }, ct)
                    .ConfigureAwait(false)
            );
            foreach (var item in Answers.List(page, list))
            {
                count++;
                (emit ?? items.Add)(item);
            }

            cursor = page["next"] is JValue { Value: not null } next ? ConnectorJson.ScalarText(next) : "";
            cursor = followed.Contains(cursor) ? "" : cursor;
        } while (cursor.Length > 0 && (input.All || count < (input.Limit ?? 0)));

        return new JObject { [emit is null ? list : "count"] = emit is null ? items : count, ["next"] = cursor.Length > 0 ? cursor : JValue.CreateNull() };
    }
}
