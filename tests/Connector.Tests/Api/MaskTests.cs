using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Tests.Api;

public class MaskTests
{
    private static readonly string[] s_keys = ["secret-key", "secret-key-longer"];

    [TestCase("ada@example.com", "***@***")]
    [TestCase("Ada Lovelace <ada.l+x@mail.example.co.uk>, bob@b.de", "Ada Lovelace <***@***>, ***@***")]
    [TestCase("""{"email":"ada@example.com","n":1}""", """{"email":"***@***","n":1}""")]
    [TestCase("""{"email":"ada\u0040example.com"}""", """{"email":"***@***"}""")]
    [TestCase("https://track.customer.io/api/v1/customers/ada%40example.com/events", "https://track.customer.io/api/v1/customers/***@***/events")]
    [TestCase("/customers/a%2Bb%40example.com", "/customers/***@***")]
    [TestCase("?email=ada@example.com&x=1", "?email=***@***&x=1")]
    [TestCase("jörg@exämple.de", "***@***")]
    [TestCase("ada@host", "***@***")]
    [TestCase("a@b@c.de", "***@***")]
    [TestCase("at @ large, 100%40", "at @ large, 100%40")]
    [TestCase("no address", "no address")]
    public void Text_Addresses_AreHidden(string text, string expected) => Assert.That(Mask.Text(text, []), Is.EqualTo(expected));

    [Test]
    public void Text_Secrets_AreHiddenWhereverTheyStand() => Assert.That(Mask.Text("key=secret-key;\"secret-key\"", s_keys), Is.EqualTo("key=***;\"***\""));

    [Test]
    public void Secrets_OneInsideAnother_LeavesNothingOfTheLonger()
    {
        var workspace = new Workspace(
            new Connection
            {
                SiteId = "s",
                ApiKey = s_keys[0],
                AppApiKey = s_keys[1],
            },
            new WorkspaceState()
        );
        Assert.That(Mask.Text("secret-key-longer secret-key czpzZWNyZXQta2V5", workspace.Secrets), Is.EqualTo("*** *** ***"));
    }

    [TestCase("https://x/api/v1/customers/1/devices/TOKEN?a=b", "https://x/api/v1/customers/1/devices/***?a=b")]
    [TestCase("""{"device":{"id":"TOKEN","platform":"ios"}}""", """{"device":{"id":"***","platform":"ios"}}""")]
    [TestCase("""{"device":{"platform":"ios", "id" : "TO\"KEN"}}""", """{"device":{"platform":"ios", "id" : "***"}}""")]
    [TestCase("""{"device_id":"TOKEN","id":"u1"}""", """{"device_id":"***","id":"u1"}""")]
    [TestCase("""{"device_token":"TOKEN"}""", """{"device_token":"***"}""")]
    [TestCase("""{"id":"u1","name":"x"}""", """{"id":"u1","name":"x"}""")]
    public void Request_DeviceTokens_AreHidden(string text, string expected) => Assert.That(Mask.Request(text, []), Is.EqualTo(expected));

    [Test]
    public void Text_LongRunsOfCharacters_TakeNoLongerThanTheirLength()
    {
        // Were each character a new start, this would be 10^12 steps.
        Assert.That(Mask.Text(new string('a', 1_000_000), []), Has.Length.EqualTo(1_000_000));
        Assert.That(Mask.Request(string.Concat(Enumerable.Repeat("a%4", 300_000)), []), Has.Length.EqualTo(900_000));
    }

    [FsCheck.NUnit.Property]
    public void Text_AnyTextAroundAKey_NeverHoldsTheKey(FsCheck.NonNull<string> before, FsCheck.NonNull<string> after, FsCheck.PositiveInt most) =>
        Assert.That(Mask.Text(before.Get + "key-00001" + after.Get, ["key-00001"], most.Get), Does.Not.Contain("key-0"));
}
