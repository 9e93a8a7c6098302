using System.IO.Compression;
using System.Net.Http.Headers;

namespace CustomerIo.Connector.Api;

/// <summary>Unpacks answers: gzip, deflate and br.</summary>
internal static class Packed
{
    /// <summary>What an answer may be packed with: without a word of it, anything would do.</summary>
    public const string Accepted = "gzip, deflate, br";

    /// <summary>A body as it was before it was packed.</summary>
    /// <exception cref="UnknownPackingException">It is packed in a way that nobody asked for.</exception>
    /// <exception cref="HttpRequestException">It is damaged, or longer than <paramref name="most"/> bytes when unpacked.</exception>
    public static byte[] Unpack(byte[] body, HttpContentHeaders headers, int most)
    {
        if (body.Length == 0 || !headers.NonValidated.Contains("Content-Encoding"))
        {
            return body;
        }

        using var packed = new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true);
        using var stream = Open(packed, headers);
        if (ReferenceEquals(stream, packed))
        {
            return body;
        }

        using var whole = new MemoryStream();
        var buffer = new byte[16 << 10];
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0; )
            {
                if (whole.Length + read > most)
                {
                    throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded);
                }

                whole.Write(buffer, 0, read);
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, inner: e);
        }

        return whole.ToArray();
    }

    /// <summary>A stream that unpacks; the same one when nothing is packed.</summary>
    /// <exception cref="UnknownPackingException">It is packed in a way that nobody asked for.</exception>
    public static Stream Open(Stream stream, HttpContentHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Content-Encoding", out var ways))
        {
            return stream;
        }

        foreach (var way in ways.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            stream = way.ToLowerInvariant() switch
            {
                "gzip" or "x-gzip" => new GZipStream(stream, CompressionMode.Decompress),
                "br" => new BrotliStream(stream, CompressionMode.Decompress),

                // Some leave out the two bytes around it that make it zlib's.
                "deflate" when stream is MemoryStream { Length: > 0 } body && (body.GetBuffer()[0] & 0x0F) != 8 => new DeflateStream(
                    stream,
                    CompressionMode.Decompress
                ),
                "deflate" => new ZLibStream(stream, CompressionMode.Decompress),
                "identity" => stream,
                _ => throw new UnknownPackingException(way),
            };
        }

        return stream;
    }

    /// <summary>Whether unpacking failed by what was packed.</summary>
    public static bool IsDamage(Exception e) => e is InvalidDataException or InvalidOperationException;
}

/// <summary>An answer is packed in a way that nobody asked for, so it cannot be read.</summary>
internal sealed class UnknownPackingException(string way) : HttpRequestException(HttpRequestError.InvalidResponse)
{
    /// <summary>What is wrong and what to do, with the name of the packing as far as it is one.</summary>
    public string Words { get; } =
        "The answer is packed as "
        + $"{(way.Length <= 20 && way.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? way : "something without a proper name")}, "
        + $"which this connector did not ask for ({Packed.Accepted}) and cannot read. Look for the proxy on the way that packs it so.";
}
