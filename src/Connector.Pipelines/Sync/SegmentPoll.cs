using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Actions.Segments;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Export;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>A poll as it was asked for: the inputs of the job <c>run-segment-poll</c>.</summary>
/// <param name="Segment">The segment, by name or number.</param>
/// <param name="TellFirst">Whether all members entered where nothing is remembered.</param>
/// <param name="Poll">A name for what is remembered; null for the segment's own.</param>
internal sealed record SegmentPollRequest(string Segment, bool TellFirst = false, string? Poll = null)
{
    public static SegmentPollRequest Of(InputValues values) =>
        new(ConnectorJson.ScalarText(values["segment"]!), (bool?)values["tellFirst"] == true, (string?)values["poll"] is { Length: > 0 } poll ? poll : null);
}

/// <summary>Who entered and who left a segment since the last time: its members are compared with those that are remembered in the data folder.</summary>
internal sealed class SegmentPoll(CustomerIoConnector connector, Connection connection, string data, TimeProvider time)
{
    private const string FileName = "segments.db",
        Tables =
            """
                CREATE TABLE poll (name TEXT PRIMARY KEY) WITHOUT ROWID;
                CREATE TABLE member (poll TEXT NOT NULL, key TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (poll, key)) WITHOUT ROWID
                """;

    private long _read;

    /// <summary>How many members were read so far.</summary>
    public long Read => Interlocked.Read(ref _read);

    /// <returns>The result as the job describes it.</returns>
    /// <exception cref="ConnectorException">The segment cannot be read, or its members not be remembered; then nothing was told, and the next time
    /// tells it.</exception>
    public async Task<JObject> RunAsync(SegmentPollRequest request, CancellationToken ct)
    {
        var number = await new Segments(connector, connection).NumberAsync(request.Segment, SegmentUse.Any, ct).ConfigureAwait(false);
        var members = new Dictionary<string, JObject>(StringComparer.Ordinal);
        var pages = new ExportReader(connector, connection, null, time).PagesAsync(
            "list-segment-members",
            new JObject { ["segment"] = number },
            "identifiers",
            30_000,
            ct
        );
        await foreach (var page in pages.ConfigureAwait(false))
        {
            foreach (var member in page)
            {
                var person = new JObject
                {
                    ["id"] = member["id"],
                    ["email"] = member["email"],
                    ["cio_id"] = member["cio_id"],
                };
                members[(string?)member["cio_id"] ?? ConnectorJson.ToText(person)] = person;
            }

            Interlocked.Exchange(ref _read, members.Count);
        }

        await using var file = SqliteFile.Open(Path.Combine(data, FileName), Tables);
        return await file.WriteAsync(db => Compare(db, request, number, members), ct).ConfigureAwait(false);
    }

    private JObject Compare(DbConnection db, SegmentPollRequest request, string number, Dictionary<string, JObject> members)
    {
        var name = Name(number, request.Poll);
        var isFirst = db.Execute("INSERT INTO poll (name) VALUES (@0) ON CONFLICT (name) DO NOTHING", name) == 1;
        var known = db.Query(r => (Key: r.GetString(0), Person: r.GetString(1)), "SELECT key, person FROM member WHERE poll = @0", name)
            .ToDictionary(m => m.Key, m => m.Person);
        var (entered, left) = (members.Where(m => !known.ContainsKey(m.Key)).ToArray(), known.Where(m => !members.ContainsKey(m.Key)).ToArray());
        foreach (var (key, person) in entered)
        {
            db.Execute("INSERT INTO member (poll, key, person) VALUES (@0, @1, @2)", name, key, ConnectorJson.ToText(person));
        }

        foreach (var (key, _) in left)
        {
            db.Execute("DELETE FROM member WHERE poll = @0 AND key = @1", name, key);
        }

        return new JObject
        {
            ["segment"] = number,
            ["first"] = isFirst,
            ["members"] = members.Count,
            ["entered"] = isFirst && !request.TellFirst ? [] : new JArray(entered.Select(m => m.Value)),
            ["left"] = new JArray(left.Select(m => ConnectorJson.ParseObject(m.Value))),
        };
    }

    // Two workspaces may number their segments alike; the keys themselves are not kept.
    private string Name(string number, string? poll)
    {
        var workspace = Encoding.UTF8.GetBytes($"{connection.BaseUrl}\n{connection.SiteId ?? connection.AppApiKey}");
        return $"{Convert.ToHexStringLower(SHA256.HashData(workspace))[..16]}/{number}/{poll}";
    }
}
