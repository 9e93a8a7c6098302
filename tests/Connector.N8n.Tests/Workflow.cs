using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>A workflow whose nodes follow each other, as n8n's editor saves it.</summary>
internal sealed class Workflow(string name)
{
    private readonly JArray _nodes = [];
    private readonly JObject _connections = [];
    private readonly JObject _pinned = [];
    private string? _last;

    /// <summary>Adds a node after the last one.</summary>
    /// <param name="node">Its name.</param>
    /// <param name="type">Its type, with the package's name in front.</param>
    /// <param name="version">The type's version.</param>
    /// <param name="parameters">What its form holds.</param>
    /// <param name="credentials">Which credential of which type.</param>
    /// <param name="more">Other properties, such as <c>onError</c>.</param>
    public Workflow Then(
        string node,
        string type,
        double version = 1,
        JObject? parameters = null,
        (string Type, string Id)? credentials = null,
        JObject? more = null
    )
    {
        Add(node, type, version, parameters, credentials, more);
        if (_last is not null)
        {
            Connect(_last, node, "main");
        }

        _last = node;
        return this;
    }

    /// <summary>Adds a node that serves the last one, such as the model of an agent.</summary>
    /// <param name="connection">The kind of the connection, such as <c>ai_tool</c>.</param>
    public Workflow Under(
        string connection,
        string node,
        string type,
        double version = 1,
        JObject? parameters = null,
        (string Type, string Id)? credentials = null
    )
    {
        Add(node, type, version, parameters, credentials, null);
        Connect(node, _last!, connection);
        return this;
    }

    /// <summary>Fixes what a node gives on.</summary>
    public Workflow Pin(string node, IEnumerable<JObject> items)
    {
        _pinned[node] = new JArray(items.Select(i => new JObject { ["json"] = i }));
        return this;
    }

    public JObject ToJson() =>
        new()
        {
            ["name"] = name,
            ["nodes"] = _nodes,
            ["connections"] = _connections,
            ["pinData"] = _pinned,
            ["settings"] = new JObject { ["executionOrder"] = "v1" },
        };

    private void Add(string node, string type, double version, JObject? parameters, (string Type, string Id)? credentials, JObject? more)
    {
        var json = new JObject
        {
            ["id"] = $"node-{_nodes.Count}",
            ["name"] = node,
            ["type"] = type,
            ["typeVersion"] = version,
            ["position"] = new JArray(224 * _nodes.Count, 0),
            ["parameters"] = parameters ?? [],
        };
        if (credentials is var (kind, id))
        {
            json["credentials"] = new JObject
            {
                [kind] = new JObject { ["id"] = id, ["name"] = id },
            };
        }

        json.Merge(more ?? []);
        _nodes.Add(json);
    }

    private void Connect(string from, string to, string kind)
    {
        JArray targets =
        [
            new JObject
            {
                ["node"] = to,
                ["type"] = kind,
                ["index"] = 0,
            },
        ];
        JArray outputs = [targets];
        _connections[from] = new JObject { [kind] = outputs };
    }
}
