using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Values;

/// <summary>A text that is viewed is what it is as tokens: each is compared with what ConnectorJson reads and writes.</summary>
public sealed class JsonTextTests
{
    [TestCase("{}")]
    [TestCase(""" { "a" : [ 1 , -0 , 1.50 , 1E2, -0.0, 1e-7, 123456789012345678901234567890, 0.1e400 ] , "b":{"c":null,"d":true,"e":false} } """)]
    [TestCase("""{"a":"\u00e9\n\"\/\\","b":"😀","c":"\ud83d\ude00","d":"\u2028\u0000"}""")]
    [TestCase("""{"a":1e999}""")]
    [TestCase("""{"a":"\ud83d"}""")]
    [TestCase("""{"a":"\ude00\ud83d"}""")]
    [TestCase("""{"a":1,"b":2,"a":3}""")]
    [TestCase("""{"a":1,"\u0061":3}""")]
    [TestCase("""{"\u00e9":1,"é":3}""")]
    [TestCase("""{"\u00e9":1,"e":3}""")]
    [TestCase("""{"":1,"x":{"":{"":2}}}""")]
    [TestCase("""{"":1,"":2}""")]
    [TestCase("""{"a":01}""")]
    [TestCase("""{"a":1,}""")]
    [TestCase("""{"a":1} {}""")]
    [TestCase("""{"a":1""")]
    [TestCase("""[1]""")]
    [TestCase("""1""")]
    [TestCase("")]
    [TestCase("\uFEFF{\"a\":1}")]
    [TestCase("""{"a":NaN}""")]
    [TestCase("""{'a':1}""")]
    [TestCase("""{"a":/**/1}""")]
    public void Text_IsWhatItIsAsTokens(string text) => IsAlike(Encoding.UTF8.GetBytes(text));

    [Test]
    public void Bytes_ThatAreNoUtf8_AreRefused() => IsAlike([.. "{\"a\":\""u8, 0xC3, .. "\"}"u8]);

    [TestCase(62)]
    [TestCase(63)]
    [TestCase(64)]
    public void Depth_HasTheSameLimit(int lists) => IsAlike(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', lists) + new string(']', lists) + "}"));

    [TestCase(StrictJson.MaxNumberLength)]
    [TestCase(StrictJson.MaxNumberLength + 1)]
    public void Number_HasTheSameLongest(int length) => IsAlike(Encoding.UTF8.GetBytes("{\"a\":" + new string('7', length) + "}"));

    [TestCase(100)]
    [TestCase(1000)]
    public void Object_OfManyMembers_IsRead(int count)
    {
        var members = Enumerable.Range(0, count).Select(i => $"\"n{i}\":{i}").ToArray();
        IsAlike(Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}"));
        IsAlike(Encoding.UTF8.GetBytes($"{{{string.Join(',', members)},\"n7\":1}}"));
    }

    [Test]
    public void RandomText_WholeOrDamaged_IsWhatItIsAsTokens()
    {
        var (read, refused) = (0, 0);
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var text = Encoding.UTF8.GetBytes(ConnectorJson.ToText(Json.Object(seed), indented: seed % 2 == 0));
            if (seed % 3 == 0)
            {
                text[random.Next(text.Length)] = (byte)"\"\\{}[],:0u \u0001"[random.Next(12)];
            }

            _ = IsAlike(text) ? read++ : refused++;
        }

        Assert.That(Math.Min(read, refused), Is.GreaterThan(300), $"{read} read, {refused} refused");
    }

    [Test]
    public void View_OfTextAndOfTokens_ShowsTheSame()
    {
        const string json = """{"s":"né","e":"a\"b","n":7,"d":1.5,"t":true,"z":null,"l":[{"x":1},2],"o":{"k":"2026-01-31"}}""";
        foreach (var view in (JsonView[])[JsonText.ReadObject(Encoding.UTF8.GetBytes(json)), new JsonView(ConnectorJson.ParseObject(json))])
        {
            Assert.Multiple(() =>
            {
                Assert.That(view.Count, Is.EqualTo(8));
                Assert.That(Names(view), Is.EqualTo(new[] { "s", "e", "n", "d", "t", "z", "l", "o" }));
                Assert.That(view["s"]?.String, Is.EqualTo("né"));
                Assert.That(view["s"]!.Value.MostBytes, Is.GreaterThanOrEqualTo(3));
                Assert.That(view["e"]?.Scalar, Is.EqualTo("a\"b"));
                Assert.That(view["n"]?.Scalar, Is.EqualTo(7L));
                Assert.That(view["n"]?.String, Is.Null);
                Assert.That(view["d"]?.Scalar, Is.EqualTo(1.5));
                Assert.That(view["t"]?.Scalar, Is.True);
                Assert.That(view["z"]?.IsNull, Is.True);
                Assert.That(view["z"]?.Scalar, Is.Null);
                Assert.That(view["missing"], Is.Null);
                Assert.That(view["s"]?["x"], Is.Null);
                Assert.That(view["l"]?["x"], Is.Null);
                Assert.That(view["l"]?.First?["x"]?.Scalar, Is.EqualTo(1L));
                Assert.That(view["l"]?.Items.Count(), Is.EqualTo(2));
                Assert.That(view["n"]?.Items.Single().Scalar, Is.EqualTo(7L));
                Assert.That(view["o"]?.First, Is.Null);
                Assert.That(view["o"]?.Scalar, Is.Null);
                Assert.That(view["o"]?.MayHoldText(t => t[4] == '-'), Is.True);
                Assert.That(Names(view["l"]!.Value), Is.Empty);
                Assert.That(Names(view["s"]!.Value), Is.Empty);
            });
        }
    }

    private static List<string> Names(JsonView view)
    {
        var names = new List<string>();
        foreach (var (name, _) in view)
        {
            names.Add(name);
        }

        return names;
    }

    private static bool IsAlike(byte[] text)
    {
        JObject tokens;
        try
        {
            tokens = ConnectorJson.ParseObject(text);
        }
        catch (FormatException e)
        {
            Assert.That(() => JsonText.ReadObject(text), Throws.TypeOf<FormatException>().With.Message.EqualTo(e.Message));
            return false;
        }

        var view = JsonText.ReadObject(text);
        Assert.That(Json.Text(view.Token), Is.EqualTo(Json.Text(tokens)));
        Assert.That(Encoding.UTF8.GetString(ConnectorJson.ToBytes(view.Write)), Is.EqualTo(Json.Text(tokens)));
        return true;
    }
}
