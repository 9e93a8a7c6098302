using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>One entry of a list that a form offers.</summary>
/// <param name="Value">What the input takes.</param>
/// <param name="Label">What a person reads.</param>
internal sealed record Option(string Value, string Label);

/// <summary>A list whose entries live in the workspace: which action reads it, and how an entry becomes an option.</summary>
/// <param name="Action">The action that reads it.</param>
/// <param name="Input">The action's input.</param>
/// <param name="List">The list's name in the action's data.</param>
/// <param name="Value">The field with what the input takes.</param>
/// <param name="Fits">Whether an entry is offered; null for all.</param>
/// <param name="Parts">The list within an entry whose parts are offered, named after it; null for the entries themselves.</param>
/// <param name="Each">How the parts of an entry are read, where the list does not hold them; null where it does.</param>
internal sealed record OptionList(
    string Action,
    string Input,
    string List,
    string Value = "id",
    Func<JObject, bool>? Fits = null,
    string? Parts = null,
    Func<string, (string Action, JObject Input)>? Each = null
);

/// <summary>The lists that forms can ask for, by the name that the manifest's <c>x-ui.options</c> uses.</summary>
internal sealed class OptionLists(CustomerIoConnector connector, TimeProvider time)
{
    /// <summary>A form asks at each opening, and a list seldom changes.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(30);

    private const string Newsletters = """{"limit":1000}""";

    /// <summary>Entries that are asked for their parts one by one, the newest ones: each costs a request.</summary>
    private const int MostAsked = 30;

    private static readonly OptionList s_translations = new(
        "list-transactional-messages",
        "{}",
        "messages",
        Parts: "contents",
        Each: id => ("get-transactional-content", new JObject { ["message"] = id })
    );

    private static readonly Dictionary<string, OptionList[]> s_all = new(StringComparer.Ordinal)
    {
        ["actions"] = [new("list-campaigns", "{}", "campaigns", Parts: "actions"), new("list-broadcasts", "{}", "broadcasts", Parts: "actions")],
        ["broadcasts"] = [new("list-broadcasts", "{}", "broadcasts")],
        ["campaigns"] = [new("list-campaigns", "{}", "campaigns")],
        ["collections"] = [new("list-collections", "{}", "collections")],
        ["languages"] = [s_translations with { Value = "language" }],
        ["manual-segments"] = [new("list-segments", "{}", "segments", Fits: s => (string?)(s["type"] as JValue) != "dynamic")],
        ["newsletter-contents"] = [new("list-newsletters", Newsletters, "newsletters", Parts: "content_ids")],
        ["newsletters"] = [new("list-newsletters", Newsletters, "newsletters")],
        ["object-types"] = [new("list-object-types", "{}", "types")],
        ["segments"] = [new("list-segments", "{}", "segments")],
        ["senders"] = [new("list-senders", """{"all":true}""", "sender_identities")],
        ["snippets"] = [new("list-snippets", "{}", "snippets", "name")],
        ["subscription-topic-numbers"] = [new("list-subscription-topics", "{}", "topics")],
        ["subscription-topics"] = [new("list-subscription-topics", "{}", "topics", "identifier")],
        ["transactional-contents"] = [s_translations],
        ["transactional-messages"] = [new("list-transactional-messages", "{}", "messages")],
    };

    private readonly ConditionalWeakTable<Connection, ConcurrentDictionary<string, (DateTimeOffset Until, Task<IReadOnlyList<Option>> Options)>> _kept = [];

    public static string Known => string.Join(", ", s_all.Keys.Order(StringComparer.Ordinal));

    public static bool Has(string kind) => s_all.ContainsKey(kind);

    /// <summary>The entries whose label or value holds a text, in the order of their labels.</summary>
    /// <exception cref="ConnectorException">Customer.io could not be asked, or refused the key.</exception>
    public async Task<IReadOnlyList<Option>> ReadAsync(string kind, Connection connection, string? search, CancellationToken cancellationToken)
    {
        var kept = _kept.GetValue(connection, _ => new ConcurrentDictionary<string, (DateTimeOffset, Task<IReadOnlyList<Option>>)>(StringComparer.Ordinal));
        var now = time.GetUtcNow();
        if (!kept.TryGetValue(kind, out var known) || known.Until <= now || known.Options.IsFaulted)
        {
            // The question is not one caller's to cancel: others may wait for the same answer.
            kept[kind] = known = (now + s_kept, AskAsync(s_all[kind], connection));
        }

        var options = await known.Options.WaitAsync(cancellationToken).ConfigureAwait(false);
        return search is null ? options : [.. options.Where(o => $"{o.Label} {o.Value}".Contains(search, StringComparison.OrdinalIgnoreCase))];
    }

    private async Task<IReadOnlyList<Option>> AskAsync(OptionList[] lists, Connection connection)
    {
        var found = new List<Option>();
        foreach (var list in lists)
        {
            var result = await connector.RunAsync(list.Action, ConnectorJson.ParseObject(list.Input), connection).ConfigureAwait(false);
            var entries = ((result.Data as JObject)?[list.List] as JArray ?? []).OfType<JObject>().Where(e => list.Fits?.Invoke(e) ?? true);
            if (list.Each is { } each)
            {
                foreach (var entry in entries.OrderByDescending(e => (long?)(e["id"] as JValue) ?? 0).Take(MostAsked))
                {
                    var (action, input) = each(Text(entry["id"]));
                    var whole = await connector.RunAsync(action, input, connection).ConfigureAwait(false);
                    found.AddRange(((whole.Data as JObject)?[list.Parts!] as JArray ?? []).Select(p => Part(entry, p, list.Value)));
                }

                continue;
            }

            found.AddRange(
                list.Parts is { } parts
                    ? entries.SelectMany(e => (e[parts] as JArray ?? []).Select(p => Part(e, p, list.Value)))
                    : entries.Select(e => new Option(Text(e[list.Value] ?? e["id"]), Text(e["name"])))
            );
        }

        return
        [
            .. found
                .Where(o => o.Value.Length > 0)
                .Distinct()
                .Select(o => o.Label.Length > 0 ? o with { Label = $"{o.Label} ({o.Value})" } : o with { Label = o.Value })
                .OrderBy(o => o.Label, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>A part as an option: its number, or the one it has, labelled by the whole and its kind; a text of its own needs no label.</summary>
    private static Option Part(JObject whole, JToken part, string value) =>
        part is not JObject own ? new Option(Text(part), Text(whole["name"]))
        : value != "id" ? new Option(Text(own[value]), "")
        : new Option(
            Text(own["id"]),
            string.Join(", ", new[] { Text(whole["name"]), Text(own["name"] ?? own["type"]), Text(own["language"]) }.Where(t => t.Length > 0).Distinct())
        );

    private static string Text(JToken? value) => value is JValue { Value: not null } scalar ? ConnectorJson.ScalarText(scalar) : "";
}
