using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>The bytes of a request, within bounds.</summary>
internal static class RequestBody
{
    /// <summary>The body unpacked, if it is packed with gzip; null for another packing.</summary>
    public static Stream? Unpacked(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        return encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) ? new GZipStream(request.Body, CompressionMode.Decompress)
            : encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase) ? request.Body
            : null;
    }

    /// <summary>Reads to the end; null if that is longer than allowed, before or after unpacking.</summary>
    /// <param name="request">The request: nothing is read of a body that says that it is too long.</param>
    /// <param name="body">Its body, or what that becomes unpacked.</param>
    /// <param name="longest">How many bytes are allowed.</param>
    /// <param name="ct">Ends it early.</param>
    /// <exception cref="InvalidDataException">It is not well packed.</exception>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, Stream body, int longest, CancellationToken ct = default)
    {
        if (request.ContentLength > longest)
        {
            return null;
        }

        var block = ArrayPool<byte>.Shared.Rent(16 << 10);
        var whole = new ArrayBufferWriter<byte>();
        try
        {
            while (await body.ReadAsync(block, ct).ConfigureAwait(false) is > 0 and var read)
            {
                if (whole.WrittenCount + read > longest)
                {
                    return null;
                }

                whole.Write(block.AsSpan(0, read));
            }

            return whole.WrittenSpan.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
