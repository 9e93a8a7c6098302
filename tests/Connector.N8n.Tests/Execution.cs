using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>A run of a workflow, as n8n kept it.</summary>
internal sealed class Execution
{
    private readonly JObject _data;

    /// <param name="answer">What <c>GET /rest/executions/{id}</c> answers.</param>
    public Execution(JObject answer)
    {
        (Id, Status) = ((string)answer["id"]!, (string)answer["status"]!);
        _data = Unflattened((string)answer["data"]!) as JObject ?? [];
    }

    /// <summary>Its number in n8n.</summary>
    public string Id { get; }

    /// <summary><c>success</c>, <c>error</c>, <c>crashed</c>, <c>running</c> or <c>new</c>.</summary>
    public string Status { get; }

    /// <summary>What stopped it, or null.</summary>
    public JObject? Error => _data["resultData"]?["error"] as JObject;

    /// <summary>The items that a node gave on, by its first output or another.</summary>
    public JObject[] ItemsOf(string node, int output = 0) =>
        _data["resultData"]?["runData"]?[node]?[0]?["data"]?["main"]?[output] is JArray items ? [.. items.Cast<JObject>()] : [];

    /// <summary>The data of those items.</summary>
    public JObject[] JsonOf(string node, int output = 0) => [.. ItemsOf(node, output).Select(i => (JObject)i["json"]!)];

    public override string ToString() => $"{Status}: {Error?["message"]} {Error?["description"]}";

    /// <summary>n8n's form of JSON: a list whose first element is the whole, in which each text is the place of a value; empty while nothing ran.</summary>
    private static JToken Unflattened(string text)
    {
        var flat = (JArray)ConnectorJson.Parse(text);
        var known = new JToken?[flat.Count];
        return flat.Count == 0 ? flat : At(0);

        JToken At(int place)
        {
            if (known[place] is { } value)
            {
                return value;
            }

            // What leads back to itself ends there.
            known[place] = JValue.CreateNull();
            return known[place] = flat[place] switch
            {
                JObject o => new JObject(o.Properties().Select(p => new JProperty(p.Name, Value(p.Value)))),
                JArray a => new JArray(a.Select(Value)),
                var other => other,
            };
        }

        JToken Value(JToken token) =>
            token.Type == JTokenType.String ? At(int.Parse((string)token!, System.Globalization.CultureInfo.InvariantCulture)) : token;
    }
}
