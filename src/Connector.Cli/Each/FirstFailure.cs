using System.Globalization;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>The first line of a run that failed, for the sentence at its end: results are many, and often in a file.</summary>
/// <param name="action">The action whose inputs the lines are; null where they are events.</param>
internal sealed class FirstFailure(ActionManifest? action)
{
    private readonly Lock _lock = new();
    private (long Line, string Reason)? _first;

    /// <summary>A sentence about it; null when no line failed.</summary>
    public string? Told
    {
        get
        {
            lock (_lock)
            {
                return _first is var (line, reason) ? string.Create(CultureInfo.InvariantCulture, $"The first failure, line {line}: {reason}") : null;
            }
        }
    }

    public void Note(long line, ConnectorException failure) => Note(line, failure.IsHeadline ? Terminal.Told(failure.Problems[0], action) : failure.Message);

    /// <summary>Takes a failure, unless one of an earlier line is known.</summary>
    public void Note(long line, string reason)
    {
        lock (_lock)
        {
            if (_first is null || _first.Value.Line > line)
            {
                _first = (line, reason);
            }
        }
    }
}
