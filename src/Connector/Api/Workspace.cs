using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace CustomerIo.Connector.Api;

/// <summary>What the connector remembers of one workspace: its region and its rate.</summary>
internal sealed class WorkspaceState
{
    private readonly ConcurrentDictionary<Rate, RateLimiter> _limiters = new();
    private int _failures;

    /// <summary>The region once found; <see cref="Region.Auto"/> until then.</summary>
    public volatile Region Region = Region.Auto;

    /// <summary>Held while one run asks for the region, so that the others wait for its answer.</summary>
    public SemaphoreSlim Asking { get; } = new(1, 1);

    /// <summary>How often the question for the region has failed.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>How it failed last.</summary>
    public ConnectorException? Failure { get; private set; }

    /// <summary>Notes a failed question; called by whoever holds <see cref="Asking"/>.</summary>
    public void Failed(ConnectorException failure)
    {
        Failure = failure;
        Volatile.Write(ref _failures, _failures + 1);
    }

    public RateLimiter Limiter(Rate rate, TimeProvider time) =>
        _limiters.TryGetValue(rate, out var known) ? known : _limiters.GetOrAdd(rate, _ => new RateLimiter(rate.PerSecond, time, rate.Burst));
}

/// <summary>A connection, checked and made ready for the wire.</summary>
internal sealed class Workspace
{
    /// <summary>Track and Pipelines: 3000 in 3 s. App: 10 a second.</summary>
    private static readonly Rate[] s_rates = [new("track", 1000), new("app", 10), new("pipelines", 1000)];

    private readonly string? _baseUrl;
    private readonly bool _loopback;
    private readonly string? _track,
        _app,
        _pipelines;
    private readonly RateLimiter?[] _limiters = new RateLimiter?[s_rates.Length];

    public Workspace(Connection connection, WorkspaceState state)
    {
        Connection = connection;
        State = state;
        _baseUrl = connection.BaseUrl is null ? null : Hosts.CheckBaseUrl(connection.BaseUrl);
        _loopback = _baseUrl is not null && new Uri(_baseUrl).IsLoopback;
        _track = connection is { SiteId: { } site, ApiKey: { } key } ? Basic(site, key) : null;
        _app = connection.AppApiKey is { } app ? "Bearer " + Printable(app, "App API key") : null;
        _pipelines = connection.PipelinesApiKey is { } pipelines ? Basic(pipelines, "") : null;
    }

    public Connection Connection { get; }

    public WorkspaceState State { get; }

    /// <summary>What no person and no log may see: the keys, also escaped, and the headers made of them; the longest first.</summary>
    public IReadOnlyList<string> Secrets =>
        field ??= [
            .. new[] { _track, _pipelines }
                .OfType<string>()
                .Select(h => h["Basic ".Length..].TrimEnd('='))
                .Concat(Connection.Secrets.SelectMany(s => new[] { s, Uri.EscapeDataString(s) }))
                .Distinct()
                .OrderByDescending(s => s.Length),
        ];

    public bool HasBaseUrl => _baseUrl is not null;

    public bool Has(ApiName api) => Key(api) is not null;

    public string Origin(ApiName api, Region region) => _baseUrl ?? Hosts.Origin(api, region);

    /// <summary>The limiter of a request; where no rate limits it, it only keeps the waits that Customer.io asks for.</summary>
    public RateLimiter Limiter(ApiRequest request, TimeProvider time)
    {
        var own = Rate.Of(request);
        return own is null
            ? _limiters[(int)request.Api] ??= State.Limiter(Bounded(s_rates[(int)request.Api], isOwn: false), time)
            : State.Limiter(Bounded(own, isOwn: true), time);
    }

    // The connection's own number stands in for an API's rate, but lifts no endpoint's lower one.
    private Rate Bounded(Rate rate, bool isOwn)
    {
        var most = Connection.RateLimit ?? (_loopback ? 0 : double.PositiveInfinity);
        return most == 0 ? rate with { PerSecond = double.PositiveInfinity }
            : (!isOwn && Connection.RateLimit is not null) || most < rate.PerSecond ? rate with { PerSecond = most }
            : rate;
    }

    /// <summary>The Authorization header for an API.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: the key is not set.</exception>
    public string Authorization(ApiName api) =>
        Key(api)
        ?? throw new ConnectorException(
            FailureKind.Connection,
            api switch
            {
                ApiName.Track when Connection.SiteId is null && Connection.ApiKey is null =>
                    "The Site ID and the API key are not set. Set CUSTOMERIO_SITE_ID and CUSTOMERIO_API_KEY, or fill them in on the connection; both are under "
                        + "Track API Keys in Customer.io's settings.",
                ApiName.Track when Connection.SiteId is null => "The Site ID is not set. Set CUSTOMERIO_SITE_ID, or fill it in on the connection; it stands "
                    + "beside the API key in Customer.io's settings.",
                ApiName.Track => "The API key is not set. Set CUSTOMERIO_API_KEY, or fill it in on the connection; it stands beside the Site ID in "
                    + "Customer.io's settings.",
                ApiName.App => "The App API key is not set. Create one under App API Keys in Customer.io's settings, then set CUSTOMERIO_APP_API_KEY or fill "
                    + "it in on the connection.",
                _ => "The Pipelines API key is not set. Copy it from the source under Pipelines in Customer.io, then set CUSTOMERIO_PIPELINES_API_KEY or fill "
                    + "it in on the connection.",
            }
        );

    private string? Key(ApiName api) =>
        api switch
        {
            ApiName.Track => _track,
            ApiName.App => _app,
            _ => _pipelines,
        };

    private static string Basic(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Printable(user, "Site ID")}:{Printable(password, "API key")}"));

    private static string Printable(string key, string name) =>
        key.All(c => c is > ' ' and < '\u007f')
            ? key
            : throw new ConnectorException(
                FailureKind.Connection,
                $"The {name} holds a space or another character that no key has. Copy it again from Customer.io."
            );
}

/// <summary>All workspaces that a connector has met; the oldest are forgotten beyond a bound.</summary>
internal sealed class Workspaces
{
    private const int Most = 4096;
    private readonly ConditionalWeakTable<Connection, Workspace> _ready = [];
    private readonly Dictionary<string, WorkspaceState> _states = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly WorkspaceState _firstState = new();
    private Connection? _first;

    public Workspace Of(Connection connection) =>
        _ready.TryGetValue(connection, out var known) ? known : _ready.GetValue(connection, c => new Workspace(c, State(c)));

    // The keys are kept only as a hash, so that this map names no one. While there is one connection, as in the tool, none is needed:
    // the first hash loads the system's crypto library, five megabytes and some milliseconds.
    private WorkspaceState State(Connection connection)
    {
        lock (_states)
        {
            if ((_first ??= connection) == connection)
            {
                return _firstState;
            }

            if (_order.Count == 0)
            {
                Remember(Hash(_first), _firstState);
            }

            var key = Hash(connection);
            return _states.TryGetValue(key, out var known) ? known : Remember(key, new WorkspaceState());
        }
    }

    private WorkspaceState Remember(string key, WorkspaceState state)
    {
        _states[key] = state;
        _order.Enqueue(key);
        while (_states.Count > Most)
        {
            _states.Remove(_order.Dequeue());
        }

        return state;
    }

    private static string Hash(Connection connection)
    {
        var text = string.Join('\0', connection.BaseUrl, connection.SiteId, connection.ApiKey, connection.AppApiKey, connection.PipelinesApiKey);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
