using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>Reads messages as the inputs of an action, as <c>run --each</c> reads lines.</summary>
internal sealed class RowReader(CustomerIoConnector connector, ActionManifest action, ConsumeOptions options)
{
    private static readonly string[] s_people = ["id", "email", "to", "anonymousId", "identifier"];

    private readonly IOperationAction? _operation = OperationReader.Takes(action, connector.Catalogue)
        ? (IOperationAction)connector.Catalogue.Code(action)
        : null;

    /// <summary>Whether what a message asks for must not be done twice.</summary>
    public static bool IsOnce(ActionManifest action) => action.Effect == ActionEffect.Send || !action.Idempotent;

    public TakenReader Reader => new(Read);

    private EventItem Read(TakenEvent taken)
    {
        try
        {
            var input = ConnectorJson.ParseObject(taken.Message.Body.Span);
            var invocation = taken.Message.Id ?? EventIds.Fresh(options.Time.GetUtcNow());
            return _operation is null && action.Id != "batch" ? Run(input, invocation) : Operation(input, invocation, taken);
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Input)
        {
            return Refused(e.Problems is [var first, ..] ? first : new Problem("", e.Message));
        }
        catch (FormatException e)
        {
            return Refused(new Problem("", "cannot be read: " + e.Message));
        }
    }

    private EventItem Operation(JObject input, string invocation, TakenEvent taken)
    {
        var context = new ItemContext(() => taken.Received, _ => EventIds.Derive(invocation, action.Id, 0), options.Connection.AllowPlaceholderIds);
        var operation = _operation is null
            ? OperationReader.Read(input, connector.Catalogue, context)
            : OperationReader.Ours(_operation, action.Validate(input), context);
        var names = new List<ulong>(4);
        operation.AddKeys(names);
        var body = new JsonMembers();
        foreach (var (name, value) in ConnectorJson.ParseObject(operation.ToBytes()))
        {
            body.With(name, value);
        }

        var request = new EventRequest(HttpMethod.Post, EventRequest.Batch, body) { IsOperation = true, Repeatable = operation.Type != "delivery" };
        foreach (var warning in context.Warnings)
        {
            options.Say($"Message {taken.Number}: {warning}");
        }

        return request.Excess() is { } excess ? Refused(new Problem("", excess)) : new(new([request], null, context.Warnings), names);
    }

    private EventItem Run(JObject input, string invocation)
    {
        var names = new List<ulong>(4);
        foreach (var value in s_people.Select(name => input[name]).Concat((input["identifiers"] as JObject)?.PropertyValues() ?? []))
        {
            if (value is JValue { Value: string or long } scalar)
            {
                PersonKeys.Add(Gate.Clean(ConnectorJson.ScalarText(scalar)), names);
            }
        }

        var request = new EventRequest(HttpMethod.Post, "", null) { Run = ct => RunAsync(input, invocation, ct), Repeatable = !IsOnce(action) };
        return new(new([request], null, []), names);
    }

    private async Task RunAsync(JObject input, string invocation, CancellationToken ct)
    {
        var run = new RunOptions
        {
            InvocationId = invocation,
            Region = options.Region,
            MaxRetries = 0,
        };
        var result = await connector.RunAsync(action.Id, input, options.Connection, run, ct).ConfigureAwait(false);
        if (result.Status == RunStatus.Partial)
        {
            throw new ConnectorException(
                FailureKind.Rejected,
                $"Customer.io took a part of it only: {ConnectorJson.ToText(result.Data["failed"] ?? result.Data)}. What it took need not be sent again."
            );
        }
    }

    private static EventItem Refused(Problem problem) => new(new([], problem, []), []);
}
