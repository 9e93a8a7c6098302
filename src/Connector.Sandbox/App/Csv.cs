using System.Text;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Comma-separated text, one record a line, the names in the first.</summary>
internal static class Csv
{
    /// <summary>The records below the names; what has no name is left out.</summary>
    public static IEnumerable<Dictionary<string, string>> Rows(IReadOnlyList<string> lines)
    {
        var names = lines.Count == 0 ? [] : Fields(lines[0]);
        return lines.Skip(1).Select(line => names.Zip(Fields(line)).DistinctBy(f => f.First).ToDictionary(f => f.First, f => f.Second));
    }

    private static List<string> Fields(string line)
    {
        var (fields, field, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '"' when isQuoted && i + 1 < line.Length && line[i + 1] == '"':
                    field.Append(line[i++]);
                    break;
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case ',' when !isQuoted:
                    fields.Add(field.ToString());
                    field.Clear();
                    break;
                default:
                    field.Append(line[i]);
                    break;
            }
        }
        fields.Add(field.ToString());
        return fields;
    }
}
