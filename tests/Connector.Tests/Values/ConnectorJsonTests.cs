using System.Globalization;
using System.Numerics;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Values;

public class ConnectorJsonTests
{
    [TestCase("""{"a":1}""")]
    [TestCase("""[1,-2,0,1.5,"x",true,false,null,{"a":[]}]""")]
    [TestCase("""{"$type":"System.IO.FileInfo","$ref":"#"}""")]
    [TestCase("""{"":""}""")]
    [TestCase("\"2026-01-31T09:30:00+02:00\"")]
    [TestCase("\"/Date(1198908717056)/\"")]
    [TestCase("123456789012345678901234567890")]
    [TestCase("-9223372036854775808")]
    public void Parse_StrictJson_IsWrittenBackAsItWas(string text)
    {
        Assert.That(ConnectorJson.ToText(ConnectorJson.Parse(text)), Is.EqualTo(text));
        Assert.That(Encoding.UTF8.GetString(ConnectorJson.ToBytes(ConnectorJson.Parse(Encoding.UTF8.GetBytes("\uFEFF" + text)))), Is.EqualTo(text));
    }

    // The time of a long one grows with its square: 160,000 digits took ten seconds.
    [TestCase(1000, true)]
    [TestCase(1001, false)]
    public void Parse_LongNumber_IsTakenUpToABound(int digits, bool isTaken)
    {
        var number = new string('9', digits);
        Assert.That(() => ConnectorJson.Parse(number), isTaken ? Throws.Nothing : Throws.TypeOf<FormatException>().With.Message.Contain("at most 1000"));
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("{")]
    [TestCase("[1")]
    [TestCase("{'a':1}")]
    [TestCase("{a:1}")]
    [TestCase("[1,]")]
    [TestCase("""{"a":1,}""")]
    [TestCase("// c\n1")]
    [TestCase("[1/* c */]")]
    [TestCase("NaN")]
    [TestCase("[Infinity]")]
    [TestCase("-Infinity")]
    [TestCase("undefined")]
    [TestCase("017")]
    [TestCase("007")]
    [TestCase("0x1F")]
    [TestCase(".5")]
    [TestCase("1.")]
    [TestCase("+1")]
    [TestCase("1e999")]
    [TestCase("[-1e999]")]
    [TestCase("\"a\nb\"")]
    [TestCase("\"\\x41\"")]
    [TestCase("\"\\ud800x\"")]
    [TestCase("\"\\udc00\"")]
    [TestCase("""{"\ud800":1}""")]
    [TestCase("""{"a":1,"a":2}""")]
    [TestCase("""{"a":1,"\u0061":2}""")]
    [TestCase("""[{"b":{"a":1,"a":1}}]""")]
    [TestCase("{} {}")]
    [TestCase("1 2")]
    [TestCase("{}]")]
    [TestCase("True")]
    [TestCase("nulll")]
    [TestCase("new Date(0)")]
    public void Parse_AnythingElse_IsRefusedInOneSentence(string text)
    {
        var failure = Assert.Throws<FormatException>(() => ConnectorJson.Parse(text))!;
        Assert.That(failure.Message, Has.Length.InRange(10, 300).And.Not.Contains("\n").And.Not.Contains("Utf8Json"));
    }

    [Test]
    public void ToText_HalfACharacter_IsRefused()
    {
        foreach (var half in new[] { "\ud800", "a\udc00", "😀\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00" })
        {
            Assert.That(() => ConnectorJson.ToText(new JArray(half)), Throws.TypeOf<FormatException>());
            Assert.That(() => ConnectorJson.ToText(new JObject { [half] = 1 }), Throws.TypeOf<FormatException>());
        }

        Assert.That(ConnectorJson.Parse(ConnectorJson.ToText(new JArray("ü😀x😀"))).ToString(), Does.Contain("ü😀x😀"));
    }

    [Test]
    public void Parse_LoneSurrogateInTheText_IsRefused() => Assert.That(() => ConnectorJson.Parse("\"\ud800\""), Throws.TypeOf<FormatException>());

    [Test]
    public void Parse_BytesThatAreNotUtf8_AreRefused()
    {
        Assert.That(() => ConnectorJson.Parse([(byte)'"', 0xff, (byte)'"']), Throws.TypeOf<FormatException>());
        Assert.That(() => ConnectorJson.Parse([(byte)'"', 0xed, 0xa0, 0x80, (byte)'"']), Throws.TypeOf<FormatException>());
        Assert.That(
            () => ConnectorJson.Parse([(byte)'{', (byte)'"', 0xc0, 0x80, (byte)'"', (byte)':', (byte)'1', (byte)'}']),
            Throws.TypeOf<FormatException>()
        );
    }

    [Test]
    public void Parse_SixtyFourLevels_AreTheMost()
    {
        string Nested(int depth) => new string('[', depth) + new string(']', depth);
        Assert.That(ConnectorJson.ToText(ConnectorJson.Parse(Nested(64))), Is.EqualTo(Nested(64)));
        Assert.That(() => ConnectorJson.Parse(Nested(65)), Throws.TypeOf<FormatException>());
        Assert.That(() => ConnectorJson.Parse(Nested(100_000)), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void ToBytes_EndlessNesting_IsRefusedBeforeTheStackEnds()
    {
        var deep = new JArray();
        for (var i = 0; i < 5_000; i++)
        {
            deep = new JArray { deep };
        }

        Assert.That(() => ConnectorJson.ToBytes(deep), Throws.TypeOf<FormatException>());
    }

    [TestCase("key \"{0}\" twice")]
    public void Parse_LongKeyTwice_IsCutInTheMessage(string unused)
    {
        var key = new string('k', 5_000);
        Assert.That(Assert.Throws<FormatException>(() => ConnectorJson.Parse($$"""{"{{key}}":1,"{{key}}":2}"""))!.Message, Has.Length.LessThan(300), unused);
    }

    [Test]
    public void Parse_DuplicatesAllowed_LetsTheLastWin() =>
        Assert.That(ConnectorJson.ToText(ConnectorJson.Parse("""{"a":1,"b":2,"a":3}"""u8, allowDuplicates: true)), Is.EqualTo("""{"a":3,"b":2}"""));

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void ToText_AnyValue_IsReadBackTheSame(int seed)
    {
        var value = Json.Value(seed);
        Assert.That(JToken.DeepEquals(ConnectorJson.Parse(ConnectorJson.ToText(value)), value), Is.True, ConnectorJson.ToText(value));
        Assert.That(JToken.DeepEquals(ConnectorJson.Parse(ConnectorJson.ToText(value, indented: true)), value), Is.True);
        Assert.That(ConnectorJson.ToBytes(value), Is.EqualTo(Encoding.UTF8.GetBytes(ConnectorJson.ToText(value))));
        Assert.That(ConnectorJson.CountBytes(value), Is.EqualTo(ConnectorJson.ToBytes(value).Length));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Parse_AnyInteger_KeepsItsValue(BigInteger value) =>
        Assert.That(
            ConnectorJson.ToText(ConnectorJson.Parse(value.ToString(CultureInfo.InvariantCulture))),
            Is.EqualTo(value.ToString(CultureInfo.InvariantCulture))
        );

    [Test]
    public void Parse_HugeInteger_KeepsItsValue()
    {
        var text = "1" + new string('0', 400) + "7";
        Assert.That(ConnectorJson.ToText(ConnectorJson.Parse(text)), Is.EqualTo(text));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void ToText_AnyFiniteDouble_IsReadBackAsTheSameNumber(FsCheck.NormalFloat value)
    {
        var read = (JValue)ConnectorJson.Parse(ConnectorJson.ToText(new JValue(value.Get)));
        Assert.That(Convert.ToDouble(read.Value, CultureInfo.InvariantCulture), Is.EqualTo(value.Get));
    }

    [TestCase("1.50", "1.5")]
    [TestCase("1e3", "1000")]
    [TestCase("0.1", "0.1")]
    [TestCase("1.7976931348623157E+308", "1.7976931348623157E+308")]
    [TestCase("5e-324", "5E-324")]
    public void Parse_Decimals_LeaveAsTheShortestSameNumber(string text, string expected) =>
        Assert.That(ConnectorJson.ToText(ConnectorJson.Parse(text)), Is.EqualTo(expected));

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void ToText_AnyString_IsReadBackOrRefused(FsCheck.NonNull<string> text)
    {
        var whole = new UTF8Encoding(false, true);
        try
        {
            whole.GetByteCount(text.Get);
        }
        catch (EncoderFallbackException)
        {
            Assert.That(() => ConnectorJson.ToText(new JValue(text.Get)), Throws.TypeOf<FormatException>());
            return;
        }

        Assert.That((string?)ConnectorJson.Parse(ConnectorJson.ToText(new JValue(text.Get))), Is.EqualTo(text.Get));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void ToBytes_NumberThatIsNone_IsRefused(object number)
    {
        Assert.That(() => ConnectorJson.ToBytes(new JArray(new JValue(number))), Throws.TypeOf<FormatException>());
        Assert.That(ConnectorJson.ToBytes(new JArray(1)), Is.EqualTo("[1]"u8.ToArray()), "a failure leaves nothing behind for the next value");
    }

    [Test]
    public void ToBytes_DotNetValues_AreWrittenAsTheirText()
    {
        var value = new JArray(
            new JValue(7),
            new JValue(18446744073709551615UL),
            new JValue(1.25m),
            new JValue(1.5f),
            new JValue(new DateTime(2026, 1, 31, 9, 30, 0, DateTimeKind.Utc)),
            new JValue(new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.FromHours(2))),
            new JValue(new Guid("01020304-0506-0708-090a-0b0c0d0e0f10")),
            new JValue(new Uri("https://example.com/a b")),
            new JValue(TimeSpan.FromSeconds(90)),
            new JValue(new byte[] { 1, 2, 255 }),
            JValue.CreateUndefined(),
            new JRaw("""{"a":[1]}""")
        );
        Assert.That(
            ConnectorJson.ToText(value),
            Is.EqualTo(
                """[7,18446744073709551615,1.25,1.5,"2026-01-31T09:30:00Z","2026-01-31T09:30:00+02:00","01020304-0506-0708-090a-0b0c0d0e0f10","https:"""
                    + """//example.com/a b","00:01:30","AQL/",null,{"a":[1]}]"""
            )
        );
    }

    [Test]
    public void ToBytes_AfterALargeValue_IsNotThatValue()
    {
        var large = new JObject { ["secret"] = new string('x', 3 << 20) };
        Assert.That(ConnectorJson.ToBytes(large), Has.Length.GreaterThan(3 << 20));
        Assert.That(Encoding.UTF8.GetString(ConnectorJson.ToBytes(new JObject { ["a"] = 1 })), Is.EqualTo("""{"a":1}"""));
        Assert.That(ConnectorJson.CountBytes(large), Is.GreaterThan(3 << 20));
        Assert.That(ConnectorJson.CountBytes(new JObject { ["a"] = 1 }), Is.EqualTo(7));
    }

    [TestCase("1")]
    [TestCase("[]")]
    [TestCase("null")]
    public void ParseObject_AnotherValue_IsRefused(string text)
    {
        Assert.That(() => ConnectorJson.ParseObject(text), Throws.TypeOf<FormatException>());
        Assert.That(() => ConnectorJson.ParseObject(Encoding.UTF8.GetBytes(text)), Throws.TypeOf<FormatException>());
    }
}
