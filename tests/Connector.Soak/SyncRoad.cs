using System.Text;
using CustomerIo.Connector.Sandbox;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Soak;

/// <summary>A table and the people of a workspace, which a sync keeps the same while both change: columns of the table's, and one of Customer.io's.</summary>
internal sealed class SyncRoad : IDisposable
{
    private const string Name = "sync";
    private readonly SqliteConnection _table;
    private readonly SandboxServer _sandbox;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Dictionary<string, (string Plan, string Score)> _expected = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _changes;

    /// <param name="folder">Where the table and the sync's file go.</param>
    /// <param name="sandbox">Where the people are; changes there do not pass through what fails.</param>
    public SyncRoad(string folder, SandboxServer sandbox)
    {
        _sandbox = sandbox;
        var file = Path.Combine(folder, "crm.db");
        _table = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=60");
        _table.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, score TEXT, changed INTEGER NOT NULL)");
        Folder = Directory.CreateDirectory(Path.Combine(folder, "syncs")).FullName;
        var sync = new JObject
        {
            ["name"] = Name,
            ["database"] = "sqlite:" + file,
            ["table"] = "people",
            ["updated"] = "changed",
            ["attributes"] = new JObject
            {
                ["plan"] = new JObject { ["column"] = "plan", ["conflict"] = "table" },
                ["score"] = new JObject { ["column"] = "score", ["conflict"] = "customerio" },
            },
            ["schedule"] = "5s",
        };
        File.WriteAllText(Path.Combine(Folder, "people.json"), sync.ToString());
    }

    /// <summary>The folder of the sync's file.</summary>
    public string Folder { get; }

    /// <summary>Changes rows and people, one after the other.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        var random = new Random(1);
        while (!end.IsCancellationRequested)
        {
            var (id, value) = ($"{Name}.{random.Next(300)}", $"v{++_changes}");
            var (plan, score) = _expected.GetValueOrDefault(id, ("", ""));
            if (plan.Length == 0 || random.Next(3) > 0)
            {
                Execute(
                    "INSERT INTO people (id, plan, changed) VALUES ($id, $value, unixepoch()) "
                        + "ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, changed = excluded.changed",
                    ("$id", id),
                    ("$value", value)
                );
                Expect(id, value, score);
            }
            else
            {
                using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(_sandbox.Url, $"/api/v1/customers/{id}"))
                {
                    Content = new StringContent($$"""{"score":"{{value}}"}""", Encoding.UTF8, "application/json"),
                };
                request.Headers.Authorization = new("Basic", Convert.ToBase64String("s:k"u8));
                using var response = await _http.SendAsync(request, CancellationToken.None);
                response.EnsureSuccessStatusCode();
                Expect(id, plan, value);
            }

            await Traffic.Wait(TimeSpan.FromMilliseconds(200), end);
        }
    }

    /// <summary>Compares both sides with what was written.</summary>
    /// <param name="isOver">Whether what differs is lost, and not just not there yet.</param>
    public Count Now(bool isOver, ICollection<string> examples)
    {
        KeyValuePair<string, (string Plan, string Score)>[] expected;
        Dictionary<string, (string Plan, string Score)> rows;
        lock (_lock)
        {
            (expected, rows) = ([.. _expected], Rows());
        }

        var count = new Count
        {
            Name = Name,
            Sent = _changes,
            Taken = expected.Length,
        };
        foreach (var (id, (plan, score)) in expected)
        {
            var attributes = _sandbox.Person(id)?["attributes"];
            var row = rows.GetValueOrDefault(id);
            if ((row.Plan, row.Score, (string?)attributes?["plan"] ?? "", (string?)attributes?["score"] ?? "") == (plan, score, plan, score))
            {
                count.Arrived++;
                continue;
            }

            count.Waiting++;
            if (isOver)
            {
                count.Lost++;
                examples.Add(
                    FormattableString.Invariant(
                        $"{id}: written {plan}/{score}, in the table {row.Plan}/{row.Score}, in Customer.io {attributes?["plan"]}/{attributes?["score"]}"
                    )
                );
            }
        }

        count.Doubled = isOver ? rows.Count - expected.Length : 0;
        return count;
    }

    public void Dispose()
    {
        _table.Dispose();
        _http.Dispose();
    }

    private void Expect(string id, string plan, string score)
    {
        lock (_lock)
        {
            _expected[id] = (plan, score);
        }
    }

    private Dictionary<string, (string Plan, string Score)> Rows()
    {
        using var command = _table.CreateCommand();
        command.CommandText = "SELECT id, coalesce(plan, ''), coalesce(score, '') FROM people";
        using var reader = command.ExecuteReader();
        var rows = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        while (reader.Read())
        {
            rows[reader.GetString(0)] = (reader.GetString(1), reader.GetString(2));
        }

        return rows;
    }

    private void Execute(string sql, params (string Name, object Value)[] parameters)
    {
        // Whoever looks reads over the same connection.
        using var held = _lock.EnterScope();
        using var command = _table.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
