using CustomerIo.Connector.Batching;

namespace CustomerIo.Connector.Tests.Batching;

public class HeldPeopleTests
{
    [Test]
    public void Holds_WhoWasAdded_AndNobodyElse()
    {
        var held = new HeldPeople("line");
        Assert.That((held.IsEmpty, held.Holds([1])), Is.EqualTo((true, false)));

        held.Add([]);
        Assert.That(held.IsEmpty, "an item without a name holds nobody");

        held.Add([1, 2]);
        Assert.That((held.IsEmpty, held.Holds([1]), held.Holds([2]), held.Holds([3]), held.Holds([])), Is.EqualTo((false, true, true, false, false)));
    }

    [Test]
    public void Holds_AnItemThatSharesAName_ItsOtherNamesToo()
    {
        var held = new HeldPeople("line");
        held.Add([1]);

        Assert.That((held.Holds([2, 1]), held.Holds([2]), held.Holds([3])), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void Holds_BeyondAMillionNames_Everybody()
    {
        var held = new HeldPeople("line");
        held.Add([.. Enumerable.Range(0, (1 << 20) - 1).Select(i => (ulong)i)]);
        Assert.That(held.Holds([ulong.MaxValue]), Is.False);

        held.Add([1 << 20]);
        Assert.That(held.Holds([ulong.MaxValue]), Is.True);
    }

    [Test]
    public void Failure_NamesWhatTheRunCallsAnItem() =>
        Assert.That(
            (new HeldPeople("row").Failure().Kind, new HeldPeople("row").Failure().Message),
            Is.EqualTo(
                (FailureKind.Unavailable, "An earlier row of the same person was not delivered, so this one was held back. Send both again, in their order.")
            )
        );

    [TestCase("", "")]
    [TestCase("1 2 3", "0 1 2")]
    [TestCase("1 1 2", "0 0 2")]
    [TestCase("1 2 1,2 3", "0 0 0 3")]
    [TestCase("1 2 3 3,1 4 4,2", "0 1 0 0 1 1")]
    [TestCase("1 2 3 3,1 2,1", "0 0 0 0 0")]
    [TestCase("- - 1", "0 1 2")]
    public void Groups_WhoSharesANameAlsoByWayOfOthers_IsOneGroup(string names, string expected)
    {
        var items = names
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(item => item.Split(',').Where(name => name != "-").Select(ulong.Parse).ToArray())
            .ToArray();

        var groups = People.Groups(items.Length, i => items[i]);

        Assert.That(groups.Select(g => Array.IndexOf(groups, g)), Is.EqualTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)));
        Assert.That(groups, Is.All.InRange(0, Math.Max(0, items.Length - 1)));
    }
}
