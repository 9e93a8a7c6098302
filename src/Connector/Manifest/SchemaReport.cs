using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace CustomerIo.Connector.Manifest;

/// <summary>The full check of a value against a schema, through NJsonSchema, with every problem in a person's words.</summary>
internal static class SchemaReport
{
    /// <summary>The keyword that says in words what a value must be, where the other keywords say too little.</summary>
    public const string InWords = "x-expected";

    private static readonly ConditionalWeakTable<JObject, JsonSchema> s_compiled = [];
    private static readonly JsonSchemaValidator s_validator = new();

    /// <summary>So many problems are told; whoever has more mends these first.</summary>
    private const int Most = 50;

    /// <summary>The problems of <paramref name="value"/>, which this method may change; empty when it is valid.</summary>
    public static IReadOnlyList<Problem> Problems(JObject schema, JToken value)
    {
        var compiled = s_compiled.GetValue(schema, s => JsonSchema.FromJsonAsync(ConnectorJson.ToText(s)).GetAwaiter().GetResult());
        var own = OwnProblems(schema, value, "").Take(Most + 1).ToArray();
        var safe = MakeSafe(value);
        // Each costs a walk along the value, so that telling all of thousands would take for ever.
        Problem[] problems =
        [
            .. Leaves(s_validator.Validate(safe, compiled, SchemaType.JsonSchema))
                .Select(e => Describe(e, safe))
                .Concat(own)
                .DistinctBy(p => (p.Path, p.Message))
                .Take(Most + 1),
        ];
        return problems.Length <= Most ? problems : [.. problems[..Most], new Problem("", $"has further problems; these are the first {Most}.")];
    }

    /// <summary>The limits that JSON Schema cannot say, of a schema and of the properties and items below it.</summary>
    private static IEnumerable<Problem> OwnProblems(JObject schema, JToken value, string path)
    {
        var own = new OwnLimits(schema).Problems(value, path);
        var below = value switch
        {
            JObject o when schema["properties"] is JObject properties => o.Properties()
                .Where(p => properties[p.Name] is JObject)
                .SelectMany(p => OwnProblems((JObject)properties[p.Name]!, p.Value, $"{path}/{Names.Escape(p.Name)}")),
            JArray a when schema["items"] is JObject items => a.SelectMany((item, i) => OwnProblems(items, item, $"{path}/{i}")),
            _ => [],
        };
        return own.Concat(below);
    }

    // NJsonSchema throws on integers beyond 64 bits, and knows neither dates nor other .NET values as tokens.
    private static JToken MakeSafe(JToken value)
    {
        switch (value)
        {
            case JContainer container:
                foreach (var child in container.Children().ToArray())
                {
                    MakeSafe(child);
                }

                return value;
            case JValue { Value: BigInteger big } v:
                v.Value = big.Sign < 0 ? long.MinValue : long.MaxValue;
                return v;
            case JValue { Type: JTokenType.Date or JTokenType.Guid or JTokenType.Uri or JTokenType.TimeSpan } v:
                v.Value = ConnectorJson.ScalarText(v);
                return v;
            default:
                return value;
        }
    }

    private static IEnumerable<ValidationError> Leaves(IEnumerable<ValidationError> all) =>
        all.SelectMany(error =>
            error is ChildSchemaValidationError child && child.Errors.Values.Any(v => v.Count > 0)
                ? error.Kind is ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf
                    ? Closest(child, child.Errors.Values)
                    : Leaves(child.Errors.Values.SelectMany(v => v))
                : error is MultiTypeValidationError types
                    ? Closest(types, types.Errors.Values)
                    : [error]
        );

    // Of several alternatives, the one that fits in all but details is the one that was meant.
    private static ValidationError[] Closest(ValidationError error, IEnumerable<ICollection<ValidationError>> alternatives)
    {
        var meant = alternatives
            .Select(v => Leaves(v).ToArray())
            .Where(v => !v.Any(e => e.Path == error.Path && e.Kind.ToString().EndsWith("Expected", StringComparison.Ordinal)))
            .ToArray();
        return meant.Length == 1 ? meant[0] : [error];
    }

    private static Problem Describe(ValidationError error, JToken root)
    {
        var schema = error.Schema;
        string Number(object? n) => Convert.ToString(n, CultureInfo.InvariantCulture)!;
        var message = error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => "is required.",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => "is not known here; " + Known(error, root),
            _ when schema.ExtensionData?.TryGetValue(InWords, out var words) == true => $"must be {words}.",
            ValidationErrorKind.NotInEnumeration => $"must be one of: {string.Join(", ", schema.Enumeration)}.",
            ValidationErrorKind.NumberTooSmall or ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig =>
                $"must be {Range(Number(schema.Minimum), Number(schema.Maximum))}.",
            ValidationErrorKind.StringTooShort => schema.MinLength == 1 ? "must not be empty." : $"must have at least {schema.MinLength} characters.",
            ValidationErrorKind.StringTooLong => $"must have at most {schema.MaxLength} characters.",
            ValidationErrorKind.TooFewProperties => "must not be empty.",
            ValidationErrorKind.TooFewItems => schema.MinItems == 1 ? "must not be empty." : $"must have at least {schema.MinItems} items.",
            ValidationErrorKind.TooManyItems => $"must have at most {schema.MaxItems} items.",
            ValidationErrorKind.PatternMismatch => "does not have the expected form" + Example(schema) + ".",
            ValidationErrorKind.StringExpected
            or ValidationErrorKind.NumberExpected
            or ValidationErrorKind.IntegerExpected
            or ValidationErrorKind.BooleanExpected
            or ValidationErrorKind.ObjectExpected
            or ValidationErrorKind.ArrayExpected
            or ValidationErrorKind.NullExpected
            or ValidationErrorKind.NoTypeValidates
            or ValidationErrorKind.NotAnyOf
            or ValidationErrorKind.NotOneOf => $"must be {Expected(schema)}.",
            _ => $"is not valid ({error.Kind}).",
        };
        return new Problem(Pointer(error.Path ?? "", root), message);
    }

    private static string Range(string least, string most) =>
        (least, most) switch
        {
            ("", _) => $"at most {most}",
            (_, "") => $"at least {least}",
            _ => $"from {least} to {most}",
        };

    private static string Known(ValidationError error, JToken root)
    {
        var names = error.Schema.Properties.Keys.ToArray();
        var written = Names.Unescape(Pointer(error.Path ?? "", root).Split('/')[^1]);
        return Names.Nearest(written, names) is { } nearest ? $"did you mean \"{nearest}\"?"
            : names.Length is > 0 and <= 40 ? $"check its spelling. It has: {string.Join(", ", names)}."
            : "check its spelling.";
    }

    private static string Example(JsonSchema schema) =>
        schema.ExtensionData?.TryGetValue("examples", out var examples) == true && examples is object[] { Length: > 0 } all ? $", such as {all[0]}" : "";

    private static string Expected(JsonSchema schema)
    {
        var alternatives = schema.OneOf.Concat(schema.AnyOf).Select(s => Expected(s.ActualSchema)).Distinct().ToArray();
        if (alternatives.Length > 0)
        {
            return string.Join(" or ", alternatives);
        }

        var names = new (JsonObjectType Type, string Name)[]
        {
            (JsonObjectType.String, "a text"),
            (JsonObjectType.Integer, "a whole number"),
            (JsonObjectType.Number, "a number"),
            (JsonObjectType.Boolean, "true or false"),
            (JsonObjectType.Object, "an object"),
            (JsonObjectType.Array, "a list"),
            (JsonObjectType.Null, "null"),
        };
        var fitting = names.Where(n => schema.Type.HasFlag(n.Type)).Select(n => n.Name).ToArray();
        return fitting.Length == 0 ? "another value" : string.Join(" or ", fitting);
    }

    // NJsonSchema writes #/a[1].b and escapes nothing, so the path is walked along the value to tell a dot from a dot.
    private static string Pointer(string path, JToken root)
    {
        var rest = path.StartsWith("#/", StringComparison.Ordinal) ? path[2..] : path.TrimStart('#');
        var pointer = "";
        JToken? at = root;
        while (rest.Length > 0)
        {
            if (rest[0] == '[' && rest.IndexOf(']') is > 0 and var close && int.TryParse(rest.AsSpan(1, close - 1), out var index))
            {
                pointer += "/" + index.ToString(CultureInfo.InvariantCulture);
                at = at is JArray array && index < array.Count ? array[index] : null;
                rest = rest[(close + 1)..].TrimStart('.');
                continue;
            }

            // Of values within, Newtonsoft writes ['a.b'] for names that are no plain words.
            var remaining = rest;
            var written =
                (at as JObject)
                    ?.Properties()
                    .SelectMany(p => new[] { (p.Name, Form: p.Name), (p.Name, Form: $"['{p.Name.Replace("\\", "\\\\").Replace("'", "\\'")}']") })
                    .Where(n =>
                        remaining.StartsWith(n.Form, StringComparison.Ordinal) && (remaining.Length == n.Form.Length || remaining[n.Form.Length] is '.' or '[')
                    )
                    .OrderByDescending(n => n.Form.Length)
                    .FirstOrDefault()
                ?? default;
            var (name, form) = written.Name is null ? (remaining.Split('.', '[')[0], remaining.Split('.', '[')[0]) : written;
            if (name.Length == 0)
            {
                break;
            }

            pointer += "/" + Names.Escape(name);
            at = (at as JObject)?[name];
            rest = rest[form.Length..].TrimStart('.');
        }

        return pointer;
    }
}
