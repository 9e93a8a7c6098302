using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>One thing that a hub does: the paths that it answers, how it refuses, and what operators read of it.</summary>
internal abstract class HubPart : IAsyncDisposable
{
    private static readonly Task s_never = new TaskCompletionSource().Task;

    /// <summary>Its paths, as a caller is told who asks for another one; empty for a part that has none.</summary>
    public virtual string Paths => "";

    /// <summary>A path that whoever runs it chose for it; null for none.</summary>
    public virtual string? ChosenPath => null;

    /// <summary>Headers whose characters it checks itself. Kestrel refuses a request with others than UTF-8 without a word.</summary>
    public virtual IReadOnlyCollection<string> CheckedHeaders => [];

    /// <summary>How long a request's headers may take to arrive. Default 10 s.</summary>
    public virtual TimeSpan HeadersTimeout => TimeSpan.FromSeconds(10);

    /// <summary>The slowest that its bodies may arrive; slower ones end in 408.</summary>
    public virtual MinDataRate MinBodyRate { get; } = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>How many connections may be open. Default 2,000.</summary>
    public virtual int MaxConnections => 2_000;

    /// <summary>Ends when its work has ended although nobody stopped it; by default never.</summary>
    public virtual Task Ended => s_never;

    /// <summary>Adds what its endpoints need of the server.</summary>
    public virtual void AddServices(IServiceCollection services) { }

    /// <summary>Takes what it answers to the routes, before the start.</summary>
    public virtual void Map(HubRoutes routes) { }

    /// <summary>Whether a path is its to refuse, where it answers nothing.</summary>
    public virtual bool Owns(PathString path) => false;

    /// <summary>Says why a request is answered 403; null when it may go on.</summary>
    public virtual string? Refusal(HttpContext context, CallerCheck callers) => callers.Refusal(context.Request);

    /// <summary>Answers with an error.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="reason">A sentence; null where the status says all: 404, 405.</param>
    public virtual Task RefuseAsync(HttpContext context, int status, string? reason) =>
        Answers.FailAsync(context, new ConnectorException(FailureKind.Input, reason ?? Answers.Missed(context, status, Paths)), status);

    /// <summary>Answers, and also what the answer throws.</summary>
    public virtual Task GuardedAsync(HttpContext context, RequestDelegate answer) => answer(context);

    /// <summary>Hears of a request that Kestrel refused: it was no HTTP, too long, or too slow.</summary>
    /// <param name="connection">The connection's id.</param>
    /// <param name="status">What it was answered.</param>
    /// <param name="reason">A sentence that holds nothing of the request.</param>
    public virtual void Malformed(string connection, int status, string reason) { }

    /// <summary>Begins what goes on beside requests, once the hub listens.</summary>
    public virtual void Start() { }

    /// <summary>Begins nothing new any more; requests under way still come.</summary>
    public virtual Task StopAsync() => Task.CompletedTask;

    /// <summary>Adds how it is to what <c>/health</c> answers.</summary>
    public virtual void Tell(JObject health) { }

    /// <summary>Adds what it counts to the hub's meter, before the start.</summary>
    public virtual void Measure(Meter meter) { }

    /// <summary>Ends what is on its way, once no request comes any more, and closes its files.</summary>
    public virtual ValueTask DisposeAsync() => default;
}
