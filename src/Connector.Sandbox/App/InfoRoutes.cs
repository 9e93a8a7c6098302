using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What a sandbox has none of, or only examples.</summary>
internal static class InfoRoutes
{
    private static readonly (int Id, string Name, string Email)[] s_senders = [(1, "Example", "hello@example.com"), (2, "Example news", "news@example.com")];

    public static SandboxResponse SenderIdentities(SandboxRequest call)
    {
        AppApi.Only(call, "start", "limit", "sort", "hidden");
        AppApi.Flag(call, "hidden");
        var sorted = call.Query("sort") == "desc" ? s_senders.Reverse() : s_senders;
        return SandboxResponse.Ok(AppApi.Page(call, "sender_identities", sorted, 100, 1000, s => Sender(s.Id)!));
    }

    public static SandboxResponse SenderIdentity(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["sender_identity"] = AppApi.Found(call, 0, Sender) });

    public static SandboxResponse SenderUses(SandboxRequest call)
    {
        var sender = AppApi.Found(call, 0, Sender);
        return SandboxResponse.Ok(
            new JObject
            {
                ["sender_identity_id"] = sender["id"],
                ["used_by"] = new JObject
                {
                    ["campaigns"] = Ids(SenderKind.Campaign, _ => true),
                    ["sent_newsletters"] = Ids(SenderKind.Newsletter, IsSent),
                    ["draft_newsletters"] = Ids(SenderKind.Newsletter, s => !IsSent(s)),
                },
            }
        );

        JArray Ids(SenderKind kind, Func<Sender, bool> fits) =>
            new(
                call.Workspace.Senders.Of(kind)
                    .Where(fits)
                    .Where(s => s.Contents.Exists(c => JToken.DeepEquals(c.Shown["from_id"], sender["id"])))
                    .Select(s => s.Id)
            );

        static bool IsSent(Sender newsletter) => newsletter.Shown["sent_at"] is JValue { Value: not null };
    }

    /// <summary>A sender that messages can come from; null when there is none of the number.</summary>
    public static JObject? Sender(int id) =>
        s_senders.FirstOrDefault(s => s.Id == id) is { Id: > 0 } found
            ? new JObject
            {
                ["id"] = found.Id,
                ["deduplicate_id"] = $"{found.Id}:0",
                ["name"] = found.Name,
                ["email"] = found.Email,
                ["address"] = $"{found.Name} <{found.Email}>",
                ["template_type"] = "email",
                ["auto_generated"] = false,
            }
            : null;

    /// <summary>Addresses set aside for documentation: nothing comes from there.</summary>
    public static SandboxResponse IpAddresses(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["ip_addresses"] = new JArray("192.0.2.1", "198.51.100.1") });
}
