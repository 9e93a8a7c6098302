using System.Security.Cryptography;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The subscription topics and channels of the workspace, and what a person chose of them.</summary>
internal static class Topics
{
    private static readonly (int Id, string Name, string Description, bool Default)[] s_all =
    [
        (1, "Product news", "What is new, once a month.", true),
        (2, "Offers", "Discounts and events.", false),
    ];

    private static readonly (string Name, string Type)[] s_channels =
    [
        ("Email", "email"),
        ("Push", "push"),
        ("SMS", "twilio"),
        ("WhatsApp", "whatsapp"),
        ("In-app", "in_app"),
    ];

    public static bool Has(int id) => s_all.Any(t => t.Id == id);

    /// <summary>Whether a person gets a topic: as they chose, else as is usual.</summary>
    public static bool Wants(Person person, int id) => Of(person).Any(t => t.Id == id && t.Subscribed);

    public static SandboxResponse List(SandboxRequest call) =>
        SandboxResponse.Ok(
            new JObject
            {
                ["topics"] = new JArray(
                    s_all.Select(t => new JObject
                    {
                        ["id"] = t.Id,
                        ["identifier"] = $"topic_{t.Id}",
                        ["name"] = t.Name,
                        ["description"] = t.Description,
                        ["subscribed_by_default"] = t.Default,
                    })
                ),
            }
        );

    public static SandboxResponse Channels(SandboxRequest call) =>
        SandboxResponse.Ok(
            new JObject
            {
                ["channels"] = new JArray(
                    s_channels.Select(
                        (c, i) =>
                            new JObject
                            {
                                ["id"] = i + 1,
                                ["name"] = c.Name,
                                ["description"] = $"{c.Name} messages",
                                ["type"] = c.Type,
                                ["subscribed_by_default"] = true,
                            }
                    )
                ),
            }
        );

    /// <summary>A link to somebody's subscription center, where the vendor would show it.</summary>
    public static SandboxResponse Token(SandboxRequest call)
    {
        var (people, who) = (call.Workspace.People, call.Arguments[0]);
        if ((people.Find(new(IdKind.Id, who)) ?? people.Find(new(IdKind.Email, who))) is null)
        {
            throw new Refusal(400, "bad request");
        }
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return SandboxResponse.Ok(new JObject { ["token"] = token, ["url"] = $"https://track.customer.io/u/i/{token}/" });
    }

    /// <summary>Whether a person gets each topic: as they chose, else as is usual.</summary>
    public static JObject Computed(Person person) => new() { ["topics"] = new JObject(Of(person).Select(t => new JProperty($"topic_{t.Id}", t.Subscribed))) };

    public static SandboxResponse Preferences(SandboxRequest call)
    {
        var person = AppApi.Person(call);
        var topics = Of(person)
            .Zip(
                s_all,
                (own, topic) =>
                    new JObject
                    {
                        ["id"] = own.Id,
                        ["name"] = topic.Name,
                        ["description"] = topic.Description,
                        ["subscribed"] = own.Subscribed,
                    }
            );
        return SandboxResponse.Ok(
            new JObject
            {
                ["customer"] = new JObject
                {
                    ["id"] = person.Id ?? "",
                    ["identifiers"] = CustomerView.Identifiers(person),
                    ["header"] = new JObject { ["title"] = "Subscription preferences", ["subtitle"] = "Choose what you want to hear about." },
                    ["topics"] = new JArray(topics),
                    ["unsubscribed"] = person.Unsubscribed,
                },
            }
        );
    }

    /// <summary>Whether a person gets each topic, by its name.</summary>
    public static IEnumerable<(int Id, string Name, bool Wants)> Chosen(Person person) =>
        Of(person).Zip(s_all, (own, topic) => (own.Id, topic.Name, own.Subscribed));

    private static IEnumerable<(int Id, bool Subscribed)> Of(Person person)
    {
        var chosen = (person.Attributes["cio_subscription_preferences"] as JObject)?["topics"] as JObject;
        return s_all.Select(t => (t.Id, chosen?[$"topic_{t.Id}"] is JValue { Value: bool subscribed } ? subscribed : t.Default));
    }
}
