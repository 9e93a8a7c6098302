using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions;

/// <summary>A person as the App API names them: in the path with the kind in the query, and a cio_id with its prefix.</summary>
internal static class AppPerson
{
    /// <summary>A request to <c>/v1/customers/{id}</c> and what follows.</summary>
    public static ApiRequest Get(Person person, string what, params ReadOnlySpan<(string Name, object? Value)> query) =>
        ApiRequest.Get(ApiName.App, $"/v1/customers/{Id(person):id}/{what:what}") with
        {
            Query = QueryText.Of([("id_type", person.Key), .. query]),
        };

    /// <summary>The identifier as paths and lists of the App API take it.</summary>
    public static string Id(Person person) => person.Key == "cio_id" ? "cio_" + person.Value : person.Value;
}
