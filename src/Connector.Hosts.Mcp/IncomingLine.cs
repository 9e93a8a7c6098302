using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>What a call carries that the SDK must not touch: its JSON as it came, since the SDK lets the last of two equal keys win.</summary>
/// <param name="Arguments">Text of <c>params.arguments</c>; null when absent.</param>
/// <param name="Connection">Text of <c>_meta["customerio/connection"]</c>; null when absent. Holds keys.</param>
/// <param name="InvocationId">Text of <c>_meta["customerio/invocationId"]</c>; null when absent.</param>
/// <param name="ItemIndex">Text of <c>_meta["customerio/itemIndex"]</c>; null when absent.</param>
internal sealed record CallParts(byte[]? Arguments, byte[]? Connection, byte[]? InvocationId, byte[]? ItemIndex)
{
    public const string Key = "customerio/parts";

    /// <summary>Those of a call that carries nothing.</summary>
    public static CallParts None { get; } = new(null, null, null, null);
}

/// <summary>One line of input, taken apart.</summary>
internal sealed class IncomingLine
{
    private const int Deepest = 512;

    // The SDK's own type of these is deprecated, though it still reads them.
    private static readonly string?[] s_levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    /// <summary>What a call carries; null for other messages.</summary>
    public CallParts? Call => Message?.Context?.Items?[CallParts.Key] as CallParts;

    /// <summary>The message, or null when the line holds none.</summary>
    public JsonRpcMessage? Message { get; private init; }

    /// <summary>The id to answer to when there is no message; null when it has none.</summary>
    public RequestId? Id { get; private init; }

    /// <summary>The request that this line takes back; null for other lines.</summary>
    public RequestId? Cancels { get; private init; }

    /// <summary>Why there is no message.</summary>
    public string? Reason { get; private init; }

    /// <summary>Whether it is an answer of the client's: nobody answers an answer.</summary>
    public bool IsAnswer { get; private init; }

    /// <summary>The code to answer with when there is no message.</summary>
    public McpErrorCode Code { get; private init; } = McpErrorCode.InvalidRequest;

    public static IncomingLine Read(ReadOnlySpan<byte> line)
    {
        var parts = default(Parts);
        try
        {
            parts.Read(line);
            var message = JsonSerializer.Deserialize(parts.IsCall ? parts.WithoutParts(line) : line, s_message)!;
            if (message is JsonRpcRequest request && (Lack(request) ?? parts.Lack(line)) is { } lack)
            {
                return new IncomingLine
                {
                    Id = request.Id,
                    Reason = lack,
                    Code = McpErrorCode.InvalidParams,
                };
            }

            if (message is JsonRpcRequest && parts.IsCall)
            {
                message.Context = new JsonRpcMessageContext { Items = new Dictionary<string, object?> { [CallParts.Key] = parts.Lift(line) } };
            }

            return new IncomingLine
            {
                Message = message,
                Id = parts.Id,
                Cancels = parts.IsCancellation ? parts.Cancels : null,
            };
        }
        catch (JsonException)
        {
            // The exception's text quotes the line, which may hold a key.
            return IsJson(line)
                ? parts.Refused("is not a JSON-RPC 2.0 message, which is one object on one line; batches are not taken")
                : parts.Refused("is not JSON", McpErrorCode.ParseError);
        }
        catch (FormatException e)
        {
            return parts.Refused(e.Message);
        }
        catch (InvalidOperationException)
        {
            return parts.Refused("holds bytes that are not UTF-8", McpErrorCode.ParseError);
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read()) { }

            return System.Text.Unicode.Utf8.IsValid(line);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The id of a message of which only the beginning or the end is known, as of one that is too long.</summary>
    public static RequestId? FindId(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        var parts = default(Parts);
        try
        {
            parts.Read(head);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // The beginning ends somewhere in the middle; what was read until then counts.
        }

        if (parts.Id is { } found)
        {
            return found;
        }

        // Only the message itself can end with a single brace after its own member.
        var at = tail.LastIndexOf(",\"id\":"u8);
        if (at < 0)
        {
            return null;
        }

        try
        {
            parts.Read([(byte)'{', .. tail[(at + 1)..]]);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }

        return parts.Id;
    }

    /// <summary>What the parameters of a request lack; null when nothing. The SDK answers what it cannot read of them as a defect of its own.</summary>
    private static string? Lack(JsonRpcRequest request) =>
        request.Method switch
        {
            RequestMethods.Initialize => Read<InitializeRequestParams>(request) is { ProtocolVersion: not null, ClientInfo: not null }
                ? null
                : "lacks the protocolVersion or the clientInfo (name and version) that initialize needs",
            RequestMethods.ToolsCall => Read<CallToolRequestParams>(request) is { Name: not null }
                ? null
                : "needs params that are an object with the name of a tool, and its arguments",
            "logging/setLevel" when !s_levels.Contains(LevelOf(request)) => $"needs a level, one of {string.Join(", ", s_levels)}",
            RequestMethods.ToolsList when request.Params is not null && Read<ListToolsRequestParams>(request) is null =>
                "has other params than tools/list takes: an object, with a text as cursor",
            _ when request.Params is not (null or System.Text.Json.Nodes.JsonObject) => "has params that are not an object",
            _ => null,
        };

    private static string? LevelOf(JsonRpcRequest request) =>
        request.Params is System.Text.Json.Nodes.JsonObject given
        && given["level"] is System.Text.Json.Nodes.JsonValue level
        && level.TryGetValue(out string? name)
            ? name
            : null;

    private static T? Read<T>(JsonRpcRequest request)
        where T : class
    {
        try
        {
            return request.Params.Deserialize((JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static readonly JsonTypeInfo<JsonRpcMessage> s_message =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    /// <summary>Where the members of a message stand in its line.</summary>
    private struct Parts
    {
        private Range? _arguments,
            _connection,
            _invocationId,
            _itemIndex;
        private bool _call,
            _params,
            _answer;

        public RequestId? Id { get; private set; }

        public RequestId? Cancels { get; private set; }

        public bool IsCancellation { get; private set; }

        public readonly bool IsCall => _call && _params;

        /// <summary>The line as one without a message.</summary>
        public readonly IncomingLine Refused(string reason, McpErrorCode code = McpErrorCode.InvalidRequest) =>
            new()
            {
                Id = Id,
                Reason = reason,
                Code = code,
                IsAnswer = _answer,
            };

        /// <summary>What a call lacks that is lifted out of it; null when nothing.</summary>
        public readonly string? Lack(ReadOnlySpan<byte> line) =>
            IsCall && _arguments is { } range && line[range] is not [(byte)'{', ..] and not [(byte)'n', ..] ? "has arguments that are not an object" : null;

        public void Read(ReadOnlySpan<byte> line)
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = Deepest });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException();
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("id"u8))
                {
                    Id = ReadId(ref reader);
                }
                else if (reader.ValueTextEquals("method"u8))
                {
                    reader.Read();
                    var text = reader.TokenType == JsonTokenType.String;
                    _call = text && reader.ValueTextEquals("tools/call"u8);
                    IsCancellation = text && reader.ValueTextEquals("notifications/cancelled"u8);
                }
                else if (reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8))
                {
                    _answer = true;
                    reader.Skip();
                }
                else if (reader.ValueTextEquals("params"u8))
                {
                    ReadParams(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }

            reader.Read();
        }

        private void ReadParams(ref Utf8JsonReader reader)
        {
            if (_params)
            {
                throw Twice("params");
            }

            reader.Read();
            _params = reader.TokenType == JsonTokenType.StartObject;
            if (!_params)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("arguments"u8))
                {
                    Take(ref reader, ref _arguments, "arguments");
                }
                else if (reader.ValueTextEquals("requestId"u8))
                {
                    Cancels = ReadId(ref reader);
                }
                else if (reader.ValueTextEquals("_meta"u8))
                {
                    ReadMeta(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        private void ReadMeta(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("customerio/connection"u8))
                {
                    Take(ref reader, ref _connection, "customerio/connection");
                }
                else if (reader.ValueTextEquals("customerio/invocationId"u8))
                {
                    Take(ref reader, ref _invocationId, "customerio/invocationId");
                }
                else if (reader.ValueTextEquals("customerio/itemIndex"u8))
                {
                    Take(ref reader, ref _itemIndex, "customerio/itemIndex");
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        /// <summary>The line with <c>null</c> in the place of what is lifted out.</summary>
        public readonly byte[] WithoutParts(ReadOnlySpan<byte> line)
        {
            Span<Range?> ours = [_arguments, _connection, _invocationId, _itemIndex];
            ours.Sort((a, b) => (a?.Start.Value ?? 0).CompareTo(b?.Start.Value ?? 0));
            var rest = new List<byte>(512);
            var at = 0;
            foreach (var range in ours)
            {
                if (range is { } found)
                {
                    rest.AddRange(line[at..found.Start.Value]);
                    rest.AddRange("null"u8);
                    at = found.End.Value;
                }
            }

            rest.AddRange(line[at..]);
            return [.. rest];
        }

        public readonly CallParts Lift(ReadOnlySpan<byte> line) =>
            new(
                _arguments is { } a ? line[a].ToArray() : null,
                _connection is { } c ? line[c].ToArray() : null,
                _invocationId is { } i ? line[i].ToArray() : null,
                _itemIndex is { } n ? line[n].ToArray() : null
            );

        private static void Take(ref Utf8JsonReader reader, ref Range? range, string name)
        {
            if (range is not null)
            {
                throw Twice(name);
            }

            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            range = start..(int)reader.BytesConsumed;
        }

        private static RequestId? ReadId(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                return new RequestId(reader.GetString()!);
            }

            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
            {
                return new RequestId(number);
            }

            reader.Skip();
            return null;
        }

        private static FormatException Twice(string name) => new($"holds \"{name}\" twice");
    }
}
