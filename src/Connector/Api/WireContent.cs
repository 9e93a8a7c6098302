using System.Net;
using System.Net.Http.Headers;

namespace CustomerIo.Connector.Api;

/// <summary>A body that knows whether it began to leave: until then the request provably did not arrive.</summary>
internal sealed class WireContent : HttpContent
{
    private static readonly MediaTypeHeaderValue s_json = new(ApiBody.JsonType);
    private readonly ReadOnlyMemory<byte> _bytes;

    public WireContent(ApiBody body)
    {
        _bytes = body.Bytes;
        if (ReferenceEquals(body.ContentType, ApiBody.JsonType))
        {
            Headers.ContentType = s_json;
        }
        else if (body.ContentType is not null)
        {
            Headers.ContentType = MediaTypeHeaderValue.Parse(body.ContentType);
        }
    }

    public bool Started { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Started = true;
        return _bytes.Length == 0 ? Task.CompletedTask : stream.WriteAsync(_bytes, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _bytes.Length;
        return true;
    }
}
