using System.Text.Json;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Translation;

/// <summary>One request that an event becomes; written only when it is sent or shown.</summary>
internal sealed record EventRequest(HttpMethod Method, string Path, JsonMembers? Body)
{
    public const string Entity = "/api/v2/entity",
        Batch = "/api/v2/batch";
    private const int MaxDataLength = 100_000;

    /// <summary>The API that takes it.</summary>
    public ApiName Api { get; init; } = ApiName.Track;

    /// <summary>What follows the path; empty for nothing.</summary>
    public string Query { get; init; } = "";

    /// <summary>False when a repetition could count twice.</summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>True for an operation or call that may as well travel in a batch.</summary>
    public bool IsOperation { get; init; }

    /// <summary>The id by which Customer.io counts the event once; null for what is no event.</summary>
    public string? EventId { get; init; }

    /// <summary>What is done in place of one request, for an action that is more than an operation; null for the request.</summary>
    public Func<CancellationToken, Task>? Run { get; init; }

    /// <summary>What is wrong with its size; null when it fits.</summary>
    public string? Excess()
    {
        if (Body is null)
        {
            return null;
        }

        if (IsOperation)
        {
            return BatchLimits.Excess(Body.ToBytes().Length);
        }

        return Body["data"] is { } data && new JsonMembers(1).With("", data).ToBytes().Length - 5 is var bytes && bytes > MaxDataLength
            ? $"is {bytes} bytes long; Customer.io takes at most {MaxDataLength}."
            : null;
    }

    public ApiRequest ToApiRequest() =>
        new(Api, Method, Path, Content())
        {
            Query = Query,
            Headers = Api == ApiName.Pipelines ? ApiRequest.StrictMode : [],
            Repeat = Repeatable ? Repeat.Safe : Repeat.Unsafe,
        };

    /// <summary>The request as an embedding program sees it.</summary>
    public EventTranslationRequest ToPublic() =>
        new(Method.Method, Target, Sent is { } body ? Values.ConnectorJson.ParseObject(body.ToBytes()) : null, EventId);

    /// <summary>Writes <c>{method, url, body}</c>.</summary>
    public void Write(Utf8JsonWriter writer, Region region)
    {
        writer.WriteStartObject();
        writer.WriteString("method"u8, Method.Method);
        writer.WriteString("url"u8, Hosts.Origin(Api, region) + Target);
        writer.WritePropertyName("body"u8);
        if (Sent is { } body)
        {
            body.Write(writer);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteEndObject();
    }

    private string Target => Query.Length == 0 ? Path : $"{Path}?{Query}";

    // What a profile sends as a batch of one keeps that form when it is sent alone.
    private JsonMembers? Sent => IsOperation && Path == Batch ? new JsonMembers(1).With("batch", new[] { Body! }) : Body;

    private ApiBody Content() => Sent is { } body ? new ApiBody(body.ToBytes(), ApiBody.JsonType) : ApiBody.None;
}

/// <summary>What became of one event: its requests, or the reason why there are none; neither for one that is kept from Customer.io.</summary>
internal sealed record TranslatedEvent(IReadOnlyList<EventRequest> Requests, Problem? Refusal, IReadOnlyList<string> Warnings)
{
    /// <summary>The reason in one text: which field, which rule.</summary>
    public string? Refused => Refusal is { } problem ? (problem.Path.Length == 0 ? "The event " : problem.Path + ": ") + problem.Message : null;

    /// <summary>Why nothing was to be sent, though nothing is wrong; null where something was.</summary>
    public string? Skipped { get; init; }

    /// <summary>Writes <c>"requests":[…]</c>, <c>"skipped":"…"</c> or <c>"refused":"…"</c> into an object that the caller has begun.</summary>
    public void WriteMembers(Utf8JsonWriter writer, Region region)
    {
        if (Refused is { } reason)
        {
            writer.WriteString("refused"u8, reason);
            return;
        }

        if (Skipped is { } why)
        {
            writer.WriteString("skipped"u8, why);
            return;
        }

        writer.WriteStartArray("requests"u8);
        foreach (var request in Requests)
        {
            request.Write(writer, region);
        }

        writer.WriteEndArray();
    }
}
