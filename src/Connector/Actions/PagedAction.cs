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
/// <param name="maxPerPage">The largest page that Customer.io serves.</param>
/// <typeparam name="TInput">A positional record: names and types of the action's own inputs.</typeparam>
internal abstract class PagedAction<TInput>(string list, int maxPerPage) : ConnectorAction<TInput>
    where TInput : class, IPagedInput
{
    public sealed override Task<JToken> RunAsync(TInput input, IApi api, CancellationToken ct) =>
        Pages.ReadAsync(Request(input, api), new(list, maxPerPage), input, api, ct);

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

/// <summary>A list that comes in pages.</summary>
/// <param name="Name">Its name in the answer.</param>
/// <param name="MaxPerPage">The largest page that Customer.io serves.</param>
/// <param name="Whole">Whether the result holds the list even where the host takes items one by one, as it is but a part of what was asked for.</param>
/// <param name="UsualPerPage">Null where answers say where to go on; else how many come if nobody says, and the cursor is how many to pass over.</param>
internal sealed record PagedList(string Name, int MaxPerPage, bool Whole = false, int? UsualPerPage = null);

/// <summary>Follows the cursor of a list.</summary>
internal static class Pages
{
    /// <summary>Reads pages until there are enough, or no further one.</summary>
    /// <returns>The list under its name (its <c>count</c>, where the items were handed on one by one), and <c>next</c> where more remains.</returns>
    public static async Task<JToken> ReadAsync(ApiRequest request, PagedList list, IPagedInput input, IApi api, CancellationToken ct)
    {
        var items = new JArray();
        var (count, next) = (0L, "");
        var emit = list.Whole ? null : api.Emit;
        await foreach (var page in FollowAsync(PageAsync, input.Start ?? "").ConfigureAwait(false))
        {
            foreach (var item in Answers.List(page.Answer, list.Name))
            {
                count++;
                (emit ?? items.Add)(item);
            }

            next = page.Next;
            if (!input.All && count >= (input.Limit ?? 0))
            {
                break;
            }
        }

        return new JObject { [emit is null ? list.Name : "count"] = emit is null ? items : count, ["next"] = next.Length > 0 ? next : JValue.CreateNull() };

        async Task<JObject> PageAsync(string cursor)
        {
            long? size =
                input.All ? Math.Min(input.Limit ?? list.MaxPerPage, list.MaxPerPage)
                : input.Limit is { } limit ? Math.Min(limit - count, list.MaxPerPage)
                : list.UsualPerPage;
            var paging = QueryText.Of(("limit", size), (list.UsualPerPage is null ? "start" : "offset", cursor));
            var query = string.Join('&', new[] { request.Query, paging }.Where(q => q.Length > 0));
            var answer = Answers.Object(await api.SendAsync(request with { Query = query }, ct).ConfigureAwait(false));
            if (list.UsualPerPage is not null)
            {
                var found = Answers.List(answer, list.Name).Count;
                answer["next"] = found < size ? null : found + (long.TryParse(cursor, out var passed) ? passed : 0);
            }

            return answer;
        }
    }

    /// <summary>Reads a list to its end, whatever the host takes one by one.</summary>
    public static async Task<JArray> AllAsync(ApiRequest request, string list, int maxPerPage, IApi api, CancellationToken ct) =>
        (JArray)(await ReadAsync(request, new PagedList(list, maxPerPage, Whole: true), new Everything(), api, ct).ConfigureAwait(false))[list]!;

    private sealed record Everything : IPagedInput
    {
        public long? Limit => null;

        public bool All => true;

        public string? Start => null;
    }

    /// <summary>The one place that follows a cursor: page after page, until it is empty, missing, or one that was followed before.</summary>
    /// <param name="read">Reads the page at a cursor.</param>
    /// <param name="start">The first cursor. Default empty: the first page.</param>
    /// <returns>Each answer, and the cursor of the page behind it; empty behind the last.</returns>
    public static async IAsyncEnumerable<(JObject Answer, string Next)> FollowAsync(Func<string, Task<JObject>> read, string start = "")
    {
        var followed = new HashSet<string>(StringComparer.Ordinal);
        var cursor = start;
        do
        {
            followed.Add(cursor);
            var answer = await read(cursor).ConfigureAwait(false);
            cursor = answer["next"] is JValue { Value: not null } next ? ConnectorJson.ScalarText(next) : "";
            cursor = followed.Contains(cursor) ? "" : cursor;
            yield return (answer, cursor);
        } while (cursor.Length > 0);
    }
}
