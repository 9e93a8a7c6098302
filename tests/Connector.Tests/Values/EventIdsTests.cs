using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Values;

public class EventIdsTests
{
    // Computed apart from this code: the first 16 bytes of SHA-256 as a 128-bit number, five bits a character.
    [TestCase("run-1", "track", 0, "556KCRYG6YTHZADFKRJTAWMKTC")]
    [TestCase("run-1", "track", 1, "418H6HS6GQ5EVKB02Z5TYD08VR")]
    [TestCase("n8n/42:é", "track-page-view", 7, "0XBAMFZ1E1PGPPWHMWRYYED98V")]
    public void Derive_KnownInvocation_IsTheKnownId(string invocation, string action, int item, string expected) =>
        Assert.That(EventIds.Derive(invocation, action, item), Is.EqualTo(expected));

    [FsCheck.NUnit.Property]
    public void Derive_AnyInvocation_IsAUlidAndRepeats(FsCheck.NonNull<string> invocation, int item)
    {
        var id = EventIds.Derive(invocation.Get, "track", item);
        Assert.That(EventIds.IsUlid(id), Is.True, id);
        Assert.That(EventIds.Derive(invocation.Get, "track", item), Is.EqualTo(id));
    }

    [TestCase(0L, "0000000000")]
    [TestCase(1_469_918_176_385L, "01ARYZ6S41")]
    public void Fresh_KnownTime_BeginsWithThatTime(long milliseconds, string expected)
    {
        var id = EventIds.Fresh(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
        Assert.That(id, Does.StartWith(expected).And.Length.EqualTo(26));
    }

    [Test]
    public void Fresh_SameTime_DiffersEachTime() =>
        Assert.That(Enumerable.Range(0, 1000).Select(_ => EventIds.Fresh(DateTimeOffset.UnixEpoch)), Is.Unique.And.All.Matches<string>(EventIds.IsUlid));

    [TestCase("01JD8QK3W9W7X2T8Z5N4R6M1CB", true)]
    [TestCase("01jd8qk3w9w7x2t8z5n4r6m1cb", true)]
    [TestCase("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", true)]
    [TestCase("8ZZZZZZZZZZZZZZZZZZZZZZZZZ", false)]
    [TestCase("01JD8QK3W9W7X2T8Z5N4R6M1C", false)]
    [TestCase("01JD8QK3W9W7X2T8Z5N4R6M1CBB", false)]
    [TestCase("01JD8QK3W9W7X2T8Z5N4R6M1CI", false)]
    [TestCase("01JD8QK3W9W7X2T8Z5N4R6M1C ", false)]
    [TestCase("", false)]
    public void IsUlid_Text_IsJudged(string text, bool expected) => Assert.That(EventIds.IsUlid(text), Is.EqualTo(expected));
}
