using System.IO.Compression;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Files that a request names by their address; only those of this machine are read.</summary>
internal static class RemoteFile
{
    /// <summary>The lines that are not empty, also of a compressed file.</summary>
    public static List<string> Lines(JToken? sent, string name, string pointer, int status)
    {
        if (!Uri.TryCreate(Json.Scalar(sent), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || !url.IsLoopback)
        {
            throw new Refusal(status, $"{name} must be a URL, which the sandbox reads only from this machine", pointer);
        }
        try
        {
            using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(4) });
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = client.Send(request, CancellationToken.None);
            using var content = response.EnsureSuccessStatusCode().Content.ReadAsStream();
            using var buffered = new MemoryStream();
            content.CopyTo(buffered);
            buffered.Position = 0;
            var isPacked = buffered.Length > 2 && buffered.ReadByte() == 0x1f && buffered.ReadByte() == 0x8b;
            buffered.Position = 0;
            using var reader = new StreamReader(isPacked ? new GZipStream(buffered, CompressionMode.Decompress) : buffered);
            return [.. reader.ReadToEnd().Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0)];
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            throw new Refusal(status, $"{name} cannot be read: {e.Message}", pointer);
        }
    }
}
