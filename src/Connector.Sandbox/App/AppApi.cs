using System.Globalization;
using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What the handlers of the App API share: bodies, numbers, flags, pages and who is meant.</summary>
internal static class AppApi
{
    private const long HalfAYear = 183 * 24 * 3600L;

    /// <summary>The body as an object.</summary>
    public static JObject Body(SandboxRequest call) => call.Content as JObject ?? throw new Refusal(400, "the body must be a JSON object");

    /// <summary>Refuses a query that names anything else.</summary>
    public static void Only(SandboxRequest call, params string[] names)
    {
        if (call.Context.Request.Query.Keys.FirstOrDefault(key => !names.Contains(key)) is { } unknown)
        {
            throw new Refusal(400, $"{unknown} is not a parameter of this endpoint", $"/{unknown}");
        }
    }

    /// <summary>A placeholder that is the number of something; whatever it is not there for is 404.</summary>
    public static T Found<T>(SandboxRequest call, int argument, Func<int, T?> find)
        where T : class =>
        (int.TryParse(call.Arguments[argument], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? find(id) : null)
        ?? throw new Refusal(404, "not found");

    /// <summary>A whole number of the query; null when it is absent or empty.</summary>
    public static long? Number(SandboxRequest call, string name) =>
        call.Query(name) switch
        {
            null or "" => null,
            { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new Refusal(400, $"{name} must be a whole number", $"/{name}"),
        };

    /// <summary>A truth value of the query; false when it is absent or empty.</summary>
    public static bool Flag(SandboxRequest call, string name) =>
        call.Query(name) switch
        {
            null or "" or "false" or "0" => false,
            "true" or "1" => true,
            _ => throw new Refusal(400, $"{name} must be true or false", $"/{name}"),
        };

    /// <summary>The window of <c>start_ts</c> and <c>end_ts</c>; without them the last six months.</summary>
    public static (long From, long To) Window(SandboxRequest call) =>
        (Number(call, "start_ts") ?? call.Workspace.Now - HalfAYear, Number(call, "end_ts") ?? long.MaxValue);

    /// <summary>One page under <c>list</c>, and <c>next</c>: opaque, and empty on the last page.</summary>
    public static JObject Page<T>(SandboxRequest call, string list, IEnumerable<T> items, int usual, int most, Func<T, JToken> show)
    {
        var (page, next) = Slice(call, items, usual, most);
        return new() { [list] = new JArray(page.Select(show)), ["next"] = next };
    }

    /// <summary>The items that <c>start</c> and <c>limit</c> ask for, and the cursor of those after them.</summary>
    public static (List<T> Page, string Next) Slice<T>(SandboxRequest call, IEnumerable<T> items, int usual, int most)
    {
        var limit = Number(call, "limit") ?? usual;
        if (limit < 1 || limit > most)
        {
            throw new Refusal(400, $"limit must be from 1 to {most}", "/limit");
        }
        var start = Offset(call.Query("start"));
        var page = items.Skip(start).Take((int)limit + 1).ToList();
        if (page.Count <= limit)
        {
            return (page, "");
        }
        page.RemoveAt((int)limit);
        return (page, Convert.ToBase64String(Encoding.ASCII.GetBytes($"0:{start + limit}")));
    }

    /// <summary>The person of the first placeholder, by <c>id_type</c>.</summary>
    public static Person Person(SandboxRequest call) =>
        call.Workspace.People.Find(Identifier(call.Arguments[0], Kind(call))) ?? throw new Refusal(404, "customer not found");

    /// <summary>The kind of identifier that <c>id_type</c> names.</summary>
    public static IdKind Kind(SandboxRequest call) =>
        (call.Query("id_type") ?? "id") switch
        {
            "id" => IdKind.Id,
            "email" => IdKind.Email,
            "phone" => IdKind.Phone,
            "cio_id" => IdKind.CioId,
            _ => throw new Refusal(400, "id_type must be id, email, phone or cio_id", "/id_type"),
        };

    /// <summary>An identifier of a kind; a cio_id counts only with its prefix, and so matches nobody without it.</summary>
    public static Identifier Identifier(string value, IdKind kind) =>
        kind != IdKind.CioId ? new(kind, value)
        : Sandbox.Identifier.FromPath(value) is { Kind: IdKind.CioId } prefixed ? prefixed
        : new(kind, "");

    private static int Offset(string? start)
    {
        if (string.IsNullOrEmpty(start))
        {
            return 0;
        }
        var bytes = new byte[start.Length];
        return
            Convert.TryFromBase64String(start, bytes, out var count)
            && Encoding.ASCII.GetString(bytes, 0, count) is ['0', ':', .. var digits]
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new Refusal(400, "start is not a cursor of this list", "/start");
    }
}
