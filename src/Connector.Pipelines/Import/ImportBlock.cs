using System.Runtime.InteropServices;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>Some consecutive rows, their operations and how they ended.</summary>
internal sealed class ImportBlock : BatchBlock
{
    private (RowProblem? Problem, ConnectorException? Aside)[] _ends = new (RowProblem?, ConnectorException?)[512];

    public RowBlock Rows { get; } = new();

    public override int Count => Rows.Count;

    /// <summary>Whether every row was accepted, is known to be bad or was set aside.</summary>
    public bool IsDone { get; private set; } = true;

    public int Failed { get; private set; }

    /// <summary>How many rows of the job come before this block.</summary>
    public long First { get; set; }

    public override void Clear()
    {
        base.Clear();
        Array.Clear(_ends, 0, Math.Min(_ends.Length, Rows.Count));
        Rows.Clear();
        (IsDone, Failed) = (true, 0);
    }

    /// <summary>Turns the rows into operations; the wrong ones have failed then.</summary>
    public void Prepare(RowWriter writer)
    {
        if (_ends.Length < Rows.Count)
        {
            _ends = new (RowProblem?, ConnectorException?)[Rows.Count];
        }

        Begin();
        for (var i = 0; i < Rows.Count; i++)
        {
            var (start, firstKey) = (Operations.Length, Keys.Count);
            if (writer.Write(Rows, Rows[i], First + i, Operations, Keys) is { } problem)
            {
                _ends[i] = (problem, null);
            }
            else
            {
                Put(i, start, firstKey, repeatable: true);
            }
        }
    }

    /// <summary>Tells every row that was not accepted.</summary>
    /// <returns>False when the end of some is not known.</returns>
    public bool Tell(ImportProgress book)
    {
        for (var i = 0; i < Rows.Count; i++)
        {
            if (IsOpen(i))
            {
                return false;
            }
        }

        if (!IsDone)
        {
            return false;
        }

        for (var i = 0; i < Rows.Count; i++)
        {
            if (_ends[i].Problem is { } problem)
            {
                Failed++;
                book.Bad(Rows, Rows[i], problem);
            }
            else if (_ends[i].Aside is { } cause)
            {
                book.PutAside(
                    new AsideRow(
                        First + i,
                        Rows[i].Line,
                        OperationOf(i).ToArray(),
                        MemoryMarshal.AsBytes(KeysOf(i)).ToArray(),
                        Rows.Bytes(Rows[i].Raw).ToArray(),
                        cause.Message
                    )
                );
            }
        }

        return true;
    }

    /// <summary>What is wrong with a row whose operation failed by itself; null when that may pass, so that it is set aside.</summary>
    public static RowProblem? Problem(ItemFailure failure)
    {
        var field = failure.Problem.Path;
        return failure.Holds
            ? null
            : new RowProblem(
                failure.Cause.KindName,
                field.StartsWith("attributes.", StringComparison.Ordinal) ? field["attributes.".Length..] : field,
                failure.Problem.Message
            );
    }

    protected override void End(int place, ItemFailure? failure)
    {
        if (failure is null)
        {
            return;
        }

        // Everybody's failure, or one after which nobody knows: the job ends here, and the row is to be sent again.
        if (failure.IsShared || failure.Kind == FailureKind.Uncertain)
        {
            IsDone = false;
        }
        else
        {
            _ends[place] = Problem(failure) is { } problem ? (problem, null) : (null, failure.Cause);
        }
    }
}
