using CustomerIo.Connector.Translation;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Translation;

public class EventTranslatorTests
{
    [Test]
    public void Translate_Identify_IsOneRequest()
    {
        var message = JObject.Parse("""{"type":"identify","userId":"u1","traits":{"plan":"pro"}}""");

        var translation = new EventTranslator().Translate(message);

        Assert.That(translation.Refusal, Is.Null);
        var request = translation.Requests.Single();
        Assert.That((request.Method, request.Path), Is.EqualTo(("POST", "/api/v2/entity")));
        Assert.That((string?)request.Body!["attributes"]!["plan"], Is.EqualTo("pro"));
        Assert.That(request.Body["identifiers"], Is.EqualTo(new JObject { ["id"] = "u1" }).Using<JToken>(JToken.DeepEquals));
    }

    [Test]
    public void Translate_TrackWithoutMessageId_GetsAnEventIdThatIsSent()
    {
        var message = JObject.Parse("""{"type":"track","userId":"u1","event":"bought"}""");

        var request = new EventTranslator().Translate(message).Requests.Single();

        Assert.That(request.EventId, Is.Not.Null.And.EqualTo((string?)request.Body!["id"]));
    }

    [Test]
    public void Translate_UnknownCall_IsRefusedWithItsPath()
    {
        var translation = new EventTranslator().Translate(JObject.Parse("""{"type":"purchase","userId":"u1"}"""));

        Assert.That(translation.Requests, Is.Empty);
        Assert.That(translation.Refusal!.Path, Is.EqualTo("/type"));
    }

    [Test]
    public void New_UnknownProfile_IsRefused() =>
        Assert.That(
            Assert.Throws<ConnectorException>(() => _ = new EventTranslator(new EventTranslatorOptions { Profile = "rudder" }))!.Kind,
            Is.EqualTo(FailureKind.Input)
        );
}
