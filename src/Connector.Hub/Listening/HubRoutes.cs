using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>The routes of one part of a hub.</summary>
internal sealed class HubRoutes(LocalServer server, HubPart part)
{
    /// <summary>Methods of what is only read.</summary>
    public static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Answers a path; under all methods, or those that are named.</summary>
    public IEndpointConventionBuilder Map(string path, RequestDelegate answer, params string[] methods)
    {
        RequestDelegate guarded = context => part.GuardedAsync(context, answer);
        var route = methods.Length > 0 ? server.Endpoints.MapMethods(path, methods, guarded) : server.Endpoints.Map(path, guarded);
        return route.WithMetadata(part);
    }

    /// <inheritdoc cref="LocalServer.Work"/>
    public IDisposable Work(HttpContext context) => server.Work(context);
}
