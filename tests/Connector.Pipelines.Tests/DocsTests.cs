using System.Text.RegularExpressions;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Export;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Sync;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests;

public partial class DocsTests : Bench
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "sync.md"));

    [Test]
    public async Task TheWorkedExample_DoesWhatItSays()
    {
        var database = "sqlite:" + Path.Combine(Folder, "crm.db");
        using (var connection = Database.Parse(database)!.Open(create: true))
        {
            connection.Execute(Blocks("sql").Single());
        }

        var file = Write("crm.json", Blocks("json").First().Replace("sqlite:crm.db", database, StringComparison.Ordinal));
        string[] sync = ["sync", "run", file, "--data", Folder];
        var first = await Tool.RunAsync(sync, Sandbox);
        Assert.That((first.Exit, (string?)Attributes("bob")["plan"], (long)Attributes("bob")["seats"]!), Is.EqualTo((0, "pro", 12L)), first.ToString());
        using (var connection = Database.Parse(database)!.Open())
        {
            connection.Execute("UPDATE customers SET plan = 'pro' WHERE id = 'ada'");
        }

        await Tool.RunAsync(["run", "identify", "--set", "id=bob", "--set", "customerData.plan=ultra"], Sandbox);
        var second = await Tool.RunAsync(sync, Sandbox);
        Assert.That((second.Exit, (string?)Attributes("ada")["plan"]), Is.EqualTo((0, "pro")), second.ToString());
        using (var connection = Database.Parse(database)!.Open())
        {
            Assert.That(
                connection.Query(r => $"{r.GetString(0)}|{r.GetString(1)}", "SELECT id, plan FROM customers ORDER BY id"),
                Is.EqualTo(new[] { "ada|pro", "bob|ultra" })
            );
        }
    }

    [Test]
    public void TheOtherFiles_CanBeRead()
    {
        Assert.That(SyncFile.Read(Write("vip.json", Blocks("json").ElementAt(1))).Segment, Is.EqualTo("VIP"));
        Assert.That(ImportMap.Read(Write("map.json", Blocks("json").ElementAt(2)), ImportKind.People).Attributes, Has.Count.EqualTo(4));
    }

    [Test]
    public void TheTablesOfExports_AreWhatTheCodeMakes()
    {
        var rows = TableRow().Matches(s_text).ToDictionary(m => m.Groups["what"].Value, m => m.Groups["columns"].Value);
        Assert.That(rows.Keys, Is.EqualTo(Datasets.All.Select(d => d.Name)));
        foreach (var dataset in Datasets.All)
        {
            var columns = rows[dataset.Name].Split(';')[0].Split(", ").Select(c => c.Split(' ')[0]).ToArray();
            Assert.That(columns.Select(c => c.Trim('*')), Is.EqualTo(dataset.Columns.Select(c => c.Name)), dataset.Name);
            Assert.That(columns.Where(c => c.StartsWith('*')).Select(c => c.Trim('*')), Is.EqualTo(dataset.Key), dataset.Name);
        }
    }

    [TestCase("import-map")]
    [TestCase("sync")]
    public void EveryKey_IsDescribed(string schema)
    {
        var keys = ((JObject)Catalogue.Embedded.FileSchema(schema)["properties"]!).Properties().Select(p => p.Name);
        Assert.That(keys.Where(k => k != "$schema" && !s_text.Contains($"| `{k}` |", StringComparison.Ordinal)), Is.Empty);
        Assert.That(s_text, Does.Contain($"(../manifest/schema/{schema}.schema.json)"));
    }

    private static IEnumerable<string> Blocks(string language) =>
        Block().Matches(s_text).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["text"].Value);

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\| `(?<what>[a-z-]+)` \| (?<columns>[^|]*\*\*[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
