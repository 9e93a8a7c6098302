using System.Globalization;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>Whose value holds when both sides changed an attribute to different ones.</summary>
internal enum Winner
{
    Newest,
    Table,
    CustomerIo,
}

/// <summary>Which way changes go.</summary>
internal enum Direction
{
    Both,
    Push,
    Pull,
}

/// <summary>What becomes of an attribute.</summary>
internal enum Decision
{
    /// <summary>Nothing to do.</summary>
    None,

    /// <summary>The table's value goes to Customer.io.</summary>
    Push,

    /// <summary>Customer.io's value goes to the table.</summary>
    Pull,
}

/// <summary>A value as both sides can be compared by, empty for none, and when it changed, if that is known.</summary>
internal readonly record struct SideValue(string Text, long? Changed)
{
    /// <summary>The value as it is written there; null where it is compared as it is written.</summary>
    public string? Written { get; init; }
}

/// <summary>Decides about one attribute; <paramref name="Agreed"/> is what both sides have afterwards.</summary>
internal readonly record struct AttributePlan(Decision Decision, string Agreed, bool IsConflict);

/// <summary>The heart of a sync, without any I/O: what both sides had agreed on, what they have now, and who wins.</summary>
/// <remarks>
/// A side has changed when its value is not the agreed one. What a sync writes becomes the agreed value at once, so that reading it back
/// is never news: there is no loop to guard against beyond that.
/// </remarks>
internal static class Planner
{
    /// <param name="agreed">What both sides had after the last run; null when they never agreed.</param>
    /// <param name="table">The table's value.</param>
    /// <param name="workspace">Customer.io's value.</param>
    /// <param name="winner">Whose value holds in a conflict.</param>
    /// <param name="direction">Which way changes go; the other way none is even a conflict.</param>
    public static AttributePlan Plan(string? agreed, SideValue table, SideValue workspace, Winner winner, Direction direction)
    {
        if (table.Text == workspace.Text)
        {
            return new(Decision.None, table.Text, false);
        }

        // A side that never had a value has not decided for an empty one.
        var tableChanged = table.Text != (agreed ?? "");
        var workspaceChanged = workspace.Text != (agreed ?? "");
        var conflict = tableChanged && workspaceChanged;
        var push = direction == Direction.Push || (direction == Direction.Both && tableChanged && (!conflict || TableWins(table, workspace, winner)));
        return push
            ? new(Decision.Push, table.Text, conflict && direction == Direction.Both)
            : new(Decision.Pull, workspace.Text, conflict && direction == Direction.Both);
    }

    // Where a time is not known, the table's value holds: it is the one that people see and mend.
    private static bool TableWins(SideValue table, SideValue workspace, Winner winner) =>
        winner switch
        {
            Winner.Table => true,
            Winner.CustomerIo => false,
            _ => workspace.Changed is not { } theirs || table.Changed is not { } ours || ours >= theirs,
        };

    /// <summary>Refuses deletions beyond a share of what there was.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Rejected"/>: it is beyond; nothing was deleted.</exception>
    /// <param name="deletions">How many would be taken away.</param>
    /// <param name="all">Of how many.</param>
    /// <param name="maxShare">The largest share that may be.</param>
    /// <param name="verb">What would be done to them.</param>
    /// <param name="what">What they are.</param>
    public static void CheckShare(int deletions, long all, double maxShare, string verb, string what)
    {
        if (deletions > 0 && deletions > Math.Floor(all * maxShare))
        {
            throw new ConnectorException(
                FailureKind.Rejected,
                $"This run would {verb} {deletions} of {all} {what}, more than the share of {maxShare.ToString("0.####", CultureInfo.InvariantCulture)} that "
                    + "maxDeleted allows, so it was stopped before it wrote anything. Check the table; if it is right, raise maxDeleted in the sync file, or "
                    + "for one run with --max-deleted."
            );
        }
    }
}
