using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Track;

/// <summary>What the gate tells on the way of a mapping: one refusal with every path, one warning for each thing that was changed.</summary>
public class GateKeepingTests
{
    [Test]
    public void Names_SomeWithEndsToTakeOff_AreCleanWithOneWarning()
    {
        var keeper = new Keeper();
        Assert.That(keeper.Names(new JArray(" a1", "b2", 7, "c3\t"), "ids", Gate.Id), Is.EqualTo(new[] { "a1", "b2", "7", "c3" }));
        Assert.That(keeper.Told, Is.EqualTo(new[] { "/ids: 2 of 4 had white space or invisible characters at their ends, which were taken off." }));
    }

    [Test]
    public void Names_NothingToTakeOff_WarnsOfNothing()
    {
        var keeper = new Keeper();
        Assert.That(keeper.Names(new JArray("a@b.de"), "emails", Gate.Email), Is.EqualTo(new[] { "a@b.de" }));
        Assert.That(keeper.Told, Is.Empty);
    }

    [Test]
    public void Names_SomeThatCannotPass_AreAllNamedAndNothingIsTold()
    {
        var keeper = new Keeper();
        var failure = Assert.Throws<ConnectorException>(() => keeper.Names(new JArray("", " u1", "null"), "ids", Gate.Id))!;
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/ids/0", "/ids/2" }));
        Assert.That(failure.Problems[0].Message, Is.EqualTo("must not be empty."));
        Assert.That(keeper.Told, Is.Empty);
    }

    [Test]
    public void Names_PlaceholderThatASettingAllows_Passes() =>
        Assert.That(new Keeper(allows: true).Names(new JArray("null"), "ids", Gate.Id), Is.EqualTo(new[] { "null" }));

    [TestCase(" u1 ", "u1", "trimmed id")]
    [TestCase("u1", "u1", "")]
    public void Name_EndsToTakeOff_IsTold(string text, string expected, string told)
    {
        var keeper = new Keeper();
        Assert.That((keeper.Name(text, "id"), keeper.Id(text, "id")), Is.EqualTo((expected, expected)));
        Assert.That(keeper.Told.Distinct(), Is.EqualTo(told.Split(',', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public void Email_ThatIsNone_IsRefusedWithItsPath()
    {
        var failure = Assert.Throws<ConnectorException>(() => new Keeper().Email("ada", "to/0"))!;
        Assert.That(failure.Problems.Single(), Is.EqualTo(new Problem("/to/0", "must be an e-mail address, such as ada@example.com.")));
    }

    [TestCase("""{"plan":" yes ","unsubscribed":"yes"}""", """{"plan":" yes ","unsubscribed":true}""", "")]
    [TestCase("""{"created_at":"2024-05-01","unsubscribed":0}""", """{"created_at":1714521600,"unsubscribed":false}""", "")]
    [TestCase("""{"email":" a@b.de ","plan":1}""", """{"email":"a@b.de","plan":1}""", "trimmed data/email")]
    [TestCase("""{"id":" u1 "}""", """{"id":"u1"}""", "trimmed data/id")]
    [TestCase("""{"cio_id":" cio_a1 "}""", """{"cio_id":"cio_a1"}""", "trimmed data/cio_id")]
    [TestCase("""{"anonymous_id":" a "}""", """{"anonymous_id":"a"}""", "trimmed data/anonymous_id")]
    [TestCase(
        """{"created_at":null,"plan":null}""",
        """{"plan":null}""",
        "/data/created_at holds nothing and was not sent. An empty text takes an attribute away."
    )]
    [TestCase("""{"_update":"","created_at":""}""", """{"created_at":""}""", "/data/_update holds nothing and was not sent.")]
    [TestCase("""{"cio_subscription_preferences.topics.a~/b":"no"}""", """{"cio_subscription_preferences.topics.a~/b":false}""", "")]
    public void Attributes_WithAMeaning_AreBroughtToTheirTypeInACopy(string attributes, string expected, string told)
    {
        var (given, keeper) = (Bench.Json(attributes), new Keeper());
        var before = given.DeepClone();
        Assert.That(ConnectorJson.ToText(keeper.Attributes(given, "data", "id", "u1")), Is.EqualTo(expected));
        Assert.That(keeper.Told, Is.EqualTo(told.Split(',', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That(JToken.DeepEquals(given, before), "the caller's attributes were changed");
    }

    [Test]
    public void Attributes_SeveralThatCannotPass_AreAllNamedWithTheirPaths()
    {
        var keeper = new Keeper();
        var attributes = Bench.Json(
            """
            {"id":"u2","plan":"pro","unsubscribed":"maybe","cio_subscription_preferences":{"topics":{"topic_1":"maybe"}},
             "cio_subscription_preferences.a/b":3,"email":"ada@example.com"}
            """
        );
        var failure = Assert.Throws<ConnectorException>(() => keeper.Attributes(attributes, "data", "id", "u1"))!;
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(
            failure.Problems.Select(p => $"{p.Path} {p.Message[..12]}"),
            Is.EqualTo(
                new[]
                {
                    "/data/id differs from",
                    "/data/unsubscribed must be true",
                    "/data/cio_subscription_preferences/topics/topic_1 must be true",
                    "/data/cio_subscription_preferences.a~1b must be true",
                }
            )
        );
        Assert.That(keeper.Told, Is.Empty);
    }

    [TestCase("""{"name":"Acme","unsubscribed":"yes"}""", null, "")]
    [TestCase("""{"created_at":1714521600}""", null, "")]
    [TestCase("""{"created_at":"2024-05-01","name":"Acme"}""", """{"created_at":1714521600,"name":"Acme"}""", "")]
    [TestCase(
        """{"created_at":null,"name":"Acme"}""",
        """{"name":"Acme"}""",
        "/data/created_at holds nothing and was not sent. An empty text takes an attribute away."
    )]
    public void ObjectAttributes_TheTimeAlone_IsBroughtToItsType(string attributes, string? expected, string told)
    {
        var (given, keeper) = (Bench.Json(attributes), new Keeper());
        var sent = keeper.ObjectAttributes(given, "data");
        Assert.That(ReferenceEquals(sent, given), Is.EqualTo(expected is null));
        Assert.That(ConnectorJson.ToText(sent), Is.EqualTo(expected ?? attributes));
        Assert.That(ConnectorJson.ToText(given), Is.EqualTo(attributes), "the caller's attributes were changed");
        Assert.That(keeper.Told, Is.EqualTo(told.Split(',', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public void ObjectAttributes_NoTime_IsRefusedWithItsPath()
    {
        var failure = Assert.Throws<ConnectorException>(() => new Keeper().ObjectAttributes(Bench.Json("""{"created_at":"soon"}"""), "data"))!;
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/data/created_at"));
    }

    [Test]
    public void Item_AskedAgain_HasForgottenTheLastOne()
    {
        var asked = new List<long>();
        var item = new ItemContext(
            () => DateTimeOffset.UnixEpoch,
            index =>
            {
                asked.Add(index);
                return $"event {index} {asked.Count}";
            },
            false
        );
        item.Index = 3;
        Assert.That((item.UsedEventId, item.WasTrimmed), Is.EqualTo(((string?)null, false)));

        item.Trimmed("id");
        item.Warn("w");
        item.Trimmed("id");
        Assert.That((item.EventId, item.EventId, item.UsedEventId), Is.EqualTo(("event 3 1", "event 3 1", "event 3 1")));
        Assert.That(item.WasTrimmed, Is.True);
        Assert.That(item.Warnings, Is.EqualTo(new[] { "/id: white space or invisible characters at its ends were taken off.", "w" }));

        item.Index = 4;
        Assert.That((item.UsedEventId, item.WasTrimmed, item.Warnings.Count), Is.EqualTo(((string?)null, false, 0)));
        Assert.That(item.EventId, Is.EqualTo("event 4 2"));
    }

    private sealed class Keeper(bool allows = false) : IGateKeeper
    {
        public List<string> Told { get; } = [];

        public bool AllowsPlaceholderIds => allows;

        public void Warn(string text) => Told.Add(text);

        public void Trimmed(string input) => Told.Add("trimmed " + input);
    }
}
