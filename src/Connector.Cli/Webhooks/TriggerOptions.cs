using System.CommandLine;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Webhooks;

/// <summary>The trigger's settings as options of a command.</summary>
internal sealed class TriggerOptions
{
    private static readonly TriggerManifest s_trigger = Catalogue.Embedded.Triggers.Single();
    private readonly Option<string?> _path = new("--path") { Description = "Path of the address. Default /customerio.", HelpName = "path" };
    private readonly Option<string[]> _events = Events("Only these events. Default all.");
    private readonly (string Setting, Option<string[]> Option)[] _filters =
    [
        ("campaigns", Filter("--campaign", "Only messages of this campaign; may be repeated, as may the next ones.", "n")),
        ("broadcasts", Filter("--broadcast", "Only messages of this API-triggered broadcast.", "n")),
        ("newsletters", Filter("--newsletter", "Only messages of this newsletter.", "n")),
        ("transactionalMessages", Filter("--transactional-message", "Only this transactional message.", "n")),
        ("actions", Filter("--action", "Only messages of this step of a campaign.", "n")),
        ("recipientDomains", Filter("--recipient-domain", "Only e-mail addresses in this domain.", "domain")),
    ];

    private readonly Option<string> _as = new("--as")
    {
        Description = "As Customer.io sends them, or as track events. Default deliveries.",
        HelpName = "deliveries|events",
        DefaultValueFactory = _ => "deliveries",
    };
    private readonly Option<string> _naming = new("--naming")
    {
        Description = "Whose names track events have. Default customerio.",
        HelpName = "customerio|rudderstack",
        DefaultValueFactory = _ => "customerio",
    };
    private readonly Option<int?> _window = new("--replay-window")
    {
        Description = "Seconds that a signed delivery may be old; 0 takes any. Default 300.",
        HelpName = "s",
    };

    public TriggerOptions()
    {
        _as.AcceptOnlyFromAmong("deliveries", "events");
        _naming.AcceptOnlyFromAmong("customerio", "rudderstack");
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_path, _events, .. _filters.Select(f => f.Option), _as, _naming, _window])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The settings that were given.</summary>
    public JObject Read(ParseResult parsed)
    {
        var settings = new JObject
        {
            ["events"] = new JArray(Names(parsed.GetValue(_events))),
            ["format"] = parsed.GetValue(_as),
            ["naming"] = parsed.GetValue(_naming),
        };
        if (parsed.GetValue(_path) is { } path)
        {
            settings["path"] = path;
        }

        if (parsed.GetValue(_window) is { } seconds)
        {
            settings["replayWindow"] = seconds;
        }

        foreach (var (setting, option) in _filters)
        {
            settings[setting] = new JArray(Names(parsed.GetValue(option)));
        }

        return settings;
    }

    private static Option<string[]> Filter(string name, string description, string help) => new(name) { Description = description, HelpName = help };

    /// <summary>Names of events, separated by commas or given one by one; checked while parsing.</summary>
    public static Option<string[]> Events(string description)
    {
        var option = new Option<string[]>("--events") { Description = description, HelpName = "name,name" };
        option.Validators.Add(result =>
        {
            foreach (var name in Names(result.Tokens.Select(t => t.Value)).Where(n => s_trigger.Offered.All(e => e.Name != n)))
            {
                result.AddError(Unknown(name));
            }
        });
        return option;
    }

    public static IEnumerable<string> Names(IEnumerable<string>? given) =>
        (given ?? []).SelectMany(g => g.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    public static string Unknown(string name)
    {
        var words = name.Split('_', '-', ' ');
        var near = s_trigger
            .Offered.Where(e => e.Name.StartsWith(words[0], StringComparison.OrdinalIgnoreCase) || e.Metric == words[^1])
            .Select(e => e.Name)
            .ToArray();
        return $"There is no event \"{name}\". {(near.Length > 0 ? $"Near ones: {string.Join(", ", near.Take(14))}. " : "")}"
            + "All of them: connector webhooks events";
    }
}
