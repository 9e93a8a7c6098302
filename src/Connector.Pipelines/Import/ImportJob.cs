using CustomerIo.Connector.Api;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>An import as it was asked for.</summary>
internal sealed record ImportRequest(ImportKind Kind, string From)
{
    public string? Query { get; init; }

    /// <summary>A map file; null for the defaults.</summary>
    public string? Map { get; init; }

    /// <summary>What a map file would hold, given in its place; null for none.</summary>
    public JObject? Columns { get; init; }

    /// <summary>Shows requests in place of sending them.</summary>
    public Action<ReadOnlyMemory<byte>>? DryRun { get; init; }

    /// <summary>Rows a second; null for as fast as Customer.io takes them.</summary>
    public double? Throttle { get; init; }

    /// <summary>Where bad rows are written; null for nowhere.</summary>
    public string? Errors { get; init; }

    /// <summary>The job's name among the checkpoints; null: made of the kind and the source.</summary>
    public string? Job { get; init; }

    public bool Resume { get; init; }

    /// <summary>How many requests are on their way at once.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>The request that the inputs of the job <c>run-import</c> make.</summary>
    /// <param name="values">The checked inputs.</param>
    /// <param name="dryRun">Shows requests, should it be a dry run.</param>
    public static ImportRequest Of(InputValues values, Action<ReadOnlyMemory<byte>> dryRun)
    {
        string? Text(string name) => (string?)values[name] is { Length: > 0 } text ? text : null;

        return new ImportRequest(s_kinds[(string)values["kind"]!], (string)values["from"]!)
        {
            Query = Text("query"),
            Map = Text("map"),
            Columns = ColumnsOf(values),
            Errors = Text("errors"),
            Throttle = (double?)values["throttle"],
            Job = Text("job"),
            Resume = (bool)values["resume"]!,
            DryRun = (bool)values["dryRun"]! ? dryRun : null,
        };
    }

    private static JObject? ColumnsOf(InputValues values)
    {
        var given = new JObject();
        foreach (var name in new[] { "identifier", "attributes" })
        {
            if (values[name] is JToken value and (JContainer { Count: > 0 } or JValue { Value: string { Length: > 0 } }))
            {
                given[name] = value;
            }
        }

        return given.Count > 0 ? given : null;
    }

    private static readonly Dictionary<string, ImportKind> s_kinds = Enum.GetValues<ImportKind>().ToDictionary(ImportJob.KindName);
}

/// <summary>How an import ended.</summary>
internal sealed record ImportResult(string Job, long Succeeded, long Failed, IReadOnlyList<string> Examples, IReadOnlyList<string> Notes)
{
    /// <summary>The result as the job <c>run-import</c> describes it.</summary>
    public JObject ToJson() =>
        new()
        {
            ["job"] = Job,
            ["rows"] = Succeeded + Failed,
            ["succeeded"] = Succeeded,
            ["failed"] = Failed,
            ["problems"] = new JArray(Examples),
            ["notes"] = new JArray(Notes),
        };
}

/// <summary>One import from its request to its result: source, map, checkpoints, errors file and run.</summary>
internal sealed class ImportJob(
    ImportRequest request,
    Connection connection,
    string data,
    TimeProvider time,
    Microsoft.Extensions.Logging.ILogger? logger = null,
    Database? shared = null
)
{
    private ImportProgress? _book;

    /// <summary>How much of the source has its end, accepted or told, and how much there is; 0 when that is not known.</summary>
    public (long Done, long Size) Position =>
        _book is not { Source.Size: var size } book ? (0, 0)
        : book.State.Finished ? (size, size)
        : (Math.Min(book.Acknowledged, size), size);

    /// <summary>Rows that were accepted, and that were bad.</summary>
    public (long Succeeded, long Failed) Counts =>
        _book is { State: var state, Aside: var aside } ? (state.Rows - state.Failed - aside, state.Failed + aside) : (0, 0);

    /// <summary>The job's name: the given one, or one made of the kind and the source.</summary>
    public string Name { get; } =
        request.Job
        ?? string.Concat(
            $"import-{KindName(request.Kind)}-{Path.GetFileName(Database.NameOf(request.From))}"
                .Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')
                .Take(100)
        );

    /// <summary>The kind as the command line writes it.</summary>
    public static string KindName(ImportKind kind) => kind == ImportKind.SegmentMembers ? "segment-members" : Names.Camel(kind.ToString());

    /// <exception cref="ConnectorException">It cannot begin, or it had to stop; then the checkpoints tell how far it was.</exception>
    public async Task<ImportResult> RunAsync(CancellationToken ct)
    {
        if (request.DryRun is not null && request.Errors is not null)
        {
            throw Bad("A dry run writes nothing, so it takes no errors file. Leave one of them out.");
        }

        if (request.Map is not null && request.Columns is not null)
        {
            throw Bad("A map says what all columns mean, so it takes no identifier and no attributes beside it. Leave one of them out.");
        }

        var map = request.Columns is { } columns ? MapFile.Read(columns, request.Kind) : ImportMap.Read(request.Map, request.Kind);
        if (request.Errors is { } target && Database.Parse(request.From) is null)
        {
            PlainFile.RefuseSource("errors", target, request.From, ct);
        }

        var notes = new List<string>();
        await using var source = new CheckedSource(
            () => RowSource.Open(request.From, request.Query, map.Delimiter, ct),
            request.Kind,
            map,
            Database.NameOf(request.From),
            notes
        );
        await using var checkpoints = request.DryRun is null
            ? await CheckpointStore.OpenAsync(data, Name, KindName(request.Kind), source.Identity, shared).ConfigureAwait(false)
            : null;
        var from = await source.SkipAsync(From(checkpoints, source, notes), ct).ConfigureAwait(false);

        // Where all rows are sent again, those that were set aside are among them.
        var isResumed = request.Resume && from.Rows > 0;
        using var rejects = request.Errors is { } path ? RejectFile.Open(path, source.RejectFormat, from.RejectLength) : null;
        var book = _book = new ImportProgress(source, checkpoints, rejects, time);
        var throttle = request.Throttle is { } rate ? new Throttle(rate, time) : null;
        var limited = request.Kind == ImportKind.Suppressions ? ApiName.App : ApiName.Track;
        using var connector = new CustomerIoConnector(
            new CustomerIoConnectorOptions
            {
                Time = time,
                Logger = logger,
                LimiterOf = throttle is null ? null : api => api == limited ? throttle.Limiter : null,
            }
        );
        var settings = new ImportSettings(request.Kind, map, throttle?.RowsPerRequest ?? int.MaxValue, request.Concurrency, request.DryRun);
        var trimmed = await MoveAsync(connector, settings, book, from, isResumed, ct).ConfigureAwait(false);
        return Result(book, trimmed, notes);
    }

    /// <returns>How many names had something taken off their ends.</returns>
    private async Task<long> MoveAsync(
        CustomerIoConnector connector,
        ImportSettings settings,
        ImportProgress book,
        Checkpoint from,
        bool isResumed,
        CancellationToken ct
    )
    {
        var notice = new WaitNotice(logger, connection.TotalTimeout);
        ActionImport? actions = request.Kind switch
        {
            ImportKind.SegmentMembers => new SegmentImport(connector, connection, settings, book, notice),
            ImportKind.Suppressions => new SuppressionImport(connector, connection, settings, book, notice),
            _ => null,
        };
        if (actions is not null)
        {
            await actions.RunAsync(from, isResumed, ct).ConfigureAwait(false);
            return actions.Trimmed;
        }

        var run = new ImportRun(connector, connection, settings, book, notice);
        await run.RunAsync(from, isResumed, ct).ConfigureAwait(false);
        return run.Trimmed;
    }

    private ImportResult Result(ImportProgress book, long trimmed, List<string> notes)
    {
        NoteTrimmed(trimmed, notes);
        if (book.Aside > 0)
        {
            notes.Add(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"Customer.io could not take {book.Aside} {(book.Aside == 1 ? "row" : "rows")} while it took others; they were set aside, and their "
                        + $"people's later rows behind them. Send them again with: --resume --job {Name}"
                )
            );
        }

        return new ImportResult(Name, Counts.Succeeded, Counts.Failed, [.. book.Examples], notes);
    }

    private static void NoteTrimmed(long rows, List<string> notes)
    {
        if (rows > 0)
        {
            notes.Add(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{rows} {(rows == 1 ? "row" : "rows")} had names with white space or invisible characters at their ends, which were taken off."
                )
            );
        }
    }

    private Checkpoint From(CheckpointStore? checkpoints, CheckedSource source, List<string> notes)
    {
        if (!request.Resume)
        {
            if (checkpoints?.Found is { Finished: false, Rows: > 0 } left)
            {
                notes.Add(
                    string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"An earlier run of this job stopped after {left.Rows} rows; this one began anew. --resume would have gone on."
                    )
                );
            }

            return CheckpointStore.Begin(time);
        }

        var found = checkpoints?.Found ?? throw Bad($"There is no job {Name} to resume. Leave --resume out, or name the job with --job.");
        if (found.Finished)
        {
            throw Bad($"The job {Name} has finished, so there is nothing to resume.");
        }

        if (checkpoints.FoundSource != source.Identity)
        {
            throw Bad(
                $"{Database.NameOf(request.From)} is not what the job {Name} began with: the {(source.Size > 0 ? "file" : "query")} has changed. "
                    + "Leave --resume out to begin anew."
            );
        }

        if (!source.IsOrdered)
        {
            throw Bad("A query without ORDER BY may give its rows in another order, so a job over it cannot be resumed. Leave --resume out to begin anew.");
        }

        return found;
    }

    private static ConnectorException Bad(string message) => new(FailureKind.Input, message);
}
