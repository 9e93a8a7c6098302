using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Tests.Tables;

/// <summary>The query of an import reads and does nothing else, however it is written.</summary>
public class ReadOnlyQueryTests : Bench
{
    private static readonly string[] s_writing =
    [
        "DELETE FROM p RETURNING id",
        "delete from p",
        "INSERT INTO p VALUES ('x') RETURNING id",
        "UPDATE p SET id = 'x' RETURNING id",
        "DROP TABLE p",
        "SELECT id FROM p; DELETE FROM p",
        "SELECT id FROM p;;DELETE FROM p;",
        "/* SELECT */ DELETE FROM p RETURNING id",
        "-- SELECT\nDELETE FROM p RETURNING id",
        "CREATE TABLE q AS SELECT 1 AS id",
        "",
        "  -- nothing",
    ];

    private static readonly string[] s_postgres =
    [
        "WITH d AS (DELETE FROM p RETURNING id) SELECT id FROM d ORDER BY id",
        "COPY p TO PROGRAM 'touch FILE'",
        "COPY (SELECT 1) TO PROGRAM 'touch FILE'",
        "SELECT 1 AS id; COPY p TO PROGRAM 'touch FILE'",
        "SELECT $a$ ; $a$ AS id; COPY p TO PROGRAM 'touch FILE'",
        "SELECT 1 AS id /* ' */; COPY p TO PROGRAM 'touch FILE' -- '",
        "SELECT id INTO q FROM p",
        "SELECT id FROM p FOR UPDATE",
        "SELECT nextval('s') AS id",
        "SELECT set_config('transaction_read_only', 'off', false) AS id, remove() AS x",
        "SELECT remove() AS id",
        "DO $$ BEGIN DELETE FROM p; END $$",
        "CALL remove_all()",
        "EXPLAIN ANALYZE DELETE FROM p",
        "COMMIT",
        "SELECT 1 AS id; COMMIT; DELETE FROM p",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "TRUNCATE p",
    ];

    private static readonly string[] s_sqlite =
    [
        "VACUUM INTO 'FILE'",
        "SELECT 1 AS id; VACUUM INTO 'FILE'",
        "/* /* */ VACUUM INTO 'FILE' -- */ SELECT",
        "ATTACH 'FILE' AS x",
        "SELECT 1 AS id; ATTACH 'FILE' AS x; CREATE TABLE x.t (a)",
        "PRAGMA user_version = 7",
        "WITH d AS (SELECT 1) DELETE FROM p RETURNING id",
        "REPLACE INTO p VALUES ('x')",
    ];

    [TestCase("postgres", false)]
    [TestCase("postgres", true)]
    [TestCase("sqlite", false)]
    [TestCase("sqlite", true)]
    public async Task WhatWrites_IsRefusedAndChangesNothing(string kind, bool dryRun)
    {
        var database = await CreateAsync(kind);
        var file = Path.Combine(Folder, "made.by.the.query");
        foreach (var query in s_writing.Concat(kind == "postgres" ? s_postgres : s_sqlite))
        {
            var request = new ImportRequest(ImportKind.People, database)
            {
                Query = query.Replace("FILE", file, StringComparison.Ordinal),
                DryRun = dryRun ? _ => { } : null,
            };
            var e = Assert.ThrowsAsync<ConnectorException>(() => new ImportJob(request, Connection, Folder, TimeProvider.System).RunAsync(default), query)!;
            Assert.That(e.Kind, Is.EqualTo(FailureKind.Input), $"{query}: {e.Message}");
            Assert.That(e.Message, Does.Contain("one statement that only reads"), query);
        }

        using var connection = Database.Parse(database)!.Open();
        Assert.That(connection.Query(r => r.GetString(0), "SELECT id FROM p ORDER BY id"), Is.EqualTo(new[] { "u1", "u2" }));
        Assert.That(
            connection.Query(r => 1, kind == "postgres" ? "SELECT 1 FROM pg_tables WHERE tablename = 'q'" : "SELECT 1 FROM sqlite_master WHERE name = 'q'"),
            Is.Empty
        );
        Assert.That((File.Exists(file), Sandbox.RequestCount), Is.EqualTo((false, 0L)));
    }

    [TestCase("postgres")]
    [TestCase("sqlite")]
    public async Task WhatReads_IsTaken(string kind)
    {
        var database = await CreateAsync(kind);
        string[] reading =
        [
            "SELECT id FROM p ORDER BY id",
            "  select id from p order by id ; ",
            "/* both */ (SELECT id FROM p)",
            "-- both\nSELECT id FROM p",
            "WITH a AS (SELECT id FROM p) SELECT * FROM a ORDER BY id",
            "SELECT id, ';' AS semicolon FROM p ORDER BY id -- ; DELETE FROM p",
            "SELECT id, 'DELETE' AS \"del;ete\" FROM p",
            .. kind == "postgres" ? (string[])["TABLE p", "SELECT id, $$;$$ AS x FROM p"] : [],
        ];
        foreach (
            var query in kind == "sqlite"
                ? reading.Where(q => !q.Contains('(', StringComparison.Ordinal) || q.StartsWith("WITH", StringComparison.Ordinal))
                : reading
        )
        {
            Assert.That((await ImportAsync(ImportKind.People, database, query: query)).Succeeded, Is.EqualTo(2), query);
        }
    }

    [Test]
    public async Task AColumnTwice_IsToldBeforeAnythingIsSent()
    {
        var database = await CreateAsync("sqlite");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, database, query: "SELECT id, id FROM p"))!;
        Assert.That((e.Kind, Sandbox.RequestCount), Is.EqualTo((FailureKind.Input, 0L)));
        Assert.That(e.Message, Does.Contain("\"id\" twice"));
    }

    [TestCase("SELECT id FROM p WHERE id = ?")]
    [TestCase("SELECT id FROM p WHERE id = @id")]
    public async Task AParameter_IsToldToBeFilled(string query)
    {
        var database = await CreateAsync("sqlite");
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, database, query: query))!;
        Assert.That((e.Kind, Sandbox.RequestCount), Is.EqualTo((FailureKind.Input, 0L)));
        Assert.That(e.Message, Does.Contain("Write its value into the query"));
    }

    private async Task<string> CreateAsync(string kind)
    {
        var database = kind == "postgres" ? "postgres:" + await Postgres.DatabaseAsync() : "sqlite:" + Path.Combine(Folder, "x.db");
        using var connection = Database.Parse(database)!.Open(create: true);
        connection.Execute("CREATE TABLE p (id TEXT)");
        connection.Execute("INSERT INTO p VALUES ('u1'), ('u2')");
        if (kind == "postgres")
        {
            connection.Execute("CREATE SEQUENCE s");
            connection.Execute("CREATE FUNCTION remove() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM p; RETURN 1; END $$");
            connection.Execute("CREATE PROCEDURE remove_all() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM p; END $$");
        }

        return database;
    }
}
