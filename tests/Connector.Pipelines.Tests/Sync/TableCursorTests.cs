using System.Globalization;
using CustomerIo.Connector.Pipelines.Sync;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

public class TableCursorTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [TestCase(1767225600L, 1767222000L)]
    [TestCase(1767225600000L, 1767222000000L)]
    [TestCase(1767225600000000L, 1767222000000000L)]
    [TestCase(1767225600.75, 1767222000.0)]
    [TestCase(12345L, 2345L)]
    [TestCase("1767225600", "1767222000")]
    [TestCase("2026-01-01 00:00:00", "2025-12-31 23:00:00")]
    [TestCase("2026-01-01T00:30:00.123Z", "2025-12-31T23:30:00")]
    [TestCase("2026-01-01", "2025-12-31")]
    [TestCase("yesterday", "yesterday")]
    public void Before_GoesBackInTheUnitOfTheValue(object value, object wanted)
    {
        Assert.That(TableCursor.Before(value, s_hour), Is.EqualTo(wanted));
        Assert.That(TableCursor.Before(TableCursor.Read(TableCursor.Write(value)), s_hour), Is.EqualTo(wanted), "as it is remembered");
    }

    [TestCase(4102444800L, 1767225600L)]
    [TestCase(4102444800000L, 1767225600000L)]
    [TestCase(1767225599L, 1767225599L)]
    [TestCase(1767225599.123456, 1767225599.123456)]
    [TestCase("2099-01-01 00:00:00.5", "2026-01-01 00:00:00")]
    [TestCase("2025-12-31 23:59:59.987654", "2025-12-31 23:59:59.987654")]
    [TestCase("2026-01-01T02:00:00+02:00", "2026-01-01T02:00:00+02:00")]
    [TestCase("2026-01-01T02:00:01+02:00", "2026-01-01T02:00:00")]
    [TestCase("9999-12-31", "2026-01-01")]
    [TestCase(77L, 77L)]
    public void NotBeyond_EndsNow(object value, object wanted) =>
        Assert.That(TableCursor.NotBeyond(value, DateTimeOffset.Parse("2026-01-01T00:00:00Z", CultureInfo.InvariantCulture)), Is.EqualTo(wanted));

    [Test]
    public void Read_WhatOlderVersionsWrote() =>
        Assert.That(
            (TableCursor.Read("1767225600"), TableCursor.Read("2026-01-01 00:00:00+00")),
            Is.EqualTo(((object)1767225600L, (object)"2026-01-01 00:00:00+00"))
        );
}
