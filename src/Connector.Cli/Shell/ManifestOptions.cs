using System.CommandLine;
using System.Globalization;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Shell;

/// <summary>An input as an option: what a command line has otherwise than a form.</summary>
/// <param name="Key">The input.</param>
/// <param name="Name">The option; null: the input's name in kebab case.</param>
/// <param name="Value">What stands for the value in the help; null: made of the type and the choices.</param>
internal sealed record ManifestOption(string Key, string? Name = null, string? Value = null)
{
    /// <summary>A sentence for the help about what only a terminal does.</summary>
    public string? Also { get; init; }

    /// <summary>Whether it must be given; null: as the schema says.</summary>
    public bool? Required { get; init; }

    /// <summary>Takes away what a form would not have, such as the unit of a number.</summary>
    public Func<string, string> Clean { get; init; } = text => text;

    /// <summary>What is wrong with one value of a list, in a sentence; null: as the schema says.</summary>
    public Func<string, string?>? Refuse { get; init; }
}

/// <summary>Inputs of an action, trigger, job or tool as options: words, types, choices, defaults and limits are the manifest's.</summary>
internal sealed class ManifestOptions
{
    private readonly List<(string Key, Option Option, Func<ParseResult, JToken?> Value)> _options = [];

    private ManifestOptions() { }

    /// <summary>Makes the options of some inputs, in their order.</summary>
    public static ManifestOptions For(JObject schema, params IEnumerable<ManifestOption> inputs)
    {
        var options = new ManifestOptions();
        var required = (schema["required"] as JArray ?? []).Select(r => (string?)r).ToHashSet();
        foreach (var input in inputs)
        {
            options.Add(input, (JObject)schema["properties"]![input.Key]!, input.Required ?? required.Contains(input.Key));
        }

        return options;
    }

    /// <summary>An input as a command's argument.</summary>
    public static Argument<string> Argument(JObject schema, string key)
    {
        var property = (JObject)schema["properties"]![key]!;
        var argument = new Argument<string>(key) { HelpName = key, Description = Describe(property, "") };
        if (property["enum"] is JArray choices)
        {
            argument.AcceptOnlyFromAmong([.. choices.Select(c => (string)c!)]);
        }

        return argument;
    }

    public void AddTo(Command command)
    {
        foreach (var (_, option, _) in _options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The option of an input.</summary>
    public Option this[string key] => _options.Single(o => o.Key == key).Option;

    /// <summary>The inputs that were given.</summary>
    public JObject Given(ParseResult parsed) =>
        new(
            _options
                .Where(o => parsed.GetResult(o.Option) is { Implicit: false })
                .Select(o => (o.Key, Value: o.Value(parsed)))
                .Where(o => o.Value is not null)
                .Select(o => new JProperty(o.Key, o.Value))
        );

    private void Add(ManifestOption input, JObject property, bool required)
    {
        var name = input.Name ?? "--" + string.Concat(input.Key.Select(c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}"));
        var (option, value) = (string?)(property["type"] as JValue) switch
        {
            "boolean" when property["default"] is not null => Of(new Option<bool>(name), v => v),
            "boolean" => Of(new Option<bool?>(name) { HelpName = "true|false" }, v => v),
            "array" => Of(List(name, input, (JObject)property["items"]!), v => new JArray(Values(v))),
            _ => Of(One(name, input, property), v => v),
        };
        option.Required = required;
        option.HelpName = input.Value ?? option.HelpName;
        option.Description = Describe(property, option.HelpName ?? "") + (input.Also is { } also ? " " + also : "");
        _options.Add((input.Key, option, value));
    }

    private static (Option Option, Func<ParseResult, JToken?> Value) Of<T>(Option<T> option, Func<T?, JToken?> value) =>
        (option, parsed => value(parsed.GetValue(option)));

    private static Option<JToken?> One(string name, ManifestOption input, JObject property)
    {
        var option = new Option<JToken?>(name)
        {
            HelpName = property["enum"] is JArray choices ? string.Join('|', choices) : input.Key.ToLowerInvariant(),
            CustomParser = result =>
            {
                var value = Typed(input.Clean(result.Tokens[0].Value), (string?)(property["type"] as JValue));
                if (Problem(property, value) is { } problem)
                {
                    result.AddError($"{name} {problem}");
                }

                return value;
            },
        };
        if (property["enum"] is JArray all)
        {
            option.CompletionSources.Add([.. all.Select(c => (string)c!)]);
        }

        return option;
    }

    private static Option<string[]> List(string name, ManifestOption input, JObject items)
    {
        var option = new Option<string[]>(name) { HelpName = "name,name" };
        var check = input.Refuse ?? (value => Problem(items, value) is { } problem ? $"{name} \"{value}\" {problem}" : null);
        option.Validators.Add(result =>
        {
            foreach (var refusal in Values(result.Tokens.Select(t => t.Value)).Select(check).OfType<string>())
            {
                result.AddError(refusal);
            }
        });
        return option;
    }

    /// <summary>The names of a list that commas separate; commas alone are a name that nothing has, and not a list of nothing.</summary>
    public static string[] Split(string names) =>
        names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } all ? all : [names];

    /// <summary>The values of a list, separated by commas or given one by one.</summary>
    private static IEnumerable<string> Values(IEnumerable<string>? given) => (given ?? []).SelectMany(Split);

    private static JValue Typed(string text, string? type) =>
        type switch
        {
            "integer" when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => new JValue(whole),
            "number" when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => new JValue(number),
            _ => new JValue(text),
        };

    // The full report costs a start of NJsonSchema, which only what is wrong is worth.
    private static string? Problem(JObject schema, JToken value) =>
        new PlainCheck(schema).Accepts(value) ? null
        : SchemaReport.Problems(schema, value.DeepClone()) is [var first, ..] ? first.Message
        : null;

    // A form is left empty where a command line leaves an option out.
    private static string Describe(JObject property, string shown)
    {
        var words = ((string)property["description"]!).TrimEnd('.').Split("; empty means ");
        var (least, most) = (property["minimum"] as JValue, property["maximum"] as JValue);
        var choices = property["enum"] is JArray all && shown != string.Join('|', all) ? $" One of {string.Join(", ", all)}." : "";
        var range = least is null || most is null ? "" : $" From {ConnectorJson.ScalarText(least)} to {ConnectorJson.ScalarText(most)}.";
        var usual =
            words.Length > 1 ? $" Default: {words[1]}."
            : property["default"] is JValue { Value: not bool } value ? $" Default {ConnectorJson.ScalarText(value)}."
            : "";
        return $"{words[0]}.{choices}{range}{usual}";
    }
}
