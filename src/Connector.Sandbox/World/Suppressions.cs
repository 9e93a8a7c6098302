using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Addresses that the mail provider sends nothing to, by the reason.</summary>
internal sealed class Suppressions(Workspace workspace)
{
    /// <summary>The domain that the sandbox's mail is sent from.</summary>
    public const string Domain = "mail.example.com";

    public static readonly string[] Types = ["bounces", "blocks", "spam_reports", "invalid_emails"];

    private readonly Dictionary<(string Type, string Email), JObject> _all = [];

    public IEnumerable<JObject> Of(string type) => _all.Where(s => s.Key.Type == type).Select(s => (JObject)s.Value.DeepClone());

    public bool Has(string email) => _all.Count > 0 && Types.Any(t => _all.ContainsKey((t, Key(email))));

    /// <summary>The first reason that an address is suppressed for, with what is known of it.</summary>
    public (string Type, JObject Shown)? Find(string email)
    {
        foreach (var type in Types)
        {
            if (_all.TryGetValue((type, Key(email)), out var shown))
            {
                return (type, (JObject)shown.DeepClone());
            }
        }
        return null;
    }

    public void Add(string type, string email)
    {
        _all.TryAdd(
            (type, Key(email)),
            new()
            {
                ["created"] = workspace.Now,
                ["email"] = email,
                ["reason"] = "Uploaded manually via api.customer.io",
                ["status"] = "550",
            }
        );
        workspace.Touch();
    }

    public void Remove(string type, string email)
    {
        _all.Remove((type, Key(email)));
        workspace.Touch();
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("suppressions");
        new JArray(_all.Select(s => new JObject(s.Value) { ["type"] = s.Key.Type })).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        foreach (var json in (state["suppressions"] as JArray ?? []).Cast<JObject>())
        {
            var type = (string)json["type"]!;
            json.Remove("type");
            _all[(type, Key((string)json["email"]!))] = json;
        }
    }

    public void Clear() => _all.Clear();

    private static string Key(string email) => email.Trim().ToLowerInvariant();
}
