using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Batching;

/// <summary>Some consecutive inputs, their operations and how they ended.</summary>
internal sealed class ItemBlock : BatchBlock
{
    private const int Full = 256;
    private readonly List<JObject> _inputs = new(Full);
    private readonly List<ItemResult?> _results = new(Full);
    private readonly List<(string? EventId, IReadOnlyList<string> Warnings)> _told = new(Full);
    private long _first;

    public override int Count => _inputs.Count;

    public override void Clear()
    {
        base.Clear();
        _inputs.Clear();
        _results.Clear();
        _told.Clear();
    }

    /// <returns>Whether the block is full.</returns>
    public bool Add(JObject input, long index)
    {
        _first = _inputs.Count == 0 ? index : _first;
        _inputs.Add(input);
        return _inputs.Count == Full;
    }

    /// <summary>Turns the inputs into operations; the wrong ones have failed then.</summary>
    public void Prepare(OperationWriter writer)
    {
        Begin();
        for (var i = 0; i < _inputs.Count; i++)
        {
            var (start, firstKey) = (Operations.Length, Keys.Count);
            ConnectorException? failure = null;
            try
            {
                Put(i, start, firstKey, writer.Write(_inputs[i], _first + i, Operations, Keys));
            }
            catch (ConnectorException e)
            {
                failure = e;
            }
            catch (FormatException e)
            {
                failure = ConnectorException.Input("", e.Message);
            }

            _told.Add((writer.Item.UsedEventId, writer.Item.Warnings is { Count: > 0 } warnings ? [.. warnings] : []));
            _results.Add(failure is null ? null : Result(i, failure));
        }
    }

    /// <summary>How each of them ended.</summary>
    /// <param name="end">Why the run ended before some of them were answered; null when all were.</param>
    public IEnumerable<ItemResult> Results(ConnectorException? end)
    {
        for (var i = 0; i < _inputs.Count; i++)
        {
            if ((end is not null && Unanswered(i, end) is { } failure ? Result(i, failure) : _results[i]) is { } result)
            {
                yield return result;
            }
        }
    }

    protected override void End(int place, ItemFailure? failure) => _results[place] = Result(place, failure?.Cause);

    private ItemResult Result(int place, ConnectorException? failure) => new(_first + place, failure, _told[place].EventId, _told[place].Warnings);
}
