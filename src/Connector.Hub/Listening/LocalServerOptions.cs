using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Where a server listens, how long it waits, whom it answers, and how it refuses others.</summary>
internal sealed record LocalServerOptions
{
    /// <summary>Where to listen; port 0 for any free one.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>How long a request's headers may take to arrive.</summary>
    public required TimeSpan HeadersTimeout { get; init; }

    /// <summary>How long a connection without a request is kept when nobody needs its place. Default 90 s.</summary>
    // Longer than clients and load balancers keep theirs, which is 60 s for most: who closes first never closes on a request.
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The slowest that a body may arrive; slower ones end in 408.</summary>
    public required MinDataRate MinBodyRate { get; init; }

    /// <summary>The slowest that the body of this request may arrive; null: as all others. Default null.</summary>
    public Func<HttpContext, MinDataRate?>? BodyRateOf { get; init; }

    /// <summary>How many connections may be open.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>Says why a request is answered 403; null when it may go on. Its endpoint is known by then.</summary>
    public required Func<HttpContext, string?> Refusal { get; init; }

    /// <summary>Answers 403 with its reason, and what has no endpoint (404) without one.</summary>
    public required Func<HttpContext, int, string?, Task> RefuseAsync { get; init; }

    /// <summary>Headers whose bytes whoever answers checks, read as Latin-1, which has a character for each. Default none.</summary>
    public IReadOnlySet<string> CheckedHeaders { get; init; } = new HashSet<string>();

    /// <summary>Adds what endpoints need. Default nothing.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>Takes Kestrel's own log. Default nobody.</summary>
    public ILoggerFactory Logs { get; init; } = NullLoggerFactory.Instance;
}
