namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>Fields of a CSV file as they are written.</summary>
internal static class CsvText
{
    /// <summary>Appends a field, in quotes where it needs them.</summary>
    public static void Append(List<byte> output, ReadOnlySpan<byte> field, char separator)
    {
        if (field.IndexOfAny((byte)'"', (byte)'\n', (byte)'\r') < 0 && field.IndexOf((byte)separator) < 0)
        {
            output.AddRange(field);
            return;
        }

        output.Add((byte)'"');
        foreach (var b in field)
        {
            output.Add(b);
            if (b == '"')
            {
                output.Add(b);
            }
        }

        output.Add((byte)'"');
    }
}
