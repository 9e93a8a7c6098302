using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A person as the App API shows them: every attribute is a string.</summary>
internal static class CustomerView
{
    public static JObject Whole(Person person)
    {
        var attributes = new JObject
        {
            ["id"] = person.Id ?? "",
            ["email"] = person.Email ?? "",
            ["cio_id"] = person.CioId,
        };
        if (person.Phone is { } phone)
        {
            attributes["phone"] = phone;
        }
        foreach (var (name, value) in person.Attributes)
        {
            attributes[name] = Filter.Text(value);
        }
        attributes["_cio_subscription_preferences_computed"] = Topics.Computed(person).ToString(Formatting.None);
        return new()
        {
            ["id"] = person.Id ?? "",
            ["identifiers"] = Identifiers(person),
            ["attributes"] = attributes,
            ["timestamps"] = new JObject(attributes.Properties().Select(p => new JProperty(p.Name, person.Updated))),
            ["unsubscribed"] = person.Unsubscribed,
            ["devices"] = new JArray(person.Devices.Values.Select(d => d.ToJson())),
        };
    }

    public static JObject Identifiers(Person person) =>
        new()
        {
            ["cio_id"] = person.CioId,
            ["id"] = Json.Text(person.Id),
            ["email"] = Json.Text(person.Email),
        };

    /// <summary>A page of people by their identifiers; <c>ids</c> holds an empty text for those without one.</summary>
    public static JObject List(SandboxRequest call, IEnumerable<Person> people, int usual, int most)
    {
        var (page, next) = AppApi.Slice(call, people, usual, most);
        return new()
        {
            ["identifiers"] = new JArray(page.Select(Identifiers)),
            ["ids"] = new JArray(page.Select(p => p.Id ?? "")),
            ["next"] = next,
        };
    }
}
