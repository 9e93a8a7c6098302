using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Values;

public class NamesTests
{
    [TestCase("track-page-view", "TrackPageView")]
    [TestCase("track", "Track")]
    [TestCase("a-1-b", "A1B")]
    public void Pascal_Id_IsTheClassName(string id, string expected) => Assert.That(Names.Pascal(id), Is.EqualTo(expected));

    [TestCase("CustomerData", "customerData")]
    [TestCase("", "")]
    public void Camel_Name_BeginsSmall(string name, string expected) => Assert.That(Names.Camel(name), Is.EqualTo(expected));

    [TestCase("plain", "plain")]
    [TestCase("a/b~c", "a~1b~0c")]
    public void Escape_Key_FitsAJsonPointer(string key, string expected) => Assert.That(Names.Escape(key), Is.EqualTo(expected));

    [TestCase("maxDeletd", "maxDeleted")]
    [TestCase("x", null, Description = "too short to tell")]
    [TestCase("quite another", null)]
    public void Nearest_Name_IsOfThoseThatAreNear(string written, string? expected)
    {
        Assert.That(Names.Nearest(written, ["maxDeleted", "schedule"]), Is.EqualTo(expected));
        Assert.That(Names.Nearest(written, []), Is.Null);
    }
}
