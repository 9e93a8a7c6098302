using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace CustomerIo.Connector.AI.Tests;

/// <summary>Stands in for a model: calls one function with JSON arguments, then repeats what it got.</summary>
internal sealed class ScriptedChat(string function, string arguments) : IChatClient
{
    /// <summary>What the function answered, once it did.</summary>
    public string? Answer { get; private set; }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>().LastOrDefault() is { } result)
        {
            Answer = result.Result is JsonElement json ? json.GetRawText() : $"{result.Result}";
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "done")));
        }

        // As the clients of real models give them.
        var parsed = JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments)!;
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call-1", function, parsed)])));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }
}
