using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Tests.Stores;

public class NativeSqliteTests
{
    [TestCase(
        null,
        "This package brings no SQLite for linux-musl-x64, and the system has none. Install it: libsqlite3-0 on Debian and Ubuntu, sqlite-libs on Alpine."
    )]
    [TestCase(3_034_001, "This package brings no SQLite for linux-musl-x64, and the system's 3.34.1 is too old: 3.35 or newer.")]
    [TestCase(3_035_000, null)]
    public void ProblemOf_LibraryOfTheSystem_IsToldInOneSentence(int? version, string? problem) =>
        Assert.That(NativeSqlite.ProblemOf(version, "linux-musl-x64"), Is.EqualTo(problem));

    [Test]
    public void Connection_OnThisSystem_Opens()
    {
        using var connection = NativeSqlite.Connection("Data Source=:memory:");
        connection.Open();
        Assert.That(new Version(connection.ServerVersion), Is.AtLeast(new Version(3, 35)));
    }
}
