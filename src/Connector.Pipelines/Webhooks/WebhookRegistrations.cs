using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Actions.Webhooks;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Webhooks;

/// <summary>A reporting webhook as it is to be.</summary>
/// <param name="Url">The address that Customer.io sends to; one webhook for each.</param>
/// <param name="Events">Names of the events it reports.</param>
/// <param name="Name">What it is called in Customer.io.</param>
/// <param name="FullResolution">Whether it reports every open and click, not each person's first; null to leave that as it is.</param>
/// <param name="WithContent">Whether it carries the messages' content; null to leave that as it is.</param>
public sealed record WebhookSpec(
    string Url,
    IReadOnlyList<string> Events,
    string Name = "Customer.io connector",
    bool? FullResolution = null,
    bool? WithContent = null
)
{
    /// <summary>What the inputs of the tool <c>register-webhook</c> wish.</summary>
    /// <param name="values">The checked inputs.</param>
    /// <param name="trigger">Has all events, which no names mean.</param>
    internal static WebhookSpec Of(InputValues values, TriggerManifest trigger) =>
        new(
            (string)values["url"]!,
            values["events"] is JArray { Count: > 0 } names ? [.. names.Select(n => (string)n!)] : [.. trigger.Offered.Select(e => e.Name)],
            (string)values["name"]!,
            (bool?)values["fullResolution"],
            (bool?)values["withContent"]
        );
}

/// <summary>A reporting webhook of the workspace.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Url">The address that Customer.io sends to.</param>
/// <param name="Name">What it is called in Customer.io.</param>
/// <param name="Events">Names of the events it reports.</param>
/// <param name="Disabled">Whether it is switched off.</param>
/// <param name="Managed">Whether it was made from this data folder.</param>
public sealed record RegisteredWebhook(string Id, string Url, string Name, IReadOnlyList<string> Events, bool Disabled, bool Managed)
{
    /// <summary>The webhook as hosts get it.</summary>
    /// <returns>A new object.</returns>
    public JObject ToJson() =>
        new()
        {
            ["id"] = Id,
            ["url"] = Url,
            ["name"] = Name,
            ["events"] = new JArray(Events),
            ["disabled"] = Disabled,
            ["managed"] = Managed,
        };
}

/// <summary>What was done so that a webhook is as it is to be.</summary>
public enum RegistrationOutcome
{
    /// <summary>There was none of its address.</summary>
    Created,

    /// <summary>The one of its address was another in something.</summary>
    Updated,

    /// <summary>Nothing: it was there.</summary>
    Reused,
}

/// <summary>Sets up reporting webhooks through the App API, and remembers which ones it made.</summary>
/// <param name="connector">Runs the actions.</param>
/// <param name="connection">The workspace; needs the App API key.</param>
/// <param name="events">The received events, beside which it is remembered.</param>
public sealed class WebhookRegistrations(CustomerIoConnector connector, Connection connection, ReceivedEvents events)
{
    // Ids are of one workspace; its key names it, and is not kept.
    private readonly string _account = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{connection.BaseUrl}\n{connection.AppApiKey}")).AsSpan(0, 16)
    );

    /// <summary>Makes the webhook, or brings the one with the same address up to date.</summary>
    /// <param name="wish">What it is to be.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>The webhook, and what was done for it.</returns>
    /// <exception cref="ConnectorException">Customer.io refused, the address is none that it can reach, or the id could not be kept.</exception>
    public async Task<(RegisteredWebhook Webhook, RegistrationOutcome Outcome)> RegisterAsync(WebhookSpec wish, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(wish);
        RequireReachable(wish.Url);
        var all = await JsonAsync(ct).ConfigureAwait(false);
        var input = new JObject { ["events"] = new JArray(wish.Events), ["disabled"] = false };
        if (wish.FullResolution is { } resolution)
        {
            input["fullResolution"] = resolution;
        }

        if (wish.WithContent is { } content)
        {
            input["withContent"] = content;
        }

        if (all.FirstOrDefault(w => SameUrl((string?)w["endpoint"], wish.Url)) is { } known)
        {
            var reused = IsAs(known, wish);
            input["webhook"] = known["id"];
            return reused
                ? (Registered(known), RegistrationOutcome.Reused)
                : (Registered(await RunAsync("update-reporting-webhook", input, ct).ConfigureAwait(false)), RegistrationOutcome.Updated);
        }

        input["name"] = wish.Name;
        input["endpoint"] = wish.Url;
        var made = await RunAsync("create-reporting-webhook", input, ct).ConfigureAwait(false);
        var id = Id(made);
        try
        {
            await events
                .Store.WriteAsync(
                    c =>
                    {
                        const string Keep =
                            "INSERT INTO webhooks (account, endpoint, id) VALUES (@0, @1, @2) ON CONFLICT (account, endpoint) DO UPDATE SET id = @2";
                        c.Execute(Keep, _account, wish.Url, id);
                    },
                    CancellationToken.None
                )
                .ConfigureAwait(false);
        }
        catch (DbException e)
        {
            // Nobody would ever remove it: undone at once.
            await DeleteAsync(id, CancellationToken.None).ConfigureAwait(false);
            throw new ConnectorException(
                FailureKind.Input,
                $"The webhook's number could not be kept in {events.Store.Name} ({events.Store.Told(e)}), so the webhook was removed again.",
                inner: e
            );
        }

        return (Registered(made), RegistrationOutcome.Created);
    }

    /// <summary>The workspace's reporting webhooks.</summary>
    /// <param name="ct">Ends it early.</param>
    public async Task<IReadOnlyList<RegisteredWebhook>> ListAsync(CancellationToken ct = default) =>
        [.. (await JsonAsync(ct).ConfigureAwait(false)).Select(Registered)];

    /// <summary>Removes the webhook that was made for an address; one that is gone already is fine.</summary>
    /// <param name="url">The address.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>The number of the webhook that is gone now; null when none was made here for this address.</returns>
    /// <exception cref="ConnectorException">Customer.io refused.</exception>
    public async Task<string?> RemoveAsync(string url, CancellationToken ct = default)
    {
        var (made, id) = Managed.FirstOrDefault(m => SameUrl(m.Url, url));
        if (id is null)
        {
            return null;
        }

        await DeleteAsync(id, ct).ConfigureAwait(false);
        await events
            .Store.WriteAsync(
                c =>
                {
                    c.Execute("DELETE FROM webhooks WHERE account = @0 AND endpoint = @1", _account, made);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return id;
    }

    /// <summary>Removes a webhook, whoever made it; one that is gone already is fine.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="ct">Ends it early.</param>
    /// <exception cref="ConnectorException">Customer.io refused.</exception>
    public async Task DeleteAsync(string id, CancellationToken ct = default)
    {
        try
        {
            await RunAsync("delete-reporting-webhook", new JObject { ["webhook"] = id }, ct).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (e.Status == 404)
        {
            // Somebody removed it in Customer.io.
        }
    }

    private List<(string Url, string Id)> Managed
    {
        get
        {
            using var reader = events.Store.Read();
            return reader.Query(r => (r.GetString(0), r.GetString(1)), "SELECT endpoint, id FROM webhooks WHERE account = @0", _account);
        }
    }

    private async Task<JObject> RunAsync(string action, JObject input, CancellationToken ct) =>
        (await connector.RunAsync(action, input, connection, null, ct).ConfigureAwait(false)).Data as JObject ?? [];

    private async Task<JObject[]> JsonAsync(CancellationToken ct) =>
        [.. ((await RunAsync("list-reporting-webhooks", [], ct).ConfigureAwait(false))["reporting_webhooks"] as JArray ?? []).OfType<JObject>()];

    private RegisteredWebhook Registered(JObject json) =>
        new(
            Id(json),
            (string?)json["endpoint"] ?? "",
            (string?)json["name"] ?? "",
            [.. (json["events"] as JArray ?? []).Select(e => (string?)e ?? "")],
            (bool?)json["disabled"] ?? false,
            Managed.Any(m => m.Id == Id(json))
        );

    private static string Id(JObject json) =>
        json["id"] is JValue { Type: not JTokenType.Null } id
            ? ConnectorJson.ScalarText(id)
            : throw new ConnectorException(
                FailureKind.Uncertain,
                "Customer.io's answer has no number of the webhook. Look at the reporting webhooks before you repeat it."
            );

    private static bool IsAs(JObject known, WebhookSpec wish) =>
        (bool?)known["disabled"] != true
        && (known["events"] as JArray ?? []).Select(e => (string?)e).ToHashSet().SetEquals(wish.Events)
        && (wish.FullResolution is null || (bool?)known["full_resolution"] == wish.FullResolution)
        && (wish.WithContent is null || (bool?)known["with_content"] == wish.WithContent);

    private static bool SameUrl(string? one, string other) =>
        Uri.TryCreate(one, UriKind.Absolute, out var a) && Uri.TryCreate(other, UriKind.Absolute, out var b) && a == b;

    private void RequireReachable(string url)
    {
        if (Webhook.Address(url, "/url").IsLoopback && connection.BaseUrl is null)
        {
            throw ConnectorException.Input(
                "/url",
                "is this machine's own address, which Customer.io cannot reach. Give the public address that leads here, such as that of a tunnel."
            );
        }
    }
}
