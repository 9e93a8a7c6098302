using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One request, with its path decoded segment by segment from the raw request target.</summary>
internal sealed class SandboxRequest(HttpContext context, byte[] body, SandboxCore core)
{
    private readonly string _target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
    private string[]? _segments;
    private JToken? _content;

    public HttpContext Context => context;

    public byte[] Body => body;

    public SandboxCore Core => core;

    public Workspace Workspace => core.Workspace;

    public string Method => context.Request.Method;

    /// <summary>Path and query as sent; an absolute target (as a proxy gets) loses its scheme and host, a target without a path (<c>OPTIONS *</c>) is
    /// the root.</summary>
    public string Target =>
        _target.StartsWith('/') ? _target
        : _target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme && _target.IndexOf('/', scheme + 3) is > 0 and var at ? _target[at..]
        : "/";

    /// <summary>Whether it is for the sandbox itself and not for the emulated vendor.</summary>
    public bool IsControl => Segments is ["_sandbox", ..] or [""];

    /// <summary>The path's segments; a percent-encoded slash stays inside its segment, a plus is a plus.</summary>
    public string[] Segments => _segments ??= Split(Target);

    /// <summary>The decoded segments of a path, whatever its query.</summary>
    public static string[] Split(string target) => [.. target.Split('?', 2)[0][1..].Split('/').Select(Uri.UnescapeDataString)];

    /// <summary>The segments that stand for the route's placeholders, in order.</summary>
    public string[] Arguments { get; set; } = [];

    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>The JSON body; an empty body is an empty object.</summary>
    /// <exception cref="FormatException">The body is not JSON.</exception>
    public JToken Content => _content ??= body.Length == 0 ? new JObject() : Json.Parse(body);
}
