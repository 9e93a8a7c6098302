using System.Security.Cryptography;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One export: what it is of, and its rows as comma-separated text.</summary>
internal sealed record Export(int Id, string Type, string Description, long Created, long Ready, int Rows, string Csv)
{
    public int Downloads { get; set; }
}

/// <summary>The exports and the links to fetch them by; kept in memory only.</summary>
internal sealed class Exports(Workspace workspace)
{
    private const int Most = 100;
    private static readonly TimeSpan s_linkLife = TimeSpan.FromMinutes(15);
    private readonly SortedDictionary<int, Export> _all = [];
    private readonly Dictionary<string, (Export Export, DateTimeOffset Until)> _links = [];
    private int _made;

    public IReadOnlyCollection<Export> All => _all.Values;

    public Export? Find(int id) => _all.GetValueOrDefault(id);

    public bool IsReady(Export export) => export.Ready <= workspace.Now;

    public Export Create(string type, string description, IEnumerable<string> columns, IEnumerable<IEnumerable<string?>> rows)
    {
        var lines = rows.Select(Line).ToList();
        var delay = (workspace.Settings.ProcessingDelayMs + 999) / 1000;
        var csv = string.Concat(lines.Prepend(Line(columns)));
        var export = new Export(++_made, type, description, workspace.Now, workspace.Now + delay, lines.Count, csv);
        _all[export.Id] = export;
        if (_all.Count > Most)
        {
            _all.Remove(_all.Keys.First());
        }
        return export;
    }

    /// <summary>A link that holds for a quarter of an hour, and that nobody can guess.</summary>
    public string Link(Export export)
    {
        foreach (var old in _links.Where(l => l.Value.Until <= workspace.Time.GetUtcNow()).Select(l => l.Key).ToList())
        {
            _links.Remove(old);
        }
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _links[token] = (export, workspace.Time.GetUtcNow() + s_linkLife);
        export.Downloads++;
        return token;
    }

    /// <summary>What a link leads to; null when it has lapsed, or never was one.</summary>
    public Export? Follow(string token) => _links.TryGetValue(token, out var link) && link.Until > workspace.Time.GetUtcNow() ? link.Export : null;

    public void Clear()
    {
        _all.Clear();
        _links.Clear();
        _made = 0;
    }

    private static string Line(IEnumerable<string?> fields) => string.Join(',', fields.Select(Field)) + "\n";

    private static string Field(string? text) =>
        text is null ? ""
        : text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
