using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>Whom a broadcast goes to: one of five forms, or the broadcast's own audience.</summary>
internal static class Audience
{
    private const int MaxPeople = 10_000,
        MaxDataBytes = 50_000,
        MaxBodyBytes = 25_000_000,
        MaxUserBytes = 2_000_000;

    /// <summary>The body of a trigger.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: several forms at once, or more than Customer.io takes.</exception>
    public static JObject Body(TriggerBroadcast.Input input, IGateKeeper keeper)
    {
        (string Name, string Key, JToken? Value)[] forms =
        [
            ("recipients", "recipients", input.Recipients),
            ("emails", "emails", input.Emails is null ? null : new JArray(input.Emails)),
            ("ids", "ids", input.Ids),
            ("perUserData", "per_user_data", input.PerUserData),
            ("dataFileUrl", "data_file_url", string.IsNullOrEmpty(input.DataFileUrl) ? null : input.DataFileUrl),
        ];
        var given = forms.Where(f => f.Value is JContainer or JValue { Value: not null }).ToArray();
        var problems = given
            .Skip(1)
            .Select(f => new Problem("/" + f.Name, $"cannot be used together with {given[0].Name}; a trigger has one audience."))
            .ToList();
        var (form, key, value) = given.FirstOrDefault();
        var body = new JObject();
        if (value is not null)
        {
            // An id is a text to Customer.io, also where the caller has numbers.
            body[key] = form switch
            {
                "ids" => new JArray(keeper.Names(value, form, Gate.Id)),
                "emails" => new JArray(keeper.Names(value, form, Gate.Email)),
                "perUserData" => new JArray(value.Select((user, i) => User((JObject)user, $"{form}/{i}", keeper, problems))),
                _ => value,
            };
            Check(form, value, problems);
        }

        if (input.Data is not null)
        {
            body["data"] = input.Data;
            TooLarge("/data", ConnectorJson.CountBytes(input.Data), MaxDataBytes, problems);
        }

        Flag("emailAddDuplicates", "email_add_duplicates", input.EmailAddDuplicates, form is "emails" or "perUserData" or "dataFileUrl");
        Flag("emailIgnoreMissing", "email_ignore_missing", input.EmailIgnoreMissing, form is "emails" or "perUserData" or "dataFileUrl");
        Flag("idIgnoreMissing", "id_ignore_missing", input.IdIgnoreMissing, form is "ids" or "perUserData" or "dataFileUrl");
        TooLarge("", ConnectorJson.CountBytes(body), MaxBodyBytes, problems);
        return problems.Count > 0 ? throw ConnectorException.Input(problems) : body;

        void Flag(string name, string key, bool? on, bool fits)
        {
            if (on is true && !fits)
            {
                problems.Add(new Problem("/" + name, "does not go with this audience; Customer.io would refuse it."));
            }
            else if (on is not null && fits)
            {
                body[key] = on;
            }
        }
    }

    private static void Check(string form, JToken audience, List<Problem> problems)
    {
        if (audience is JObject { Count: 0 })
        {
            problems.Add(new Problem("/recipients", "must not be empty; leave it out for the broadcast's own audience."));
        }
        else if (form == "dataFileUrl" && !(Uri.TryCreate((string)audience!, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            problems.Add(new Problem("/dataFileUrl", "is not the address of a file, such as https://example.com/people.jsonl."));
        }

        var people = audience as JArray ?? [];
        if (people.Count > MaxPeople)
        {
            problems.Add(new Problem("/" + form, $"holds {people.Count} people; Customer.io takes at most {MaxPeople} in one trigger."));
        }

        for (var i = 0; i < people.Count; i++)
        {
            if (people[i] is JObject user)
            {
                if (user.ContainsKey("id") == user.ContainsKey("email"))
                {
                    problems.Add(new Problem($"/perUserData/{i}", "must name the person by exactly one of id and email."));
                }

                TooLarge($"/perUserData/{i}", ConnectorJson.CountBytes(user), MaxUserBytes, problems);
            }
        }
    }

    private static JObject User(JObject user, string path, IGateKeeper keeper, List<Problem> problems)
    {
        foreach (var name in (string[])["id", "email"])
        {
            if (user[name] is { } value && keeper.Attribute(name, value, $"{path}/{name}", out var sent) is var problem)
            {
                problems.AddRange(problem is null ? [] : [problem]);
                user = ReferenceEquals(sent, value) ? user : new JObject(user) { [name] = sent };
            }
        }

        return user;
    }

    private static void TooLarge(string path, int bytes, int most, List<Problem> problems)
    {
        if (bytes > most)
        {
            problems.Add(new Problem(path, $"is {bytes} bytes of JSON; Customer.io takes at most {most}."));
        }
    }
}
