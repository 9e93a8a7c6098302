using System.Security.Cryptography;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>A table that is read once, from its first row to its last.</summary>
internal interface IRowSource : IAsyncDisposable
{
    /// <summary>Tells this source from another: a job goes on only where it began.</summary>
    string Identity { get; }

    /// <summary>How many bytes there are to read; 0 when that is not known.</summary>
    long Size { get; }

    /// <summary>Whether every reading gives the same rows in the same order.</summary>
    bool IsOrdered { get; }

    /// <summary>The format of an errors file of these rows.</summary>
    RejectFormat RejectFormat { get; }

    /// <summary>Fills a block.</summary>
    /// <returns>False at the end, when the block got nothing.</returns>
    ValueTask<bool> ReadAsync(RowBlock block, CancellationToken ct);
}

/// <summary>How an errors file repeats the rows of a source.</summary>
/// <param name="Extension">What its name must end in.</param>
/// <param name="Separator">Between the columns of a CSV file.</param>
/// <param name="Header">The header of a CSV file, as it was written; null for JSON Lines.</param>
internal sealed record RejectFormat(string Extension, char Separator, byte[]? Header);

/// <summary>Finds the source that <c>--from</c> names.</summary>
internal static class RowSource
{
    /// <summary>The columns that errors files add; they are passed over when such a file is read.</summary>
    public static readonly string[] RejectColumns = ["_row", "_reason", "_field", "_message"];

    /// <exception cref="ConnectorException">It cannot be read, or is of no known kind.</exception>
    public static IRowSource Open(string from, string? query, char? delimiter, CancellationToken ct = default)
    {
        if (Database.Parse(from) is { } database)
        {
            return SqlSource.Open(
                database,
                query
                    ?? throw new ConnectorException(
                        FailureKind.Input,
                        "A database needs --query, such as --query \"SELECT id, email FROM people ORDER BY id\"."
                    )
            );
        }

        if (query is not null)
        {
            throw new ConnectorException(FailureKind.Input, "--query is for databases (sqlite:FILE or postgres:CONNECTION); a file is read whole.");
        }

        PlainFile.Check(from, ct);
        return Path.GetExtension(from).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" or ".txt" => CsvSource.Open(from, delimiter),
            ".jsonl" or ".ndjson" => new JsonLinesSource(from),
            _ => throw new ConnectorException(
                FailureKind.Input,
                $"{Database.NameOf(from)} is of no kind that can be read: it must end in .csv or "
                    + ".jsonl, or be sqlite:FILE, postgres:CONNECTION or env:NAME of a variable that holds one of these."
            ),
        };
    }

    public static FileStream OpenFile(string path)
    {
        try
        {
            // Unbuffered: the readers have blocks of their own.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw Directory.Exists(path) ? new ConnectorException(FailureKind.Input, $"{path} is a folder, not a file.") : FileFailure.Of(e, path, "read");
        }
    }

    /// <summary>The size of a file and the hash of its beginning.</summary>
    public static string IdentityOf(string path)
    {
        using var stream = OpenFile(path);
        var beginning = new byte[64 << 10];
        var length = stream.ReadAtLeast(beginning, beginning.Length, false);
        RefuseOtherKinds(path, beginning.AsSpan(0, length));
        RefuseOtherEncodings(path, beginning.AsSpan(0, length));
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"file {stream.Length} {Convert.ToHexString(SHA256.HashData(beginning.AsSpan(0, length)).AsSpan(0, 16))}"
        );
    }

    /// <summary>What is no text, told by how such files begin; null for what may be one.</summary>
    public static string? BinaryKindOf(ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith("PK\u0003\u0004"u8) ? "an Excel workbook (.xlsx) or another zip archive"
        : beginning is [0xD0, 0xCF, 0x11, 0xE0, ..] ? "an old Excel workbook (.xls)"
        : beginning is [0x1F, 0x8B, ..] ? "packed with gzip"
        : beginning.StartsWith("%PDF-"u8) ? "a PDF"
        : null;

    // What is saved or downloaded under a table's name and is none.
    private static void RefuseOtherKinds(string path, ReadOnlySpan<byte> beginning)
    {
        var text = beginning.TrimStart("\uFEFF \t\r\n"u8);
        var isMarkup = text is [(byte)'<', (byte)'!' or (byte)'?' or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z'), ..];
        if ((BinaryKindOf(beginning) ?? (isMarkup ? "HTML or XML" : null)) is { } kind)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{path} is {kind}, whatever its name says. Unpack it, or save it anew as CSV: in Excel as \"CSV UTF-8\"."
            );
        }
    }

    // UTF-16 and UTF-32 begin with a byte order mark, or have zero bytes in their first characters, as no text in UTF-8 has.
    private static void RefuseOtherEncodings(string path, ReadOnlySpan<byte> beginning)
    {
        if (beginning is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || beginning[..Math.Min(4, beginning.Length)].Contains((byte)0))
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{path} is not UTF-8 but UTF-16 or no text. Save it as UTF-8: in Excel as \"CSV UTF-8\", or with iconv -f UTF-16 -t UTF-8."
            );
        }
    }
}
