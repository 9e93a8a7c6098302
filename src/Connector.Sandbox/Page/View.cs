using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One view of the page, in its words: parts about one thing, then a list.</summary>
internal sealed record View(string Title)
{
    /// <summary>A sentence under the title.</summary>
    public string? Note { get; init; }

    /// <summary>Where the same stands as JSON.</summary>
    public string? Raw { get; init; }

    public IEnumerable<Part> Parts { get; init; } = [];

    public RowList? List { get; init; }

    public JObject ToJson() =>
        new()
        {
            ["title"] = Title,
            ["note"] = Note,
            ["raw"] = Raw,
            ["parts"] = new JArray(Parts.Select(p => p.ToJson())),
            ["list"] = List?.ToJson(),
        };
}

/// <summary>One part of a view: facts, a text to copy, buttons, or an address to frame.</summary>
internal sealed record Part(string Title)
{
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    public string? Text { get; init; }

    public string? Frame { get; init; }

    public IReadOnlyList<Press> Buttons { get; init; } = [];

    public JObject ToJson() =>
        new()
        {
            ["title"] = Title,
            ["facts"] = new JArray(Facts.Select(f => f.ToJson())),
            ["text"] = Text,
            ["frame"] = Frame,
            ["buttons"] = new JArray(Buttons.Select(b => b.ToJson())),
        };
}

/// <summary>A name and a value, which may lead somewhere; a time is in Unix milliseconds.</summary>
internal sealed record Fact(string Name, string? Value, string? Href = null, long? Time = null)
{
    public JObject ToJson() =>
        new()
        {
            ["name"] = Name,
            ["value"] = Value,
            ["href"] = Href,
            ["time"] = Time,
        };
}

/// <summary>A button: what it posts, and where.</summary>
internal sealed record Press(string Label, string Path, JObject Body)
{
    public JObject ToJson() =>
        new()
        {
            ["label"] = Label,
            ["path"] = Path,
            ["body"] = Body,
        };
}

/// <summary>One line of a list; a time is in Unix milliseconds.</summary>
internal sealed record Row(string Key, string Title, long? Time = null)
{
    public string? Href { get; init; }

    /// <summary>A short word before the title.</summary>
    public string? Tag { get; init; }

    public string? Status { get; init; }

    /// <summary>Whether the status is a failure; null for neither.</summary>
    public bool? IsBad { get; init; }

    public string? Text { get; init; }

    public JObject ToJson() =>
        new()
        {
            ["key"] = Key,
            ["title"] = Title,
            ["time"] = Time,
            ["href"] = Href,
            ["tag"] = Tag,
            ["status"] = Status,
            ["bad"] = IsBad,
            ["text"] = Text,
        };
}

/// <summary>The rows that were asked for, of those that fit, of all.</summary>
internal sealed record RowList(string Title, string Empty, long Total, int Found, int Start, IReadOnlyList<Row> Rows)
{
    private const int Usual = 50;
    private const int Most = 200;

    /// <summary>Takes a page of what fits every word of the query's <c>q</c>: <c>limit</c> of them from <c>start</c>.</summary>
    /// <param name="call">The request.</param>
    /// <param name="title">What they are.</param>
    /// <param name="empty">What to say where there is none.</param>
    /// <param name="items">All that can be searched, in order.</param>
    /// <param name="texts">The texts of one in which the words may stand.</param>
    /// <param name="row">One as a line.</param>
    /// <param name="total">How many there are, where more are counted than can be searched.</param>
    /// <param name="order">Puts what was found in order, where the items are in none.</param>
    public static RowList Of<T>(
        SandboxRequest call,
        string title,
        string empty,
        IEnumerable<T> items,
        Func<T, IEnumerable<string?>> texts,
        Func<T, Row> row,
        long? total = null,
        Func<IEnumerable<T>, IEnumerable<T>>? order = null
    )
    {
        var words = (call.Query("q") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var all = items as IReadOnlyCollection<T> ?? [.. items];
        var found = words.Length == 0 ? all : [.. all.Where(i => Fits(words, texts(i)))];
        var start = Math.Min(Number(call, "start", 0), found.Count);
        var rows = (order?.Invoke(found) ?? found).Skip(start).Take(Math.Min(Number(call, "limit", Usual), Most)).Select(row);
        return new(title, empty, Math.Max(total ?? 0, all.Count), found.Count, start, [.. rows]);
    }

    private static bool Fits(string[] words, IEnumerable<string?> texts)
    {
        List<string?> all = [.. texts];
        return Array.TrueForAll(words, word => all.Exists(t => t?.Contains(word, StringComparison.OrdinalIgnoreCase) == true));
    }

    public JObject ToJson() =>
        new()
        {
            ["title"] = Title,
            ["empty"] = Empty,
            ["total"] = Total,
            ["found"] = Found,
            ["start"] = Start,
            ["rows"] = new JArray(Rows.Select(r => r.ToJson())),
        };

    private static int Number(SandboxRequest call, string name, int otherwise) =>
        int.TryParse(call.Query(name), out var number) && number >= 0 ? number : otherwise;
}
