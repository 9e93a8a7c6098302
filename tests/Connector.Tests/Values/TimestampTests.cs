using System.Globalization;
using System.Numerics;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Values;

public class TimestampTests
{
    [TestCase("0", 0)]
    [TestCase("1769851800", 1769851800)]
    [TestCase("1769851800.0", 1769851800)]
    [TestCase("\"1769851800\"", 1769851800)]
    [TestCase("99999999999", 99999999999)]
    [TestCase("100000000000", 100000000)]
    [TestCase("1769851800999", 1769851800)]
    [TestCase("\"1769851800999\"", 1769851800)]
    [TestCase("\"2026-01-31T09:30:00Z\"", 1769851800)]
    [TestCase("\"2026-01-31T09:30:00.1Z\"", 1769851800)]
    [TestCase("\"2026-01-31T09:30:00.999999999Z\"", 1769851800)]
    [TestCase("\"2026-01-31T11:30:00+02:00\"", 1769851800)]
    [TestCase("\"2026-01-31T04:00:00.5-05:30\"", 1769851800)]
    [TestCase("\"2026-01-31T15:00:00+0530\"", 1769851800)]
    [TestCase("\"2024-02-29T00:00:00Z\"", 1709164800)]
    public void TryRead_TimeInAnyForm_IsWholeSeconds(string json, long expected)
    {
        Assert.That(Timestamp.TryRead(ConnectorJson.Parse(json), out var seconds, out _), Is.True);
        Assert.That(seconds, Is.EqualTo(expected));
    }

    [TestCase("\"\"")]
    [TestCase("\"now\"")]
    [TestCase("\"2026-01-31\"")]
    [TestCase("\"2026-01-31T09:30:00\"")]
    [TestCase("\"2026-01-31 09:30:00Z\"")]
    [TestCase("\"2026-01-31T09:30Z\"")]
    [TestCase("\"2026-01-31T09:30:00.Z\"")]
    [TestCase("\"2026-01-31T09:30:00.1234567890Z\"")]
    [TestCase("\"2026-02-30T09:30:00Z\"")]
    [TestCase("\"2026-01-31T24:30:00Z\"")]
    [TestCase("\"2026-01-31T09:30:00+25:00\"")]
    [TestCase("\"2026-01-31T09:30:00Z\\n\"")]
    [TestCase("\" 1769851800\"")]
    [TestCase("\"-5\"")]
    [TestCase("\"1769851800.5\"")]
    [TestCase("\"１７６９８５１８００\"")]
    [TestCase("\"9999999999999999999\"")]
    [TestCase("1769851800.5")]
    [TestCase("-1")]
    [TestCase("1e300")]
    [TestCase("999999999999999999")]
    [TestCase("99999999999999999999999")]
    [TestCase("true")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    public void TryRead_AnythingElse_IsRefused(string json) => Assert.That(Timestamp.TryRead(ConnectorJson.Parse(json), out _, out _), Is.False);

    [FsCheck.NUnit.Property]
    public void TryRead_AnyTime_IsTheSameInEveryForm(uint seconds, short offsetMinutes)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).ToOffset(TimeSpan.FromMinutes(offsetMinutes % 840));
        JToken[] forms =
        [
            seconds,
            seconds.ToString(CultureInfo.InvariantCulture),
            time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
            new JValue(time),
            new JValue(time.UtcDateTime),
        ];
        foreach (var form in forms)
        {
            Assert.That(
                Timestamp.TryRead(form, out var read, out var milliseconds) ? (read, milliseconds) : (-1, true),
                Is.EqualTo(((long)seconds, false)),
                form.ToString()
            );
        }
    }

    [FsCheck.NUnit.Property]
    public void TryRead_AnyInteger_IsATimeUpToTheYear9999(BigInteger number)
    {
        var value = BigInteger.Abs(number);
        var read = Timestamp.TryRead(ConnectorJson.Parse(value.ToString(CultureInfo.InvariantCulture)), out var seconds, out var milliseconds);
        Assert.That(milliseconds, Is.EqualTo(value >= 100_000_000_000 && value <= long.MaxValue));
        Assert.That(read, Is.EqualTo(value < 253_402_300_800_000));
        Assert.That(!read || seconds == (value >= 100_000_000_000 ? value / 1000 : value), Is.True);
    }

    [Test]
    public void IsoWithZ_IsReadAsTheSameWithAnOffset()
    {
        string[] texts =
        [
            "2026-01-31T09:30:00",
            "0001-01-01T00:00:00",
            "0000-01-01T00:00:00",
            "9999-12-31T23:59:59",
            "1969-12-31T23:59:59",
            "2024-02-29T00:00:00",
            "2026-02-29T00:00:00",
            "2026-00-10T00:00:00",
            "2026-13-10T00:00:00",
            "2026-04-31T00:00:00",
            "2026-04-00T00:00:00",
            "2026-04-01T24:00:00",
            "2026-04-01T23:60:00",
            "2026-04-01T23:59:60",
            "2026-04-01 23:59:59",
            "2026-04-01t23:59:59",
            "2026/04/01T23:59:59",
            "2026-04-01T23.59.59",
            "2026-04-01T2a:59:59",
            "2026-04-01T-1:59:59",
            "2026-04-01T23:59:5٣",
        ];
        foreach (var text in texts.SelectMany(t => (string[])[t, t + ".", t + ".1", t + ".123456789", t + ".1234567890", t + ".12a", t + "1", t + " "]))
        {
            var asOffset = (Timestamp.TryRead(text + "+00:00", out var expected, out _), expected);
            Assert.That((Timestamp.TryRead(text + "Z", out var seconds, out _), seconds), Is.EqualTo(asOffset), text);
        }
    }
}
