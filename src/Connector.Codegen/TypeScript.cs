using System.Text;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>Values as literals of TypeScript, as one writes them by hand.</summary>
internal static partial class TypeScript
{
    private const int Columns = 140;

    /// <summary>Writes a value; what fits stands on one line.</summary>
    /// <param name="text">Receives it.</param>
    /// <param name="value">An object, a list or a scalar.</param>
    /// <param name="depth">How deep it stands.</param>
    public static void Write(StringBuilder text, JToken value, int depth)
    {
        var start = text.Length;
        Flat(text, value);
        if (value is not JContainer { HasValues: true } many || text.Length - LineStart(text, start) <= Columns)
        {
            return;
        }

        text.Length = start;
        var inner = new string(' ', 2 * (depth + 1));
        text.Append(many is JObject ? "{\n" : "[\n");
        foreach (var member in many.Children())
        {
            text.Append(inner);
            if (member is JProperty property)
            {
                text.Append(Key(property.Name)).Append(": ");
            }

            Write(text, member is JProperty { Value: var held } ? held : member, depth + 1);
            text.Append(",\n");
        }

        text.Append(' ', 2 * depth).Append(many is JObject ? '}' : ']');
    }

    /// <summary>A key, in quotes where it needs them.</summary>
    public static string Key(string name) => Plain().IsMatch(name) ? name : Text(name);

    private static int LineStart(StringBuilder text, int at)
    {
        while (at > 0 && text[at - 1] != '\n')
        {
            at--;
        }

        return at;
    }

    private static void Flat(StringBuilder text, JToken value)
    {
        switch (value)
        {
            case JObject { Count: > 0 } members:
                text.Append("{ ").AppendJoin(", ", members.Properties().Select(p => $"{Key(p.Name)}: {Flat(p.Value)}")).Append(" }");
                break;
            case JArray items:
                text.Append('[').AppendJoin(", ", items.Select(Flat)).Append(']');
                break;
            case JObject:
                text.Append("{}");
                break;
            default:
                text.Append(value.Type == JTokenType.String ? Text((string)value!) : value.ToString(Formatting.None));
                break;
        }
    }

    private static string Flat(JToken value)
    {
        var text = new StringBuilder();
        Flat(text, value);
        return text.ToString();
    }

    private static string Text(string value) => $"'{Special().Replace(value, m => m.Value == "\n" ? "\\n" : "\\" + m.Value)}'";

    [GeneratedRegex(@"[\\'\n]")]
    private static partial Regex Special();

    [GeneratedRegex("^[A-Za-z_$][A-Za-z0-9_$]*$")]
    private static partial Regex Plain();
}
