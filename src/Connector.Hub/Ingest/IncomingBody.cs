using System.Runtime.InteropServices;
using System.Text.Json;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>The body of a request: unpacked within bounds, then taken apart into events.</summary>
internal static class IncomingBody
{
    /// <summary>The original's limit for a whole batch; it holds before and after unpacking.</summary>
    public const int Longest = 500 << 10;

    /// <summary>How many events a request may hold; SDKs send a hundred at once.</summary>
    public const int MaxEvents = 5_000;

    /// <summary>How long the events of a request may be together, once each has the batch's context.</summary>
    public const int MaxTogether = 4 << 20;

    private static readonly JsonDocumentOptions s_envelope = new() { MaxDepth = 256 };

    /// <exception cref="IngestRefusal">It is too long, or packed in another way than gzip, or not well.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var plain = RequestBody.Unpacked(request) ?? throw new IngestRefusal(415, "The body must be plain or packed with gzip.");
        try
        {
            return await RequestBody.ReadAsync(request, plain, Longest, ct).ConfigureAwait(false)
                ?? throw new IngestRefusal(400, $"The body is too long; at most {Longest} bytes are allowed, after unpacking too.");
        }
        catch (InvalidDataException)
        {
            throw new IngestRefusal(400, "The body is not well packed with gzip.");
        }
    }

    /// <summary>The events of a body: itself, or those of its <c>batch</c>.</summary>
    /// <param name="body">The body's bytes.</param>
    /// <param name="type">The type of call that the path names; null for a batch.</param>
    /// <param name="arrival">When and whence it came.</param>
    /// <param name="checkKey">Is given the body's <c>writeKey</c> before anything else is looked at.</param>
    /// <exception cref="IngestRefusal">It is no JSON object, has no list of events or too many of them, or is one event that is too long.</exception>
    public static IReadOnlyList<IncomingEvent> Events(ReadOnlyMemory<byte> body, string? type, Arrival arrival, Action<string?> checkKey)
    {
        body = body.Span.StartsWith("\uFEFF"u8) ? body["\uFEFF"u8.Length..] : body;
        using var document = Parse(body);
        var root = document.RootElement;
        var isObject = root.ValueKind == JsonValueKind.Object;
        checkKey(isObject && root.TryGetProperty("writeKey", out var key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null);
        if (!isObject)
        {
            throw new IngestRefusal(400, "The body must be a JSON object.");
        }

        if (type is not null)
        {
            return body.Length > IncomingEvent.Longest
                ? throw new IngestRefusal(400, $"The event is {body.Length} bytes long; at most {IncomingEvent.Longest} are allowed.")
                : [IncomingEvent.Read(body, type, null, arrival)];
        }

        // Of two lists one would be lost.
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (root.EnumerateObject().Select(m => m.Name).FirstOrDefault(n => !names.Add(n)) is { } twice)
        {
            throw new IngestRefusal(400, $"The body has the key \"{Shown.Line(Shown.Head(twice, 40))}\" twice.");
        }

        if (!root.TryGetProperty("batch", out var batch) || batch.ValueKind != JsonValueKind.Array)
        {
            throw new IngestRefusal(400, "The body must have a list of events, \"batch\".");
        }

        var (shared, length) = (new JObject(), 0);
        foreach (var name in IncomingEvent.Shared)
        {
            if (root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object)
            {
                shared[name] = Shared(name, value);
                length += JsonMarshal.GetRawUtf8Value(value).Length;
            }
        }

        Bound(batch.GetArrayLength(), body.Length, length);
        var sent = root.TryGetProperty("sentAt", out var at) && at.ValueKind == JsonValueKind.String ? arrival with { SentAt = at.GetString() } : arrival;
        return [.. batch.EnumerateArray().Select(e => IncomingEvent.Read(Raw(body, e), null, shared, sent))];
    }

    private static ReadOnlyMemory<byte> Raw(ReadOnlyMemory<byte> body, JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        body.Span.Overlaps(raw, out var at);
        return body.Slice(at, raw.Length);
    }

    /// <exception cref="IngestRefusal">So many events, or such a context for each of them, nobody sends.</exception>
    private static void Bound(int events, int body, int context)
    {
        if (events > MaxEvents)
        {
            throw new IngestRefusal(400, $"The batch holds {events} events; at most {MaxEvents} are allowed. Send fewer at once.");
        }

        if (body + ((long)events * context) is > MaxTogether and var together)
        {
            throw new IngestRefusal(
                400,
                $"The batch's {events} events are {together} bytes long, each with the batch's context; at most "
                    + $"{MaxTogether} are allowed. Send fewer at once."
            );
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, s_envelope);
        }
        catch (JsonException)
        {
            throw new IngestRefusal(400, "The body is not JSON.");
        }
    }

    private static JObject Shared(string name, JsonElement value)
    {
        try
        {
            return ConnectorJson.ParseObject(value.GetRawText());
        }
        catch (FormatException e)
        {
            throw new IngestRefusal(400, $"The batch's {name} cannot be read: {e.Message}");
        }
    }
}

/// <summary>A request that is answered with an error.</summary>
internal sealed class IngestRefusal(int status, string message) : Exception(message)
{
    public int Status => status;
}
