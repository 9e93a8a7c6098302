using CustomerIo.Connector.Pipelines.Export;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Tests.Tables;

/// <summary>What people see of a database: its host and name, nothing of who opens it and how.</summary>
public class DatabaseTests : Bench
{
    [TestCase("postgres://me:secret@h/db", "postgres://h/db")]
    [TestCase("postgresql://me:secret@h:5433/db?sslmode=require&password=secret", "postgres://h/db")]
    [TestCase("POSTGRES://me:secret@h/db", "postgres://h/db")]
    [TestCase("postgres:Host=h;Username=me;Password=secret;Database=db", "postgres://h/db")]
    [TestCase("postgres://me:12/secret@h/db", "postgres://h/db")]
    [TestCase("postgres://me:12#secret@h/db", "postgres://h/db")]
    [TestCase("postgres://me:secret?x@h/db", "postgres://h/db")]
    [TestCase("mysql://me:secret@h/db?password=secret", "mysql://h/db…")]
    [TestCase("pg:Host=h;Password=secret;", "pg:…")]
    [TestCase("Host=h;Username=me;Password=secret", "Host=h;Username=me;…")]
    [TestCase("sqlite:/data/people.db", "sqlite:/data/people.db")]
    [TestCase("/data/people@home.csv", "/data/people@home.csv")]
    public void ItsName_HoldsNothingSecret(string given, string name) => Assert.That(Database.NameOf(given), Is.EqualTo(name));

    [Test]
    public async Task NoMessage_TellsUserOrPassword()
    {
        var server = new Npgsql.NpgsqlConnectionStringBuilder(await Postgres.DatabaseAsync());
        var crm = $"postgres://tester:s3cret@127.0.0.1:{server.Port}/{server.Database}";
        Environment.SetEnvironmentVariable("TABLES_TEST_CRM", $"postgres://nobody:s3cret@127.0.0.1:{server.Port}/{server.Database}");
        string[] froms =
        [
            crm,
            crm + "x",
            crm.Replace("tester", "nobody", StringComparison.Ordinal),
            $"postgres://tester:s3cret@127.0.0.1:9/{server.Database}",
            "mysql://tester:s3cret@h/db",
            "postgres://tester:12/s3cret@h/db",
            "env:TABLES_TEST_CRM",
        ];
        var messages = new List<string>();
        foreach (var from in froms)
        {
            foreach (var query in (string[])["SELECT nope FROM nowhere ORDER BY 1", "SELECT 1 AS plan ORDER BY 1", "DELETE FROM nowhere"])
            {
                messages.Add(Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.People, from, query: query), from)!.Message);
            }

            messages.Add(
                Assert
                    .ThrowsAsync<ConnectorException>(
                        () => ImportAsync(ImportKind.People, from, """{"attributes":{"a":"nope"}}""", query: "SELECT 1 AS id ORDER BY 1"),
                        from
                    )!
                    .Message
            );
            if (from != crm)
            {
                var export = new ExportJob(new ExportRequest(Datasets.All[0], from) { Table = "x" }, Connection, Folder, TimeProvider.System);
                messages.Add(Assert.ThrowsAsync<ConnectorException>(() => export.RunAsync(default), from)!.Message);
            }
        }

        Assert.That(
            messages.Where(m =>
                m.Contains("s3cret", StringComparison.Ordinal)
                || m.Contains("tester", StringComparison.Ordinal)
                || m.Contains("nobody", StringComparison.Ordinal)
                || System.Text.RegularExpressions.Regex.IsMatch(m, "://[^/ ]*@")
            ),
            Is.Empty
        );
        Assert.That(messages.Where(m => m.Contains("env:TABLES_TEST_CRM", StringComparison.Ordinal)), Is.Not.Empty);
        Assert.That(
            messages.Where(m => m.Contains("TABLES_TEST_CRM", StringComparison.Ordinal) && m.Contains(server.Database!, StringComparison.Ordinal)),
            Is.Empty
        );
    }
}
