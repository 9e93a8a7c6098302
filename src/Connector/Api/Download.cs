namespace CustomerIo.Connector.Api;

/// <summary>What a download came to.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Content">The content; null when it went to a file.</param>
internal sealed record Download(long Bytes, byte[]? Content);

/// <summary>Fetches a file from an address that Customer.io gave, without the keys and without following redirects.</summary>
internal static class Downloads
{
    /// <summary>The most that is handed on without a file: 16 MiB.</summary>
    private const int MostInline = 16 << 20;

    /// <summary>Reads the answer into memory, or into a new file that appears only when it is whole.</summary>
    /// <param name="send">Sends the request and answers once the headers are there.</param>
    /// <param name="address">The file's address: https unless loopback.</param>
    /// <param name="file">Where to put it; null to hand it on.</param>
    /// <param name="pause">The longest time without a byte.</param>
    /// <param name="time">Measures the pause.</param>
    /// <param name="ct">Ends it early.</param>
    /// <exception cref="ConnectorException">It cannot be fetched, is too large to hand on, or the file exists or cannot be written.</exception>
    public static async Task<Download> FetchAsync(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, string address, string? file, TimeSpan pause, TimeProvider time, CancellationToken ct)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !(uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)))
        {
            throw new ConnectorException(FailureKind.Unavailable, "The address that Customer.io gave for the file is not https, so it was not fetched.");
        }

        if (file is not null && Path.Exists(file))
        {
            throw ConnectorException.Input("/file", "exists already, and is never overwritten. Name another file.");
        }

        var part = file is null ? null : file + ".part";
        try
        {
            using var timeout = new CancellationTokenSource(pause, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
            using var message = new HttpRequestMessage(HttpMethod.Get, uri) { Content = new ByteArrayContent([]) };
            using var response = await send(message, both.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new ConnectorException(FailureKind.Unavailable, $"The file could not be fetched ({(int)response.StatusCode}); its address is good for a quarter of an hour only. Run this again for a new one.");
            }

            await using var source = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            await using var target = part is null ? (Stream)new MemoryStream() : new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None);
            var buffer = new byte[81_920];
            var bytes = 0L;
            for (int read; (read = await source.ReadAsync(buffer, both.Token).ConfigureAwait(false)) > 0; timeout.CancelAfter(pause))
            {
                bytes += read;
                if (part is null && bytes > MostInline)
                {
                    throw ConnectorException.Input("/download", $"is inline, but the file has more than {MostInline >> 20} MiB. Download it to a file.");
                }

                await target.WriteAsync(buffer.AsMemory(0, read), both.Token).ConfigureAwait(false);
            }

            await target.DisposeAsync().ConfigureAwait(false);
            if (part is not null)
            {
                File.Move(part, file!, overwrite: false);
            }

            return new Download(bytes, (target as MemoryStream)?.ToArray());
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ConnectorException(FailureKind.Unavailable, $"The file's download stood still for {pause.TotalSeconds:0} s. Try again later.");
        }
        catch (HttpRequestException e)
        {
            throw new ConnectorException(FailureKind.Unavailable, "The file could not be fetched whole; the connection failed. Try again later.", inner: e);
        }
        catch (Exception e) when (file is not null && e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ConnectorException.Input("/file", $"cannot be written: {e.Message}");
        }
        finally
        {
            if (part is not null && File.Exists(part))
            {
                File.Delete(part);
            }
        }
    }
}
