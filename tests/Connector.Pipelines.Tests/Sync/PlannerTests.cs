using CustomerIo.Connector.Pipelines.Sync;
using FsCheck;
using FsCheck.Fluent;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

public class PlannerTests
{
    /// <summary>Rounds of edits on either side; a model says what both must have after each round.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property AfterEveryRound_BothSidesHaveWhatThePolicySays() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(bool Table, byte Value)[][]>(),
            Gen.Elements(Winner.Newest, Winner.Table, Winner.CustomerIo).ToArbitrary(),
            (rounds, winner) =>
            {
                var (table, workspace, clock) = (new SideValue("", 0), new SideValue("", 0), 0L);
                string? agreed = null;
                foreach (var edits in rounds)
                {
                    var (tableBefore, workspaceBefore) = (table.Text, workspace.Text);
                    foreach (var (isTable, value) in edits)
                    {
                        var edited = new SideValue(value % 4 == 0 ? "" : "v" + (value % 4), ++clock);
                        (table, workspace) = isTable ? (edited, workspace) : (table, edited);
                    }

                    var expected = Model(tableBefore, table, workspaceBefore, workspace, winner);
                    var plan = Planner.Plan(agreed, table, workspace, winner, Direction.Both);
                    table = plan.Decision == Decision.Pull ? table with { Text = workspace.Text } : table;
                    workspace = plan.Decision == Decision.Push ? workspace with { Text = table.Text } : workspace;
                    agreed = plan.Agreed;
                    if (
                        table.Text != expected
                        || workspace.Text != expected
                        || Planner.Plan(agreed, table, workspace, winner, Direction.Both).Decision != Decision.None
                    )
                    {
                        return false;
                    }
                }

                return true;
            }
        );

    [TestCase("Push", "a", "b", "Push")]
    [TestCase("Push", "", "b", "Push")]
    [TestCase("Pull", "a", "b", "Pull")]
    [TestCase("Pull", "a", "", "Pull")]
    public void OneWay_TheOtherSideIsOverwrittenAndNoConflict(string direction, string table, string workspace, string expected)
    {
        var plan = Planner.Plan("z", new(table, 1), new(workspace, 2), Winner.Newest, Enum.Parse<Direction>(direction));
        Assert.That((plan.Decision.ToString(), plan.IsConflict), Is.EqualTo((expected, false)));
    }

    [TestCase("Newest", 5L, 6L, "Pull")]
    [TestCase("Newest", 6L, 5L, "Push")]
    [TestCase("Newest", 5L, 5L, "Push")]
    [TestCase("Newest", null, 6L, "Push")]
    [TestCase("Newest", 5L, null, "Push")]
    [TestCase("Table", 5L, 6L, "Push")]
    [TestCase("CustomerIo", 6L, 5L, "Pull")]
    public void BothChanged_ThePolicyDecidesAndItIsAConflict(string winner, long? table, long? workspace, string expected)
    {
        var plan = Planner.Plan("z", new("a", table), new("b", workspace), Enum.Parse<Winner>(winner), Direction.Both);
        Assert.That((plan.Decision.ToString(), plan.Agreed, plan.IsConflict), Is.EqualTo((expected, expected == "Push" ? "a" : "b", true)));
    }

    [Test]
    public void BothChangedToTheSame_NothingIsToDoAndNoConflict() =>
        Assert.That(
            Planner.Plan("z", new("a", 1), new("a", 2), Winner.Newest, Direction.Both),
            Is.EqualTo(new AttributePlan(Decision.None, "a", IsConflict: false))
        );

    [TestCase(0, 100, 0.0, true)]
    [TestCase(1, 100, 0.0, false)]
    [TestCase(5, 100, 0.05, true)]
    [TestCase(6, 100, 0.05, false)]
    [TestCase(1, 1, 1.0, true)]
    public void Deletions_AreBoundedByTheirShare(int deletions, int all, double share, bool passes) =>
        Assert.That(() => Planner.CheckShare(deletions, all, share, "delete", "people"), passes ? Throws.Nothing : Throws.TypeOf<ConnectorException>());

    [Test]
    public void DeletionsBeyondTheirShare_AreRefusedWithTheFigures() =>
        Assert.That(
            () => Planner.CheckShare(34, 100, 1.0 / 3, "delete", "people"),
            Throws
                .TypeOf<ConnectorException>()
                .With.Property(nameof(ConnectorException.Kind))
                .EqualTo(FailureKind.Rejected)
                .And.Message.Contains("would delete 34 of 100 people, more than the share of 0.3333 that maxDeleted allows")
                .And.Message.Contains("raise maxDeleted in the sync file, or for one run with --max-deleted")
        );

    // Whoever alone has another value than before decides; if both have, the policy does.
    private static string Model(string tableBefore, SideValue table, string workspaceBefore, SideValue workspace, Winner winner) =>
        (table.Text != tableBefore, workspace.Text != workspaceBefore) switch
        {
            (false, false) => table.Text,
            (true, false) => table.Text,
            (false, true) => workspace.Text,
            _ => winner switch
            {
                Winner.Table => table.Text,
                Winner.CustomerIo => workspace.Text,
                _ => table.Changed >= workspace.Changed ? table.Text : workspace.Text,
            },
        };
}
