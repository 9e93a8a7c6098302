using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Cli.Tests;

public class SqliteFileTests
{
    private const string Table = "CREATE TABLE t (n INTEGER PRIMARY KEY)";

    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("sqlite-file").FullName;

    [TearDown]
    public void TearDown()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task WriteAsync_ManyAtOnceWithSomeThatThrow_KeepsExactlyTheOthers()
    {
        await using var file = SqliteFile.Open(Path.Combine(_folder, "a", "x.db"), Table);
        var failed = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 2_000)
                .Select(async n =>
                {
                    try
                    {
                        await file.WriteAsync(c =>
                        {
                            c.Execute("INSERT INTO t VALUES (@0)", n);
                            if (n % 100 == 7)
                            {
                                throw new InvalidOperationException("no");
                            }
                        });
                    }
                    catch (InvalidOperationException)
                    {
                        Interlocked.Increment(ref failed);
                    }
                })
        );
        using var reader = file.Read();
        Assert.That((failed, reader.Value("SELECT count(*) FROM t"), reader.Value("SELECT count(*) FROM t WHERE n % 100 = 7")), Is.EqualTo((20, 1_980L, 0L)));
    }

    [Test]
    public async Task WriteAsync_OneAloneThatThrows_FailsAndTheNextIsKept()
    {
        await using var file = SqliteFile.Open(Path.Combine(_folder, "x.db"), Table);
        Assert.That(
            async () => await file.WriteAsync(_ => throw new InvalidOperationException("no")),
            Throws.InvalidOperationException.With.Message.EqualTo("no")
        );
        Assert.That(await file.WriteAsync(c => c.Execute("INSERT INTO t VALUES (1)")), Is.EqualTo(1));
    }

    [Test]
    public async Task Open_OlderTables_AreBroughtUpToDateAndKeepTheirRows()
    {
        var path = Path.Combine(_folder, "x.db");
        await using (var old = SqliteFile.Open(path, Table))
        {
            await old.WriteAsync(c => c.Execute("INSERT INTO t VALUES (1)"));
        }

        await using (var file = SqliteFile.Open(path, Table, "ALTER TABLE t ADD COLUMN name TEXT"))
        {
            using var reader = file.Read();
            Assert.That(reader.Rows(r => (r.GetInt64(0), r.IsDBNull(1)), "SELECT n, name FROM t").ToList(), Is.EqualTo(new[] { (1L, true) }));
        }

        Assert.That(() => SqliteFile.Open(path, Table), Throws.TypeOf<ConnectorException>().With.Message.Contains("newer version"));
    }

    [Test]
    public void Open_NotSuchAFile_SaysWhichAndWhy()
    {
        var path = Path.Combine(_folder, "x.db");
        File.WriteAllText(path, new string('x', 5_000));
        Assert.That(
            () => SqliteFile.Open(path, Table),
            Throws.TypeOf<ConnectorException>().With.Message.Contains(path).And.Property("Kind").EqualTo(FailureKind.Input)
        );
    }
}
