using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Track;

public class PersonKeysTests
{
    [TestCase("ada@example.com", "ADA@Example.COM", true)]
    [TestCase("AZ", "az", true)]
    [TestCase("@", "`", false)]
    [TestCase("[", "{", false)]
    [TestCase("u1", "u2", false)]
    [TestCase("12", "21", false)]
    public void Of_OneInAnyCaseOfItsLetters(string one, string other, bool same)
    {
        var keys = new List<ulong>();
        PersonKeys.Add(one, keys);
        PersonKeys.Add(other, keys);
        Assert.That(keys[0] == keys[1], Is.EqualTo(same));
    }

    [TestCase(256)]
    [TestCase(257)]
    [TestCase(5000)]
    public void Add_ANameOfAnyLength_IsItsBytes(int length)
    {
        var keys = new List<ulong>();
        var name = new string('é', length);
        PersonKeys.Add(name, keys);
        Assert.That(keys, Is.EqualTo(new[] { PersonKeys.Of(System.Text.Encoding.UTF8.GetBytes(name)) }));
    }

    [TestCase("identifiers", """{"id":"a","email":"b"}""", "a b")]
    [TestCase("identifiers", """{"object_type_id":"1","object_id":"acme"}""", "acme")]
    [TestCase("identifiers", """{"id":7}""", "7")]
    [TestCase("primary", """{"id":"a"}""", "a")]
    [TestCase("secondary", """{"cio_id":"a"}""", "a")]
    [TestCase("cio_relationships", """[{"identifiers":{"object_type_id":"1","object_id":"acme"}},{"identifiers":{"id":"b"}},{},7]""", "acme b")]
    [TestCase("attributes", """{"id":"a","email":"b","plan":"pro"}""", "a b")]
    [TestCase("attributes", """{"plan":"pro"}""", "")]
    [TestCase("attributes", "{}", "")]
    [TestCase("attributes", """{"id":null,"email":true}""", "")]
    [TestCase("device", """{"token":"t","id":"t"}""", "")]
    public void Add_AMember_NamesWhoItNames(string name, string member, string expected)
    {
        var (keys, wanted) = (new List<ulong>(), new List<ulong>());
        PersonKeys.Add(name, (JContainer)JToken.Parse(member), keys);
        foreach (var each in expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            PersonKeys.Add(each, wanted);
        }

        Assert.That(keys, Is.EqualTo(wanted));
    }
}
