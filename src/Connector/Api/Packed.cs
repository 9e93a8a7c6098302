using System.IO.Compression;
using System.Net.Http.Headers;

namespace CustomerIo.Connector.Api;

/// <summary>Unpacks what a proxy packed though nobody asked for it: gzip, deflate and br.</summary>
internal static class Packed
{
    /// <summary>A body as it was before it was packed; what is packed in an unknown way stays so.</summary>
    /// <exception cref="HttpRequestException">It is damaged, or longer than <paramref name="most"/> bytes when unpacked.</exception>
    public static byte[] Unpack(byte[] body, HttpContentHeaders headers, int most)
    {
        using var packed = new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true);
        using var stream = Open(packed, headers);
        if (ReferenceEquals(stream, packed) || body.Length == 0)
        {
            return body;
        }

        using var whole = new MemoryStream();
        var buffer = new byte[16 << 10];
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
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
                "deflate" when stream is MemoryStream { Length: > 0 } body && (body.GetBuffer()[0] & 0x0F) != 8 => new DeflateStream(stream, CompressionMode.Decompress),
                "deflate" => new ZLibStream(stream, CompressionMode.Decompress),
                _ => stream,
            };
        }

        return stream;
    }

    /// <summary>Whether unpacking failed by what was packed.</summary>
    public static bool IsDamage(Exception e) => e is InvalidDataException or InvalidOperationException;
}
