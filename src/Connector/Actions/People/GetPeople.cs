using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Looks many people up: <c>POST /v1/customers/attributes</c>, at most 100 ids a request.</summary>
internal sealed class GetPeople : ConnectorAction<GetPeople.Input>
{
    private const int MaxIds = 100;

    internal sealed record Input(JArray Ids, string IdType);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var ids = api.Names(input.Ids, "ids", Person.Check(input.IdType))
            .Select((id, i) => AppPerson.Id(Person.Of(id, input.IdType, api, $"ids/{i}")))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        var people = new JArray();
        var found = new HashSet<string>(input.IdType == "email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        for (var done = 0; done < ids.Length; done += MaxIds)
        {
            var some = ids[done..Math.Min(done + MaxIds, ids.Length)];
            var request = ApiRequest.Post(ApiName.App, "/v1/customers/attributes", new JObject { ["ids"] = new JArray(some) }) with
            {
                Query = QueryText.Of(("id_type", input.IdType)),
            };
            foreach (var item in Answers.List(Answers.Object(await api.SendAsync(request, ct).ConfigureAwait(false)), "customers").OfType<JObject>())
            {
                var person = item["customer"] as JObject ?? item;
                people.Add(person);
                found.Add(Identifier(person, input.IdType));
            }

            api.Progress(done + some.Length, ids.Length);
        }

        return new JObject { ["customers"] = people, ["missing"] = new JArray(ids.Where(id => !found.Contains(id))) };
    }

    private static string Identifier(JObject person, string kind)
    {
        // Phone numbers are an attribute in answers, also where they identify.
        var value =
            (person["identifiers"] as JObject)?[kind]
            ?? (
                kind == "id" ? person["id"]
                : kind == "phone" ? (person["attributes"] as JObject)?[kind]
                : null
            );
        var text = value is JValue scalar ? ConnectorJson.ScalarText(scalar) : "";
        return kind == "cio_id" ? "cio_" + Person.Bare(text) : text;
    }
}
