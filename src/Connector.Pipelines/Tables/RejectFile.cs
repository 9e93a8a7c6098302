using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>The errors file: each bad row as it was written, with its line, the reason, the field and a message before it. Can be read as input.</summary>
internal sealed class RejectFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly RejectFormat _format;

    private RejectFile(string path, FileStream stream, RejectFormat format)
    {
        (_path, _stream, _format) = (path, stream, format);
    }

    /// <summary>Begins the file, or goes on in it: what an earlier run wrote beyond <paramref name="length"/> is cut off.</summary>
    /// <exception cref="ConnectorException">It cannot be written, its name does not fit the input, or what is there is no errors file; then nothing
    /// was written.</exception>
    public static RejectFile Open(string path, RejectFormat format, long length)
    {
        if (!path.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new ConnectorException(FailureKind.Input, $"The errors file must end in {format.Extension}, since it repeats the rows of this input.");
        }

        if (Directory.Exists(path))
        {
            throw new ConnectorException(FailureKind.Input, $"The errors file {path} is a folder.");
        }

        PlainFile.Check(path);
        FileStream? stream = null;
        try
        {
            if (Path.Exists(path))
            {
                stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
                CheckIsOurs(path, stream);
            }

            if (stream is null || length == 0)
            {
                stream?.Dispose();
                stream = Begin(path, format);
            }

            stream.SetLength(Math.Min(length == 0 ? long.MaxValue : length, stream.Length));
            stream.Position = stream.Length;
            return new RejectFile(path, stream, format);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            stream?.Dispose();
            throw FileFailure.Of(e, path, "written");
        }
        catch (ConnectorException)
        {
            stream?.Dispose();
            throw;
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
        Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text));
    }

    /// <summary>Puts everything on the disk.</summary>
    /// <returns>The length of the file.</returns>
    /// <exception cref="ConnectorException">It cannot be written, as when the disk is full.</exception>
    public long Flush()
    {
        try
        {
            _stream.Flush(true);
            return _stream.Length;
        }
        catch (IOException e)
        {
            throw FileFailure.Of(e, _path, "written");
        }
    }

    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be written was told when it was tried.
        }
    }

    // A file of its own takes the name at once: a killed run has to find it again, and a link in its place is not followed.
    private static FileStream Begin(string path, RejectFormat format)
    {
        var part = $"{Path.GetFullPath(path)}.{RandomNumberGenerator.GetHexString(12, true)}.part";
        var stream = PrivateFile.Create(part, FileShare.Read | FileShare.Delete);
        try
        {
            if (format.Header is { } header)
            {
                stream.Write(Encoding.ASCII.GetBytes(string.Concat(RowSource.RejectColumns.Select(c => c + format.Separator))));
                stream.Write(header);
                stream.Write("\n"u8);
                stream.Flush();
            }

            File.Move(part, path, true);
            return stream;
        }
        catch
        {
            new RejectFile(path, stream, format).Dispose();
            File.Delete(part);
            throw;
        }
    }

    // Only what an import wrote is written over.
    private static void CheckIsOurs(string path, FileStream stream)
    {
        Span<byte> beginning = stackalloc byte[32];
        beginning = beginning[..stream.ReadAtLeast(beginning, beginning.Length, false)];
        stream.Position = 0;
        if (
            beginning.Length > 0
            && !beginning.StartsWith("{\"_row\":"u8)
            && !(beginning.StartsWith("_row"u8) && beginning.Length > 12 && beginning[5..].StartsWith("_reason"u8))
        )
        {
            throw new ConnectorException(FailureKind.Input, $"{path} is there and is no errors file of an import, so it is left alone. Name another one.");
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (IOException e)
        {
            throw FileFailure.Of(e, _path, "written");
        }
    }

    private void WriteJson(long line, RowProblem problem, ReadOnlySpan<byte> raw)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = ConnectorJson.Writer(buffer);
        writer.WriteStartObject();
        writer.WriteNumber("_row"u8, line);
        writer.WriteString("_reason"u8, problem.Reason);
        writer.WriteString("_field"u8, problem.Field);
        writer.WriteString("_message"u8, problem.Message);
        var isObject = IsObject(raw);
        if (!isObject)
        {
            writer.WriteString("_line"u8, Encoding.UTF8.GetString(raw));
        }

        writer.Flush();
        if (isObject)
        {
            WriteMembers(buffer, raw);
        }

        buffer.Write("}\n"u8);
        Append(buffer.WrittenSpan);
    }

    // As they stand in the row: what was refused in them is to be seen.
    private static void WriteMembers(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> raw)
    {
        var reader = new Utf8JsonReader(raw, StrictJson.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, start) = (reader.GetString()!, (int)reader.TokenStartIndex);
            reader.Read();
            reader.Skip();
            if (!RowSource.RejectColumns.Contains(name))
            {
                buffer.Write(","u8);
                buffer.Write(raw[start..(int)reader.BytesConsumed]);
            }
        }
    }

    private static bool IsObject(ReadOnlySpan<byte> raw)
    {
        try
        {
            ConnectorJson.ParseObject(raw);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
