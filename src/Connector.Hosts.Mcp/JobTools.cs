using System.Text.Json;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Protocol;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The tools that move whole tables: an import, and one run of a sync. Their files are those of the machine that the runner is on.</summary>
internal static class JobTools
{
    public const string Import = "run-import";
    public const string Sync = "run-sync";

    /// <summary>Names of these tools, in the order they are listed.</summary>
    public static readonly string[] Names = [Import, Sync];

    /// <summary>The inputs of a tool.</summary>
    public static JObject Input(string tool) => tool == Import ? Json(
        """
        {
          "type": "object",
          "required": ["kind", "from"],
          "additionalProperties": false,
          "properties": {
            "kind": { "type": "string", "enum": ["people", "events", "objects", "relationships", "segment-members"], "description": "What the rows are." },
            "from": { "type": "string", "minLength": 1, "description": "A .csv or .jsonl file, sqlite:FILE, postgres:CONNECTION, or env:NAME of a variable that holds a database." },
            "query": { "type": "string", "description": "With a database: the rows to import, with an ORDER BY." },
            "map": { "type": "string", "description": "A JSON file that says what the columns mean." },
            "errors": { "type": "string", "description": "Writes bad rows to this file, each with its reason." },
            "throttle": { "type": "number", "minimum": 0.1, "maximum": 100000, "description": "Rows a second; empty means as fast as Customer.io takes them." },
            "job": { "type": "string", "description": "The job's name in the journal; empty means made of the kind and the source." },
            "resume": { "type": "boolean", "description": "Goes on where the job of this name was stopped.", "default": false },
            "dryRun": { "type": "boolean", "description": "Checks every row and sends nothing.", "default": false }
          }
        }
        """) : Json(
        """
        {
          "type": "object",
          "required": ["file"],
          "additionalProperties": false,
          "properties": {
            "file": { "type": "string", "minLength": 1, "description": "The sync's file, such as syncs/people.json." }
          }
        }
        """);

    /// <summary>The tools as <c>tools/list</c> shows them.</summary>
    public static IEnumerable<Tool> All() =>
    [
        new()
        {
            Name = Import,
            Title = "Run Import",
            Description = "Imports people, events, objects, relationships or segment members from a file or database of this machine, and tells how far it is.",
            InputSchema = Element(Input(Import)),
            OutputSchema = Element(Json(
                """
                {
                  "type": "object",
                  "required": ["job", "rows", "succeeded", "failed", "problems", "notes"],
                  "properties": {
                    "job": { "type": "string", "description": "The job's name, to resume it by." },
                    "rows": { "type": "integer" },
                    "succeeded": { "type": "integer" },
                    "failed": { "type": "integer" },
                    "problems": { "type": "array", "items": { "type": "string" }, "description": "The first bad rows." },
                    "notes": { "type": "array", "items": { "type": "string" } }
                  }
                }
                """)),
            Annotations = new ToolAnnotations { ReadOnlyHint = false, DestructiveHint = true, IdempotentHint = false, OpenWorldHint = true },
        },
        new()
        {
            Name = Sync,
            Title = "Run Sync",
            Description = "Runs a sync of this machine once: makes a table and people, or a query and a segment, the same, and tells how far it is.",
            InputSchema = Element(Input(Sync)),
            OutputSchema = Element(Json(
                """
                {
                  "type": "object",
                  "required": ["sync", "read", "written", "pushed", "pulled", "deleted", "skipped", "failed", "conflicts", "problems"],
                  "properties": {
                    "sync": { "type": "string" },
                    "read": { "type": "integer" },
                    "written": { "type": "integer" },
                    "pushed": { "type": "integer", "description": "Written to Customer.io." },
                    "pulled": { "type": "integer", "description": "Written to the table." },
                    "deleted": { "type": "integer" },
                    "skipped": { "type": "integer" },
                    "failed": { "type": "integer" },
                    "conflicts": { "type": "integer", "description": "Attributes that both sides had changed." },
                    "problems": { "type": "array", "items": { "type": "string" }, "description": "The first failures." }
                  }
                }
                """)),
            Annotations = new ToolAnnotations { ReadOnlyHint = false, DestructiveHint = true, IdempotentHint = true, OpenWorldHint = true },
        },
    ];

    private static JObject Json(string text) => ConnectorJson.ParseObject(text);

    private static JsonElement Element(JObject value) => JsonElement.Parse(ConnectorJson.ToBytes(value));
}
