using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

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

    /// <summary>Takes the endpoints of a library.</summary>
    /// <param name="map">Maps them.</param>
    /// <param name="around">Makes of their answer the one that is given.</param>
    public void Take(Func<IEndpointRouteBuilder, IEndpointConventionBuilder> map, Func<RequestDelegate, RequestDelegate> around) =>
        map(server.Endpoints)
            .Add(endpoint =>
            {
                var answer = around(endpoint.RequestDelegate!);
                endpoint.RequestDelegate = context => part.GuardedAsync(context, answer);
                endpoint.Metadata.Add(part);
            });

    /// <inheritdoc cref="LocalServer.Work"/>
    public IDisposable Work(HttpContext context) => server.Work(context);
}
