using System.Globalization;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>Operations on the disk, in files that each hold all of some people, so that never more than a part is in memory.</summary>
internal sealed class Partitions : IDisposable
{
    private readonly StreamWriter[] _files;
    private readonly string _folder;

    /// <param name="folder">An empty folder, where the files are made.</param>
    /// <param name="count">How many there are.</param>
    public Partitions(string folder, int count)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _files = [.. Enumerable.Range(0, count).Select(i => new StreamWriter(PathOf(i)))];
    }

    public long Count { get; private set; }

    public void Add(ComparedOperation operation)
    {
        Count++;
        var file = _files[(uint)string.GetHashCode(operation.Who, StringComparison.Ordinal) % (uint)_files.Length];
        file.Write(operation.Line);
        file.Write('\t');
        file.WriteLine(new JArray(operation.Action, operation.Fields).ToString(Formatting.None));
    }

    /// <summary>Reads one of the files of both sides, once all are written: what is the same text is only counted.</summary>
    public static (long Alike, List<ComparedOperation> Ours, List<ComparedOperation> Theirs) Read(Partitions ours, Partitions theirs, int number)
    {
        var alike = 0L;
        var waiting = new Dictionary<string, Queue<long>>(StringComparer.Ordinal);
        foreach (var (line, text) in theirs.Lines(number))
        {
            if (!waiting.TryGetValue(text, out var lines))
            {
                waiting[text] = lines = new Queue<long>(1);
            }

            lines.Enqueue(line);
        }

        var left = new List<ComparedOperation>();
        foreach (var (line, text) in ours.Lines(number))
        {
            if (waiting.TryGetValue(text, out var lines) && lines.TryDequeue(out _))
            {
                alike++;
            }
            else
            {
                left.Add(Parsed(line, text));
            }
        }

        return (alike, left, [.. waiting.SelectMany(w => w.Value.Select(line => Parsed(line, w.Key))).OrderBy(o => o.Line)]);
    }

    public void Dispose() => Array.ForEach(_files, f => f.Dispose());

    private static ComparedOperation Parsed(long line, string text)
    {
        var operation = (JArray)ConnectorJson.Parse(text);
        return new ComparedOperation(line, (string)operation[0]!, (JObject)operation[1]);
    }

    private IEnumerable<(long Line, string Text)> Lines(int number)
    {
        _files[number].Dispose();
        return File.ReadLines(PathOf(number))
            .Select(line => (line, Tab: line.IndexOf('\t', StringComparison.Ordinal)))
            .Select(l => (long.Parse(l.line.AsSpan(0, l.Tab), CultureInfo.InvariantCulture), l.line[(l.Tab + 1)..]));
    }

    private string PathOf(int number) => Path.Combine(_folder, $"{number}.jsonl");
}
