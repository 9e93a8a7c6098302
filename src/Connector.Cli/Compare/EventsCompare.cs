using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>Translates events and shows where the requests differ from recorded ones; sends nothing.</summary>
internal sealed class EventsCompare(EventSettings settings)
{
    private const long BytesOfAPartition = 4 << 20;
    private const int MaxPartitions = 256,
        MaxReasons = 100;
    private readonly Tally<string, long> _refusals = new(MaxReasons);
    private readonly Differences _differences = new();
    private long _events,
        _skipped,
        _refused,
        _requestLines,
        _failed,
        _empty,
        _unreadable;
    private (long Line, string Reason) _firstUnreadable;

    /// <param name="ours">The file of events.</param>
    /// <param name="theirs">The file of recorded requests.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>What the command shows.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: a file cannot be read, or no line of theirs is a request.</exception>
    public async Task<JObject> RunAsync(string ours, string theirs, CancellationToken ct)
    {
        // Opened before anything is read, so that a wrong name is told at once.
        using var events = new LineSource(await EachRun.OpenAsync(ours, ct).ConfigureAwait(false));
        using var requests = new LineSource(await EachRun.OpenAsync(theirs, ct).ConfigureAwait(false));
        var count = (int)Math.Clamp(Math.Max(SizeOf(ours), SizeOf(theirs)) / BytesOfAPartition, 1, MaxPartitions);
        var folder = Directory.CreateTempSubdirectory("connector-compare-").FullName;
        try
        {
            return await CompareAsync(events, requests, theirs, folder, count, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw FileFailure.Of(e, folder, "written");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<JObject> CompareAsync(LineSource events, LineSource requests, string theirs, string folder, int count, CancellationToken ct)
    {
        using var left = new Partitions(Path.Combine(folder, "ours"), count);
        using var right = new Partitions(Path.Combine(folder, "theirs"), count);
        await TranslateAsync(events, left, ct).ConfigureAwait(false);
        await ReadAsync(requests, theirs, right, ct).ConfigureAwait(false);
        for (var i = 0; i < count; i++)
        {
            ct.ThrowIfCancellationRequested();
            _differences.Add(Partitions.Read(left, right, i));
        }

        _differences.End();
        return Result(left.Count, right.Count);
    }

    private async Task TranslateAsync(LineSource source, Partitions operations, CancellationToken ct)
    {
        var line = new Line();
        while (await source.ReadAsync(line, ct).ConfigureAwait(false))
        {
            if (line.IsBlank && !line.TooLong)
            {
                continue;
            }

            _events++;
            var number = line.Number;
            var translation = EventLine.Read(line, settings, withId: false, tells: false, ComparedOperation.Now).Translation;
            _skipped += translation.Skipped is null ? 0 : 1;
            if (translation.Refused is { } reason)
            {
                _refused++;
                _refusals.Add(reason, () => number);
            }

            foreach (var request in translation.Requests.Select(r => r.ToPublic()))
            {
                foreach (var operation in RequestReader.Read(line.Number, request.Method, request.Path, request.Body))
                {
                    operations.Add(operation);
                }
            }
        }
    }

    private async Task ReadAsync(LineSource source, string file, Partitions operations, CancellationToken ct)
    {
        var line = new Line();
        while (await source.ReadAsync(line, ct).ConfigureAwait(false))
        {
            if (line.IsBlank && !line.TooLong)
            {
                continue;
            }

            try
            {
                if (line.TooLong)
                {
                    throw new FormatException($"is longer than {LineSource.Longest >> 20} MiB.");
                }

                var recorded = RequestReader.Read(line.Number, Parsed(line));
                _requestLines++;
                _failed += recorded.Failed;
                _empty += recorded.IsEmpty ? 1 : 0;
                foreach (var operation in recorded.Operations)
                {
                    operations.Add(operation);
                }
            }
            catch (FormatException e)
            {
                _firstUnreadable = _unreadable++ == 0 ? (line.Number, e.Message) : _firstUnreadable;
            }
        }

        if (_unreadable > 0 && _requestLines == 0)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{file} holds no request that can be read: line {_firstUnreadable.Line} {_firstUnreadable.Reason}"
            );
        }
    }

    private static JObject Parsed(Line line)
    {
        try
        {
            return ConnectorJson.ParseObject(line.Bytes);
        }
        catch (FormatException e)
        {
            throw new FormatException("cannot be read: " + e.Message);
        }
    }

    private JObject Result(long ours, long theirs) =>
        new()
        {
            ["profile"] = settings.Profile.Name,
            ["events"] = _events,
            ["skipped"] = _skipped,
            ["refused"] = _refused,
            ["ours"] = ours,
            ["theirs"] = theirs,
            ["alike"] = _differences.Alike,
            ["differing"] = _differences.Differing,
            ["onlyOurs"] = _differences.OursAlone,
            ["onlyTheirs"] = _differences.TheirsAlone,
            ["failed"] = _failed,
            ["empty"] = _empty,
            ["unreadable"] = _unreadable,
            ["firstUnreadable"] = _unreadable == 0 ? null : new JObject { ["line"] = _firstUnreadable.Line, ["reason"] = _firstUnreadable.Reason },
            ["differences"] = _differences.ToJson(),
            ["moreDifferences"] = _differences.MoreToJson(),
            ["refusals"] = new JArray(
                _refusals
                    .Largest(reason => reason)
                    .Select(r => new JObject
                    {
                        ["reason"] = r.Key,
                        ["count"] = r.Count,
                        ["line"] = r.Example,
                    })
            ),
            ["moreRefusals"] = _refusals.MoreToJson("reasons"),
        };

    // What is no plain file may be of any size.
    private static long SizeOf(string file) => file == "-" || new FileInfo(file) is not { Length: > 0 } plain ? long.MaxValue : plain.Length;
}
