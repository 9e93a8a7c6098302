using System.Text.Json;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Model;

/// <summary>How a run that did not fail ended.</summary>
public enum RunStatus
{
    /// <summary>Everything was accepted.</summary>
    Succeeded,

    /// <summary>Some items were refused; <c>data.failed</c> names them.</summary>
    Partial,
}

/// <summary>The last request of a run, and what the run cost.</summary>
/// <param name="Method">HTTP method; null when nothing was sent.</param>
/// <param name="Url">Full URL; null when nothing was sent.</param>
/// <param name="Count">How many requests the action made, retries not counted.</param>
/// <param name="Attempts">How often the last request was sent.</param>
/// <param name="DurationMs">Milliseconds of the whole run.</param>
/// <param name="WaitedMs">Milliseconds spent waiting for the rate limit and between retries.</param>
/// <param name="HttpStatus">Status of the last answer; null when nothing was sent.</param>
/// <param name="EventId">ULID of the event; null for actions without one.</param>
public sealed record RequestSummary(string? Method, string? Url, int Count, int Attempts, long DurationMs, long WaitedMs, int? HttpStatus, string? EventId);

/// <summary>What a run gives back.</summary>
/// <param name="Status">Whether everything was accepted.</param>
/// <param name="Data">What the action's output schema describes.</param>
/// <param name="Request">The last request, and what the run cost.</param>
/// <param name="Warnings">Things that worked but deserve a look.</param>
public sealed record RunResult(RunStatus Status, JToken Data, RequestSummary Request, IReadOnlyList<string> Warnings)
{
    /// <summary>The result as every host reports it: <c>{status, data, request, warnings}</c>.</summary>
    /// <returns>A new object.</returns>
    public JObject ToJson() => ConnectorJson.ParseOwn(ToBytes().Span);

    /// <summary>The text of <see cref="ToJson"/>.</summary>
    internal ReadOnlyMemory<byte> ToBytes()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = ConnectorJson.Writer(buffer))
        {
            writer.WriteStartObject();
            WriteMembers(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Writes the members of <see cref="ToJson"/> into an object that the caller has begun.</summary>
    /// <param name="writer">A writer inside an object.</param>
    public void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("status"u8, Status == RunStatus.Partial ? "partial"u8 : "succeeded"u8);
        writer.WritePropertyName("data"u8);
        ConnectorJson.Write(writer, Data);
        writer.WriteStartObject("request"u8);
        if (Request.Method is not null)
        {
            writer.WriteString("method"u8, Request.Method);
            writer.WriteString("url"u8, Request.Url);
        }

        writer.WriteNumber("count"u8, Request.Count);
        writer.WriteNumber("attempts"u8, Request.Attempts);
        writer.WriteNumber("durationMs"u8, Request.DurationMs);
        writer.WriteNumber("waitedMs"u8, Request.WaitedMs);
        if (Request.HttpStatus is { } status)
        {
            writer.WriteNumber("httpStatus"u8, status);
        }

        if (Request.EventId is not null)
        {
            writer.WriteString("eventId"u8, Request.EventId);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("warnings"u8);
        foreach (var warning in Warnings)
        {
            writer.WriteStringValue(warning);
        }

        writer.WriteEndArray();
    }
}
