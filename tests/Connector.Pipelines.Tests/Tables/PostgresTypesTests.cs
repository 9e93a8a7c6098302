using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Tables;

/// <summary>What PostgreSQL can hold and .NET cannot comes as PostgreSQL writes it.</summary>
public class PostgresTypesTests : Bench
{
    private static Task<string>? s_database;

    [TestCase("'0044-03-15 BC'::date", "\"0044-03-15 BC\"")]
    [TestCase("'2024-01-31'::date", "\"2024-01-31\"")]
    [TestCase("'infinity'::date", "\"infinity\"")]
    [TestCase("'12026-01-01 00:00:00+00'::timestamptz AT TIME ZONE 'UTC'", "\"12026-01-01 00:00:00\"")]
    [TestCase("'-infinity'::timestamptz", "\"-infinity\"")]
    [TestCase("'2024-01-31 10:30:00.500+01'::timestamptz", "\"2024-01-31T09:30:00.5Z\"")]
    [TestCase("'1890-01-01 00:00:00+00'::timestamptz", "\"1890-01-01T00:00:00Z\"")]
    [TestCase("'2024-01-31 10:30:00'::timestamp", "\"2024-01-31T10:30:00\"")]
    [TestCase("'0044-03-15 12:00 BC'::timestamp", "\"0044-03-15 12:00:00 BC\"")]
    [TestCase("'24:00'::time", "\"24:00:00\"")]
    [TestCase("'1 year 2 mons 3 days 04:05:06.7'::interval", "\"1 year 2 mons 3 days 04:05:06.7\"")]
    [TestCase("12345678901234567890123456789012345678901234567890::numeric", "12345678901234567890123456789012345678901234567890")]
    [TestCase("1.50::numeric", "1.50")]
    [TestCase("'NaN'::numeric", "\"NaN\"")]
    [TestCase("0.1::real", "0.1")]
    [TestCase("1e20::float8", "1e+20")]
    [TestCase("'-Infinity'::float8", "\"-Infinity\"")]
    [TestCase("9007199254740993::bigint", "9007199254740993")]
    [TestCase("true", "true")]
    [TestCase("ROW(1, 'a b')", "\"(1,\\\"a b\\\")\"")]
    [TestCase("ROW('x', 2)::pair", "\"(x,2)\"")]
    [TestCase("'sad'::mood", "\"sad\"")]
    [TestCase("int4range(1, 5)", "\"[1,5)\"")]
    [TestCase("B'1010'", "\"1010\"")]
    [TestCase("B'1'::bit(1)", "\"1\"")]
    [TestCase("'$1,234.50'::money", "1234.50")]
    [TestCase("ARRAY[1, 2, NULL]", "[1,2,null]")]
    [TestCase("ARRAY['a\"b', 'c,d', 'NULL', 'e\\f', '']", "[\"a\\\"b\",\"c,d\",\"NULL\",\"e\\\\f\",\"\"]")]
    [TestCase("ARRAY[[1, 2], [3, 4]]", "[[1,2],[3,4]]")]
    [TestCase("'[5:6]={1.5,NaN}'::float8[]", "[1.5,\"NaN\"]")]
    [TestCase("'{}'::int[]", "[]")]
    [TestCase("ARRAY[true, false]", "[true,false]")]
    [TestCase("ARRAY['0044-03-15 BC'::date, '2024-01-31']", "[\"0044-03-15 BC\",\"2024-01-31\"]")]
    [TestCase("ARRAY['{\"a\":[1]}'::jsonb]", "[{\"a\":[1]}]")]
    [TestCase("ARRAY[box(point(0,0),point(1,1))]", "[\"(1,1),(0,0)\"]")]
    [TestCase("'{\"a\":[1,null]}'::jsonb", "{\"a\": [1, null]}")]
    [TestCase("'{\"a\": 1}'::json", "{\"a\": 1}")]
    [TestCase("'\\xDEADBEEF'::bytea", "\"3q2+7w==\"")]
    [TestCase("'6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b'::uuid", "\"6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b\"")]
    [TestCase("'10.0.0.1/24'::inet", "\"10.0.0.1/24\"")]
    [TestCase("'08:00:2b:01:02:03'::macaddr", "\"08:00:2b:01:02:03\"")]
    [TestCase("point(1, 2.5)", "\"(1,2.5)\"")]
    [TestCase("'a & b'::tsquery", "\"'a' & 'b'\"")]
    [TestCase("'a'::char(3)", "\"a  \"")]
    [TestCase("'<a/>'::xml", "\"<a/>\"")]
    [TestCase("7::even", "7")]
    public async Task AValue_ComesAsPostgresWritesIt(string value, string json)
    {
        var database = await CreateAsync();
        var result = await ImportAsync(ImportKind.People, database, query: $"SELECT 'u1' AS id, {value} AS v");
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((1L, 0L)), string.Join('\n', result.Examples));
        var sent = System.Text.Encoding.UTF8.GetString(await DryRunAsync(database, $"SELECT 'u1' AS id, {value} AS v"));
        Assert.That(sent, Does.Contain($"\"attributes\":{{\"v\":{json}}}"));
    }

    [Test]
    public async Task OneBadValue_IsItsRowsProblemAlone()
    {
        // In a database that checks no encoding a text may be anything.
        var database = "postgres:" + await Postgres.DatabaseAsync("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        const string query =
            "SELECT 'u' || n AS id, CASE WHEN n = 1500 THEN convert_from('\\xff', 'SQL_ASCII') ELSE 'fine' END AS name FROM "
            + "generate_series(1, 3000) n ORDER BY n";
        var errors = Path.Combine(Folder, "errors.jsonl");
        var result = await ImportAsync(ImportKind.People, database, query: query, errors: errors);
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((2999L, 1L)), string.Join('\n', result.Examples));
        Assert.That((long)JObject.Parse(File.ReadAllText(errors))["_row"]!, Is.EqualTo(1500));
    }

    [Test]
    public async Task AnErrorInTheMiddle_IsToldAndWhatCameBeforeIsKept()
    {
        var database = await CreateAsync();
        var e = Assert.ThrowsAsync<ConnectorException>(() =>
            ImportAsync(ImportKind.People, database, query: "SELECT 'u' || n AS id, 1 / (9000 - n) AS v FROM generate_series(1, 10000) n ORDER BY n")
        )!;
        Assert.That((e.Kind, e.Message), Is.EqualTo((FailureKind.Input, "The query failed: division by zero.")));
    }

    private async Task<byte[]> DryRunAsync(string database, string query)
    {
        byte[] sent = [];
        await new ImportJob(
            new ImportRequest(ImportKind.People, database) { Query = query, DryRun = body => sent = body.ToArray() },
            Connection,
            Folder,
            TimeProvider.System
        ).RunAsync(default);
        return sent;
    }

    private static Task<string> CreateAsync() => s_database ??= MakeAsync();

    private static async Task<string> MakeAsync()
    {
        var database = "postgres:" + await Postgres.DatabaseAsync();
        using var connection = Database.Parse(database)!.Open();
        connection.Execute("CREATE TYPE pair AS (a text, b int)");
        connection.Execute("CREATE TYPE mood AS ENUM ('sad', 'ok')");
        connection.Execute("CREATE DOMAIN even AS int");
        return database;
    }
}
