using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Looks a person up: <c>GET /v1/customers/{id}/attributes</c>, and more on request.</summary>
internal sealed class GetPerson : ConnectorAction<GetPerson.Input>
{
    private static readonly string[] s_lists = ["segments", "messages", "activities"];

    internal sealed record Input(string Id, string IdType, IReadOnlyList<string> Include);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var person = Person.Of(input.Id, input.IdType, api);
        var output = new JObject();

        // Devices are a part of what the attributes' endpoint tells, so both are one request.
        if (input.Include.Any(part => !s_lists.Contains(part)))
        {
            var customer = Answers.Object(await api.SendAsync(AppPerson.Get(person, "attributes"), ct).ConfigureAwait(false))["customer"];
            output["customer"] = customer is JObject ? customer : new JObject();
        }

        foreach (var list in s_lists.Where(input.Include.Contains))
        {
            var body = Answers.Object(await api.SendAsync(AppPerson.Get(person, list), ct).ConfigureAwait(false));
            output[list] = Answers.List(body, list);
        }

        return output;
    }
}
