using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Opt-outs from senders of SMS and WhatsApp, and addresses that the mail provider suppresses.</summary>
internal static class ConsentRoutes
{
    public static SandboxResponse OptOuts(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["optouts"] = Show(call.Workspace.OptOuts.Of(AppApi.Person(call))) });

    public static SandboxResponse SetOptOuts(SandboxRequest call)
    {
        var person = AppApi.Person(call);
        if (AppApi.Body(call)["optouts"] is not JArray list)
        {
            throw new Refusal(400, "optouts must be a list", "/optouts");
        }
        var changes = new List<(string Channel, string From, bool OptOut)>();
        foreach (var (i, entry) in list.Index())
        {
            var (channel, from) = (Json.Scalar(entry["channel"]) ?? "sms", Json.Scalar(entry["from"]) ?? "");
            if (channel is not ("sms" or "whatsapp"))
            {
                throw new Refusal(400, "channel must be sms or whatsapp", $"/optouts/{i}/channel");
            }
            if (from.Length == 0 || entry["optout"] is not JValue { Value: bool optOut })
            {
                throw new Refusal(400, "from and optout are required", $"/optouts/{i}");
            }
            changes.Add((channel, from, optOut));
        }
        call.Workspace.Write(() => changes.ForEach(c => call.Workspace.OptOuts.Set(person, c.Channel, c.From, c.OptOut)));
        return SandboxResponse.NoContent;
    }

    public static SandboxResponse AllOptOuts(SandboxRequest call)
    {
        AppApi.Only(call, "from", "start", "limit");
        var from = call.Query("from");
        var all = call
            .Workspace.OptOuts.All.Select(o => (o.Person, Of: o.Of.Where(v => string.IsNullOrEmpty(from) || v.From == from).ToList()))
            .Where(o => o.Of.Count > 0);
        return SandboxResponse.Ok(
            AppApi.Page(
                call,
                "optouts",
                all,
                100,
                1000,
                o => new JObject
                {
                    ["cio_id"] = o.Person.CioId,
                    ["customer_id"] = o.Person.Id ?? "",
                    ["optouts"] = Show(o.Of),
                }
            )
        );
    }

    public static SandboxResponse FindSuppression(SandboxRequest call)
    {
        var found = call.Workspace.Suppressions.Find(call.Arguments[0]);
        return SandboxResponse.Ok(Suppressed(found?.Type, found is { } one ? [one.Shown] : []));
    }

    /// <summary>One page of a type, by how many to pass over.</summary>
    public static SandboxResponse Suppressions(SandboxRequest call)
    {
        AppApi.Only(call, "limit", "offset", "domain", "email");
        var (limit, offset) = (AppApi.Number(call, "limit") ?? 100, AppApi.Number(call, "offset") ?? 0);
        return limit is < 1 or > 1000
            ? throw new Refusal(400, "limit must be from 1 to 1000", "/limit")
            : SandboxResponse.Ok(Suppressed(Type(call, 0), Fitting(call, Type(call, 0), call.Query("domain")).Skip((int)offset).Take((int)limit)));
    }

    /// <summary>The same of one sending domain, by a cursor.</summary>
    public static SandboxResponse SuppressionsOfDomain(SandboxRequest call)
    {
        AppApi.Only(call, "limit", "start", "email");
        var type = Type(call, 1);
        var (page, next) = AppApi.Slice(call, Fitting(call, type, call.Arguments[0]), 100, 1000);
        return SandboxResponse.Ok(new JObject(Suppressed(type, page)) { ["next"] = next });
    }

    public static SandboxResponse AddSuppression(SandboxRequest call)
    {
        call.Workspace.Suppressions.Add(Type(call, 0), Email(call));
        return SandboxResponse.Ok(new JObject());
    }

    public static SandboxResponse RemoveSuppression(SandboxRequest call)
    {
        call.Workspace.Suppressions.Remove(Type(call, 0), Email(call));
        return SandboxResponse.NoContent;
    }

    private static JArray Show(IEnumerable<(string Channel, string From)> optOuts) =>
        new(optOuts.Select(o => new JObject { ["channel"] = o.Channel, ["from"] = o.From }));

    private static JObject Suppressed(string? type, IEnumerable<JObject> shown) =>
        new() { ["category"] = type == "spam_reports" ? "spam" : type ?? "", ["suppressions"] = new JArray(shown) };

    private static IEnumerable<JObject> Fitting(SandboxRequest call, string type, string? domain)
    {
        var email = call.Query("email");
        return string.IsNullOrEmpty(domain) || domain.Equals(Sandbox.Suppressions.Domain, StringComparison.OrdinalIgnoreCase)
            ? call
                .Workspace.Suppressions.Of(type)
                .Where(s => string.IsNullOrEmpty(email) || email.Equals((string?)s["email"], StringComparison.OrdinalIgnoreCase))
            : [];
    }

    private static string Type(SandboxRequest call, int argument) =>
        Sandbox.Suppressions.Types.Contains(call.Arguments[argument])
            ? call.Arguments[argument]
            : throw new Refusal(400, $"suppression type must be one of {string.Join(", ", Sandbox.Suppressions.Types)}");

    private static string Email(SandboxRequest call) =>
        call.Arguments[1].Contains('@') ? call.Arguments[1] : throw new Refusal(400, "email address is not valid");
}
