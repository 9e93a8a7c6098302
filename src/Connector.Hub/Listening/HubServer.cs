using System.Net.Mime;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>One server for the parts that are on: each answers its own paths; <c>/health</c> and <c>/metrics</c> tell of all.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    /// <summary>How long requests under way may take to end when the hub stops.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HubOptions _options;
    private readonly IReadOnlyList<HubPart> _parts;
    private readonly LocalServer _server;
    private readonly HubMetrics _metrics = new();
    private readonly string _paths;
    private bool _isDisposed;

    /// <param name="options">Where it listens.</param>
    /// <param name="parts">What it does; it disposes of them.</param>
    public HubServer(HubOptions options, params IReadOnlyList<HubPart> parts)
    {
        (_options, _parts) = (options, parts);
        _paths = string.Join(", ", parts.Select(p => p.Paths).Where(p => p.Length > 0).Append("GET /health").Append("GET /metrics"));
        var callers = new CallerCheck(options.Address.Address, options.Names);
        _server = new LocalServer(
            new LocalServerOptions
            {
                Address = options.Address,
                HeadersTimeout = parts.Max(p => p.HeadersTimeout),
                MinBodyRate = parts[0].MinBodyRate,
                BodyRateOf = context => PartOf(context)?.MinBodyRate,
                MaxConnections = parts.Max(p => p.MaxConnections),
                Refusal = context => PartOf(context) is { } part ? part.Refusal(context, callers) : callers.Refusal(context.Request),
                RefuseAsync = RefuseAsync,
                CheckedHeaders = parts.SelectMany(p => p.CheckedHeaders).ToHashSet(StringComparer.OrdinalIgnoreCase),
                Services = services =>
                {
                    foreach (var part in parts)
                    {
                        part.AddServices(services);
                    }
                },
                Logs = new BadRequestLog(
                    (connection, status, reason) =>
                    {
                        foreach (var part in parts)
                        {
                            part.Malformed(connection, status, reason);
                        }
                    }
                ),
            }
        );
        Read("/health", MediaTypeNames.Application.Json, () => ConnectorJson.ToText(Health()));
        Read("/metrics", PrometheusText.MediaType, _metrics.Read);
        foreach (var part in parts)
        {
            part.Measure(_metrics.Meter);
            part.Map(new HubRoutes(_server, part));
        }
    }

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Url => _server.Url;

    /// <summary>Ends when a part's work has ended although nobody stopped it, with what it threw.</summary>
    public Task Ended => Task.WhenAny(_parts.Select(p => p.Ended)).Unwrap();

    /// <summary>Starts it and returns once it listens.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the address cannot be had, or a path is taken twice.</exception>
    public async Task StartAsync(CancellationToken ct = default)
    {
        foreach (var part in _parts)
        {
            CheckChosen(part);
        }

        await _server.StartAsync(ct).ConfigureAwait(false);
        foreach (var part in _parts)
        {
            part.Start();
        }
    }

    /// <summary>Takes no more requests, lets those under way finish, and ends the parts.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        foreach (var part in _parts)
        {
            await part.StopAsync().ConfigureAwait(false);
        }

        using (var patience = new CancellationTokenSource(Patience, _options.Time))
        {
            await _server.StopAsync(patience.Token).ConfigureAwait(false);
        }

        await _server.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        foreach (var part in _parts)
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Below the same first name nothing is taken: what is no path of ours there today may be one tomorrow.
    private void CheckChosen(HubPart part)
    {
        if (part.ChosenPath is not { } path)
        {
            return;
        }

        var others = _server.Endpoints.DataSources.SelectMany(s => s.Endpoints).Where(e => e.Metadata.GetMetadata<HubPart>() != part).OfType<RouteEndpoint>();
        if (others.Any(o => First(o.RoutePattern.RawText!).Equals(First(path), StringComparison.OrdinalIgnoreCase)))
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"Webhooks cannot be taken at {path}: /{First(path).ToLowerInvariant()} is a path of the server itself. "
                    + "Choose another with --webhook-path of hub, --path of webhooks serve."
            );
        }

        static string First(string path) => path.TrimStart('/').Split('/')[0];
    }

    // What nobody answers is refused in the words of the only part that there is.
    private HubPart? PartOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<HubPart>()
        ?? _parts.FirstOrDefault(p => p.Owns(context.Request.Path))
        ?? (_parts.Count == 1 ? _parts[0] : null);

    private Task RefuseAsync(HttpContext context, int status, string? reason) =>
        PartOf(context) is { } part
            ? part.RefuseAsync(context, status, reason)
            : Answers.FailAsync(context, new ConnectorException(FailureKind.Input, reason ?? Answers.Missed(context, status, _paths)), status);

    private void Read(string path, string type, Func<string> text)
    {
        RequestDelegate answer = context => Answers.WriteAsync(context, 200, type, text());
        foreach (var part in _parts)
        {
            var inner = answer;
            answer = context => part.GuardedAsync(context, inner);
        }

        _server.Endpoints.MapMethods(path, HubRoutes.Reads, answer);
    }

    private JObject Health()
    {
        var health = new JObject { ["status"] = "ok" };
        foreach (var part in _parts)
        {
            part.Tell(health);
        }

        return health;
    }
}
