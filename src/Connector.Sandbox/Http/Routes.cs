namespace CustomerIo.Connector.Sandbox;

/// <summary>One method and path, its placeholders in braces, and what answers it.</summary>
internal sealed record Route(string Method, string Pattern, Access Access, Func<Call, Answer> Handle)
{
    public string[] Parts { get; } = Pattern[1..].Split('/');

    public bool Matches(string[] segments)
    {
        for (var i = 0; i < Parts.Length; i++)
        {
            if (Parts[i].StartsWith('{') ? segments[i].Length == 0 : Parts[i] != segments[i])
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>Every path that the sandbox answers.</summary>
internal static class Routes
{
    private static readonly ILookup<(string, int), Route> Table = All().ToLookup(r => (r.Method, r.Parts.Length));

    /// <summary>The route of a call, its placeholders filled in; null when there is none.</summary>
    public static Route? Find(Call call)
    {
        var segments = call.Segments;
        foreach (var route in Table[(call.Method, segments.Length)])
        {
            if (route.Matches(segments))
            {
                call.Arguments = [.. segments.Where((_, i) => route.Parts[i].StartsWith('{'))];
                return route;
            }
        }
        return null;
    }

    private static IEnumerable<Route> All() =>
    [
        new("GET", "/api/v1/accounts/region", Access.Track, AccountRoutes.Region),
        new("PUT", "/api/v1/customers/{identifier}", Access.Track, PeopleRoutes.Identify),
        new("DELETE", "/api/v1/customers/{identifier}", Access.Track, PeopleRoutes.Delete),
        new("POST", "/api/v1/customers/{identifier}/events", Access.Track, EventRoutes.Track),

        new("GET", "/", Access.Open, PageRoutes.Page),
        new("GET", "/_sandbox/stream", Access.Open, PageRoutes.Stream),
        new("GET", "/_sandbox/requests", Access.Open, Control.Requests),
        new("DELETE", "/_sandbox/requests", Access.Open, Control.ClearRequests),
        new("POST", "/_sandbox/reset", Access.Open, Control.Reset),
        new("DELETE", "/_sandbox/reset", Access.Open, Control.Reset),
        new("GET", "/_sandbox/people", Access.Open, Control.People),
        new("GET", "/_sandbox/people/{identifier}", Access.Open, Control.Person),
        new("GET", "/_sandbox/activities", Access.Open, Control.Activities),
        new("GET", "/_sandbox/faults", Access.Open, FaultRoutes.List),
        new("POST", "/_sandbox/faults", Access.Open, FaultRoutes.Add),
        new("DELETE", "/_sandbox/faults", Access.Open, FaultRoutes.Clear),
        new("GET", "/_sandbox/settings", Access.Open, Control.Settings),
        new("PUT", "/_sandbox/settings", Access.Open, Control.ChangeSettings),
    ];
}
