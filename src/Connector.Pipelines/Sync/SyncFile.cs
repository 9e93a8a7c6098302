using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>An attribute that is kept the same on both sides.</summary>
internal sealed record SyncAttribute(string Name, string Column, CellType Type, Winner Winner)
{
    /// <summary>Whether it says who the person is: Customer.io answers 200 also when it does not take a new one.</summary>
    public bool IsIdentity => Name is "id" or "email" or "phone";

    /// <summary>A value as this attribute is compared.</summary>
    public Canonical Compared(Canonical value) => Name == "email" ? value with { Text = Canonical.Address(value.Text) } : value;
}

/// <summary>What a sync joins, as its file says.</summary>
internal sealed record SyncFile(string Name, Database Database)
{
    /// <summary>The manual segment; null for a sync of people.</summary>
    public string? Segment { get; init; }

    /// <summary>The query whose ids are the segment's members.</summary>
    public string? Query { get; init; }

    public string Table { get; init; } = "";

    /// <summary>The column that names the person.</summary>
    public string Key { get; init; } = "id";

    public string IdType { get; init; } = "id";

    /// <summary>A column that grows with every change; null: the whole table is compared each time.</summary>
    public string? Updated { get; init; }

    /// <summary>How far behind what was read last a run begins, for rows that were committed late. Default 15 minutes.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the whole table is compared although <see cref="Updated"/> is there. Default daily.</summary>
    public TimeSpan FullEvery { get; init; } = TimeSpan.FromDays(1);

    public Direction Direction { get; init; }

    public IReadOnlyList<SyncAttribute> Attributes { get; init; } = [];

    /// <summary>Whether people who are in no row get one.</summary>
    public bool InsertRows { get; init; }

    /// <summary>Whether people are deleted whose rows are gone.</summary>
    public bool DeletePeople { get; init; }

    /// <summary>Whether rows are deleted whose people are gone.</summary>
    public bool DeleteRows { get; init; }

    /// <summary>The largest share of rows, people or members that one run may take away.</summary>
    public double MaxDeleted { get; init; } = 0.1;

    /// <summary>When it runs under <c>sync serve</c>: a span such as 5m, or a cron expression; null for never.</summary>
    public string? Schedule { get; init; }

    /// <summary>A key as keys are compared: addresses as Customer.io does, whatever their case.</summary>
    public string KeyOf(string text) => IdType == "email" ? Canonical.Address(text) : text;

    /// <summary>Reads a span such as 30s, 5m, 2h or 1d; null for anything else.</summary>
    public static TimeSpan? Span(string text) =>
        text.Length is > 1 and < 9 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? text[^1] switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => null,
            }
            : null;

    /// <summary>Reads a sync file.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem of the file.</exception>
    public static SyncFile Read(string path) => JsonFile.Read(path, file => SyncForm.Read(file, Path.GetFileNameWithoutExtension(path)));
}
