using System.Text.Json;
using CustomerIo.Connector.Manifest;
using Microsoft.Extensions.AI;
using Newtonsoft.Json.Linq;
using Formatting = Newtonsoft.Json.Formatting;

namespace CustomerIo.Connector.AI;

/// <summary>One action as a function that a language model may call.</summary>
internal sealed class ActionFunction(CustomerIoConnector connector, ActionManifest action, Connection connection) : AIFunction
{
    private JsonElement? _schema;

    public override string Name => action.Id;

    public override string Description => action.Description;

    public override JsonElement JsonSchema => _schema ??= Schema();

    public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
        new Dictionary<string, object?>
        {
            ["title"] = action.Title,
            ["category"] = action.Category,
            ["readOnly"] = action.IsReadOnly,
            ["destructive"] = action.IsDestructive,
        };

    /// <summary>The result of the run as JSON, or <c>{"error": …}</c>: who wrote the input is to read what is wrong with it.</summary>
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        JObject answer;
        try
        {
            var input = action.ReadAgentInput(JsonSerializer.SerializeToUtf8Bytes<IDictionary<string, object?>>(arguments, AIJsonUtilities.DefaultOptions));
            if (action.Writes.FirstOrDefault(name => input[name] is { Type: not JTokenType.Null }) is { } file)
            {
                throw new ConnectorException(
                    FailureKind.Input,
                    $"/{file}: would write a file, which functions may not.",
                    [new Problem("/" + file, "would write a file, which functions may not.")]
                );
            }

            answer = (await connector.RunAsync(action.Id, input, connection, null, cancellationToken).ConfigureAwait(false)).ToJson();
        }
        catch (ConnectorException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            answer = e.ToJson();
        }

        return Element(answer);
    }

    private JsonElement Schema()
    {
        var schema = (JObject)action.AgentInput.DeepClone();
        foreach (var name in action.Writes)
        {
            ((JObject)schema["properties"]!).Remove(name);
        }

        return Element(schema);
    }

    private static JsonElement Element(JObject json) => JsonElement.Parse(json.ToString(Formatting.None));
}
