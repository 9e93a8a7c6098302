using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Api;

/// <summary>What a download came to.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Content">The content; null when it went to a file.</param>
internal sealed record Download(long Bytes, byte[]? Content);

/// <summary>Where a download goes, and how long it may become.</summary>
/// <param name="File">The new file; null to hand the content on.</param>
/// <param name="Most">The most bytes, unpacked.</param>
internal sealed record DownloadTarget(string? File, long Most);

/// <summary>Fetches a file from an address that Customer.io gave, without the keys and without following redirects.</summary>
internal static class Downloads
{
    /// <summary>The most that is handed on without a file: 16 MiB.</summary>
    public const int MaxInline = 16 << 20;

    /// <summary>A download that takes longer is given up, however steadily it drips: an hour.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>Reads the answer into memory, or into a new file that appears only when it is whole.</summary>
    /// <param name="send">Sends the request and answers once the headers are there.</param>
    /// <param name="address">The file's address: https unless loopback.</param>
    /// <param name="to">Where to put it.</param>
    /// <param name="pause">The longest time without a byte.</param>
    /// <param name="time">Measures the pause.</param>
    /// <param name="ct">Ends it early.</param>
    /// <exception cref="ConnectorException">It cannot be fetched, is too large, or the file exists or cannot be written.</exception>
    public static async Task<Download> FetchAsync(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
        string address,
        DownloadTarget to,
        TimeSpan pause,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var uri = Checked(address);
        if (to.File is not null && Path.Exists(to.File))
        {
            throw ConnectorException.Input("/file", "exists already, and is never overwritten. Name another file.");
        }

        try
        {
            using var timeout = new CancellationTokenSource(pause, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
            using var message = new HttpRequestMessage(HttpMethod.Get, uri) { Content = new ByteArrayContent([]) };
            message.Headers.TryAddWithoutValidation("Accept-Encoding", Packed.Accepted);
            using var response = await send(message, both.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new ConnectorException(
                    FailureKind.Unavailable,
                    $"The file could not be fetched ({(int)response.StatusCode}); its address is "
                        + "good for a quarter of an hour only. Run this again for a new one."
                );
            }

            await using var source = Packed.Open(await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false), response.Content.Headers);
            using var file = to.File is null ? null : Written(() => WholeFile.Create(to.File, overwrite: false));
            using var memory = new MemoryStream();
            var target = file?.Stream ?? (Stream)memory;
            var buffer = new byte[81_920];
            var (bytes, begun) = (0L, time.GetTimestamp());
            for (int read; (read = await source.ReadAsync(buffer, both.Token).ConfigureAwait(false)) > 0; timeout.CancelAfter(pause))
            {
                bytes += read;
                Bound(bytes, time.GetElapsedTime(begun), to);
                Written(() =>
                {
                    target.Write(buffer, 0, read);
                    return 0;
                });
            }

            Written(() =>
            {
                file?.Complete();
                return 0;
            });
            return new Download(bytes, file is null ? memory.ToArray() : null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ConnectorException(FailureKind.Unavailable, $"The file's download stood still for {pause.TotalSeconds:0} s. Try again later.");
        }
        catch (UnknownPackingException e)
        {
            throw new ConnectorException(FailureKind.Unavailable, e.Words, inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || Packed.IsDamage(e))
        {
            throw new ConnectorException(FailureKind.Unavailable, "The file could not be fetched whole; the connection failed. Try again later.", inner: e);
        }
    }

    private static Uri Checked(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
            ? uri
            : throw new ConnectorException(FailureKind.Unavailable, "The address that Customer.io gave for the file is not https, so it was not fetched.");

    /// <exception cref="ConnectorException">It has more bytes than it may, or takes too long.</exception>
    private static void Bound(long bytes, TimeSpan elapsed, DownloadTarget to)
    {
        if (bytes > to.Most)
        {
            throw to.File is null
                ? ConnectorException.Input("/download", $"is inline, but the file has more than {to.Most >> 20} MiB. Download it to a file.")
                : ConnectorException.Input(
                    "/maxMegabytes",
                    $"is {to.Most >> 20}, but the file is longer; nothing of it was kept. Raise it if the file may be so large."
                );
        }

        if (elapsed > s_longest)
        {
            throw new ConnectorException(
                FailureKind.Unavailable,
                $"The file's download took longer than {s_longest.TotalMinutes:0} minutes and was given up; nothing of it was kept. Try again later."
            );
        }
    }

    // Told apart from what breaks on the way here: the file is the author's to mend, the network nobody's.
    private static T Written<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw ConnectorException.Input("/file", $"cannot be written: {e.Message}");
        }
    }
}
