using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>Puts <c>--set a.b=v</c> and <c>--set a.b:=json</c> into an input.</summary>
internal static class SetValue
{
    /// <summary>So much of a name is shown in a message.</summary>
    private const int MaxNameLength = 100;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the text has no equals sign or no name, or its JSON is wrong.</exception>
    public static void Apply(JObject input, string text, ActionManifest manifest)
    {
        var (path, value, forced) = Split(text);
        if (path.Count > ConnectorJson.MaxDepth)
        {
            throw TooDeep(text);
        }

        var at = input;
        var schema = manifest.Input;
        for (var i = 0; i < path.Count - 1; i++)
        {
            schema = Below(schema, path[i]);
            at = at[path[i]] as JObject ?? (JObject)(at[path[i]] = new JObject())!;
        }

        schema = Below(schema, path[^1]);
        var leaf = forced ? Json(value, text) : Guess(value, schema);
        at[path[^1]] = path.Count + Depth(leaf) <= ConnectorJson.MaxDepth ? leaf : throw TooDeep(text);
    }

    private static (IReadOnlyList<string> Path, string Value, bool Forced) Split(string text)
    {
        var path = new List<string>();
        var name = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when i + 1 < text.Length && text[i + 1] is '.' or '\\' or '=':
                    name.Append(text[++i]);
                    break;
                case '.':
                    path.Add(name.ToString());
                    name.Clear();
                    break;
                case '=':
                    var forced = name is [.., ':'];
                    path.Add(name.ToString(0, forced ? name.Length - 1 : name.Length));
                    return path.Any(p => p.Length == 0) ? throw Bad(text, "has an empty name") : (path, text[(i + 1)..], forced);
                default:
                    name.Append(text[i]);
                    break;
            }
        }

        throw Bad(text, "has no equals sign");
    }

    // Where a text fits it stays a text; where anything goes, what reads as JSON is JSON: 49 is a number, 007 is not.
    private static JToken Guess(string value, JObject? schema)
    {
        var types = schema?["type"] switch
        {
            JArray many => many.Select(t => (string)t!).ToArray(),
            JValue one => [(string)one!],
            _ => [],
        };
        if (types.Contains("string", StringComparer.Ordinal))
        {
            return value;
        }

        try
        {
            return ConnectorJson.Parse(value);
        }
        catch (FormatException)
        {
            return value;
        }
    }

    private static int Depth(JToken value) => value is JContainer container ? (value is JProperty ? 0 : 1) + container.Select(Depth).DefaultIfEmpty().Max() : 0;

    private static ConnectorException TooDeep(string text) => Bad(text, $"nests deeper than {ConnectorJson.MaxDepth} levels");

    private static JObject? Below(JObject? schema, string name) => schema?["properties"]?[name] as JObject ?? schema?["additionalProperties"] as JObject;

    private static JToken Json(string value, string text)
    {
        try
        {
            return ConnectorJson.Parse(value);
        }
        catch (FormatException e)
        {
            throw Bad(text, "is not JSON after := (" + e.Message.TrimEnd('.') + ")");
        }
    }

    private static ConnectorException Bad(string text, string why)
    {
        var name = text.Split('=')[0];
        name = name.Length <= MaxNameLength ? name : Shown.Head(name, MaxNameLength) + "…";
        return new ConnectorException(FailureKind.Input, $"--set {name} {why}. Write --set name=value, or --set name:=json.");
    }
}
