using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Looks a person up: <c>GET /v1/customers/{id}/attributes</c>, and more on request.</summary>
internal sealed class GetPerson : ConnectorAction<GetPerson.Input>
{
    // What a request of its own tells: its path, the name in the answer, and the largest page where it comes in pages.
    private static readonly (string Part, string List, int? MaxPerPage)[] s_lists =
    [
        ("segments", "segments", null),
        ("messages", "messages", 1000),
        ("activities", "activities", 100),
        ("relationships", "cio_relationships", 1000),
        ("optouts", "optouts", null),
    ];

    internal sealed record Input(string Id, string IdType, IReadOnlyList<string> Include, bool All, string? Language);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var person = Person.Of(input.Id, input.IdType, api);
        var output = new JObject();
        var preferences = AppPerson.Get(person, "subscription_preferences", ("language", input.Language));

        // Devices are a part of what the attributes' endpoint tells, so both are one request.
        if (input.Include.Any(part => part is "attributes" or "devices"))
        {
            var customer = Answers.Object(await api.SendAsync(AppPerson.Get(person, "attributes"), ct).ConfigureAwait(false))["customer"];
            output["customer"] = customer is JObject ? customer : new JObject();
        }

        foreach (var (part, list, maxPerPage) in s_lists.Where(l => input.Include.Contains(l.Part)))
        {
            var request = AppPerson.Get(person, part);
            output[list] =
                maxPerPage is { } most && (input.All || part == "relationships")
                    ? await Pages.AllAsync(request, list, most, api, ct).ConfigureAwait(false)
                    : Answers.List(Answers.Object(await api.SendAsync(request, ct).ConfigureAwait(false)), list);
        }

        if (input.Include.Contains("preferences"))
        {
            output["preferences"] = Answers.Object(await api.SendAsync(preferences, ct).ConfigureAwait(false))["customer"] as JObject ?? [];
        }

        return output;
    }
}
