using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Whom a broadcast goes to, in each of the six ways to say it.</summary>
internal static class Audience
{
    private const int MaxPeople = 10_000;
    private const int MaxDataBytes = 50_000;
    private static readonly Dictionary<string, string[]> s_forms = new()
    {
        ["recipients"] = [],
        ["emails"] = ["email_ignore_missing", "email_add_duplicates"],
        ["ids"] = ["id_ignore_missing"],
        ["per_user_data"] = ["id_ignore_missing", "email_ignore_missing", "email_add_duplicates"],
        ["data_file_url"] = ["id_ignore_missing", "email_ignore_missing", "email_add_duplicates"],
    };

    /// <summary>The form that a body takes; null for the broadcast's own audience.</summary>
    public static string? Form(JObject body) => s_forms.Keys.FirstOrDefault(body.ContainsKey);

    /// <summary>Throws the refusal of what is wrong whoever the people are.</summary>
    public static void Check(JObject body)
    {
        var forms = s_forms.Keys.Where(body.ContainsKey).ToList();
        if (forms.Count > 1)
        {
            throw Refused($"only one of {string.Join(", ", forms)} can be given", forms[1]);
        }
        var allowed = forms.Count == 0 ? [] : s_forms[forms[0]];
        foreach (var property in body.Properties().Where(p => p.Name != "data" && !forms.Contains(p.Name)))
        {
            if (!allowed.Contains(property.Name))
            {
                throw Refused($"{property.Name} is not allowed with this audience", property.Name);
            }
            if (property.Value is not JValue { Value: bool })
            {
                throw Refused($"{property.Name} must be true or false", property.Name);
            }
        }
        if (body["data"] is not (null or JObject or JValue { Value: null }))
        {
            throw Refused("data must be an object", "data");
        }
        if (body["data"] is JObject data && Json.Bytes(data) > MaxDataBytes)
        {
            throw Refused($"data cannot be larger than {MaxDataBytes} bytes", "data");
        }
        if (forms is ["emails" or "ids" or "per_user_data"] && body[forms[0]] is not JArray { Count: >= 1 and <= MaxPeople })
        {
            throw Refused($"{forms[0]} must be a list of 1 to {MaxPeople}", forms[0]);
        }
        if (body["recipients"] is JObject { Count: 0 })
        {
            throw Refused("empty recipients filter is not valid", "recipients");
        }
    }

    /// <summary>The lines of <c>data_file_url</c>; null without one.</summary>
    public static List<string>? File(JObject body) =>
        body.TryGetValue("data_file_url", out var sent) ? RemoteFile.Lines(sent, "data_file_url", "/data/attributes/data_file_url", 422) : null;

    /// <summary>The people with the data of each, and what is wrong with those who were named.</summary>
    public static (List<(Person Person, JObject Data)> People, List<string> Errors) Of(Workspace workspace, Sender broadcast, JObject body, List<string>? lines)
    {
        var common = body["data"] as JObject ?? [];
        if (Form(body) is null or "recipients")
        {
            var filter = Form(body) is null ? broadcast.Audience : body["recipients"];
            var fits = filter is null ? _ => true : Filter.People(workspace, filter, "/data/attributes/recipients", 422);
            return ([.. workspace.People.All.Where(fits).Select(p => (p, common))], []);
        }
        var (people, errors, number) = (new Dictionary<Person, JObject>(), new List<string>(), 0);
        foreach (var (kind, value, data) in Named(body, lines))
        {
            number++;
            var (name, person) = (kind == IdKind.Id ? "id" : "email", value is null ? null : workspace.People.Find(new(kind, value)));
            if (value is null)
            {
                errors.Add($"line {number}: needs an id or an email");
            }
            else if (person is not null)
            {
                people[person] = data is null ? common : new JObject(common.Properties().Where(p => !data.ContainsKey(p.Name))) { data.Properties() };
            }
            else if (body[$"{name}_ignore_missing"] is not JValue { Value: true })
            {
                errors.Add($"line {number}: no customer has the {name} '{value}'");
            }
        }
        return ([.. people.Select(p => (p.Key, p.Value))], errors);
    }

    private static IEnumerable<(IdKind Kind, string? Value, JObject? Data)> Named(JObject body, List<string>? lines)
    {
        var form = Form(body);
        if (form is "ids" or "emails")
        {
            return body[form]!.Select(v => (form == "ids" ? IdKind.Id : IdKind.Email, Json.Scalar(v), (JObject?)null));
        }
        var users = lines is null ? body[form!]! : lines.Select(l => Json.TryParse(Encoding.UTF8.GetBytes(l), out var user) ? user : JValue.CreateNull());
        return users
            .Select(u => u as JObject ?? [])
            .Select(u =>
                Json.Scalar(u["id"]) is { } id ? (IdKind.Id, id, u["data"] as JObject) : (IdKind.Email, Json.Scalar(u["email"]), u["data"] as JObject)
            );
    }

    private static Refusal Refused(string text, string field) => new(422, text, $"/data/attributes/{field}");
}
