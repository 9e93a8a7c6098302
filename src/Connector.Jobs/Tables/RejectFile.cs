using System.Globalization;
using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Jobs.Tables;

/// <summary>The errors file: each bad row as it was written, with its line, the reason, the field and a message before it. Can be read as input.</summary>
internal sealed class RejectFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly RejectFormat _format;

    private RejectFile(FileStream stream, RejectFormat format)
    {
        (_stream, _format) = (stream, format);
    }

    public string Path => _stream.Name;

    /// <summary>Opens the file; what an earlier run wrote beyond <paramref name="length"/> is cut off.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be written, or its name does not fit the input.</exception>
    public static RejectFile Open(string path, RejectFormat format, long length)
    {
        if (!path.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new ConnectorException(FailureKind.Input, $"The errors file must end in {format.Extension}, since it repeats the rows of this input.");
        }

        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            stream.SetLength(Math.Min(length, stream.Length));
            stream.Position = stream.Length;
            var file = new RejectFile(stream, format);
            if (stream.Length == 0 && format.Header is { } header)
            {
                stream.Write(Encoding.ASCII.GetBytes(string.Concat(RowSource.RejectColumns.Select(c => c + format.Separator))));
                stream.Write(header);
                stream.Write("\n"u8);
            }

            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"{path} cannot be written: {e.Message}");
        }
    }

    public void Write(long line, RowProblem problem, ReadOnlySpan<byte> raw)
    {
        if (_format.Header is null)
        {
            WriteJson(line, problem, raw);
            return;
        }

        var text = new List<byte>(256);
        foreach (var value in (string[])[line.ToString(CultureInfo.InvariantCulture), problem.Reason, problem.Field, problem.Message])
        {
            CsvText.Append(text, Encoding.UTF8.GetBytes(value), _format.Separator);
            text.Add((byte)_format.Separator);
        }

        text.AddRange(raw);
        text.Add((byte)'\n');
        _stream.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text));
    }

    /// <summary>Puts everything on the disk.</summary>
    /// <returns>The length of the file.</returns>
    public long Flush()
    {
        _stream.Flush(true);
        return _stream.Length;
    }

    public void Dispose() => _stream.Dispose();

    private void WriteJson(long line, RowProblem problem, ReadOnlySpan<byte> raw)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using var writer = ConnectorJson.Writer(buffer);
        writer.WriteStartObject();
        writer.WriteNumber("_row"u8, line);
        writer.WriteString("_reason"u8, problem.Reason);
        writer.WriteString("_field"u8, problem.Field);
        writer.WriteString("_message"u8, problem.Message);
        if (Members(raw) is { Count: >= 0 } members)
        {
            foreach (var (name, value) in members)
            {
                if (!RowSource.RejectColumns.Contains(name))
                {
                    writer.WritePropertyName(name);
                    ConnectorJson.Write(writer, value!);
                }
            }
        }
        else
        {
            writer.WriteString("_line"u8, Encoding.UTF8.GetString(raw));
        }

        writer.WriteEndObject();
        writer.Flush();
        _stream.Write(buffer.WrittenSpan);
        _stream.Write("\n"u8);
    }

    private static Newtonsoft.Json.Linq.JObject? Members(ReadOnlySpan<byte> raw)
    {
        try
        {
            return ConnectorJson.ParseObject(raw);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
