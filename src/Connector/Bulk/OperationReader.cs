using CustomerIo.Connector.Actions;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Bulk;

/// <summary>Turns what people write as an operation into the vendor's v2 form.</summary>
internal static class OperationReader
{
    /// <summary>Reads <c>{type, action, …}</c>, the vendor's own form, or <c>{action, input}</c>, one of our actions.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with each problem's path inside the item.</exception>
    public static Operation Read(JObject item, Catalogue catalogue, IApi api)
    {
        if (!item.ContainsKey("input"))
        {
            return Vendor(item, api);
        }

        var problems = item.Properties().Where(p => p.Name is not ("action" or "input"))
            .Select(p => new Problem("/" + Values.Names.Escape(p.Name), "cannot stand beside input; an operation is {action, input} or Customer.io's own form.")).ToArray();
        if (problems.Length > 0)
        {
            throw ConnectorException.Input(problems);
        }

        if (item["action"] is not JValue { Value: string id })
        {
            throw ConnectorException.Input("/action", "must be the id of an action, such as identify.");
        }

        var input = item["input"] as JObject ?? throw ConnectorException.Input("/input", "must be an object with the action's inputs.");
        try
        {
            var action = Find(id, catalogue);
            return Ours((IOperationAction)catalogue.Code(action), action.Validate(input), api);
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Input && e.Problems.Count > 0)
        {
            throw ConnectorException.Input([.. e.Problems.Select(p => p with { Path = "/input" + p.Path })]);
        }
    }

    /// <summary>The operation of one of our actions.</summary>
    public static Operation Ours(IOperationAction action, InputValues values, IApi api)
    {
        if (values.Given("region"))
        {
            api.Warn("Region has no effect here: the whole batch goes to one region.");
        }

        return action.Operation(values, api);
    }

    /// <summary>An action by its id, which must have a v2 form.</summary>
    public static ActionManifest Find(string id, Catalogue catalogue)
    {
        ActionManifest manifest;
        try
        {
            manifest = catalogue.Find(id);
        }
        catch (ConnectorException e)
        {
            throw new ConnectorException(FailureKind.Input, e.Message);
        }

        return catalogue.Code(manifest) is IOperationAction
            ? manifest
            : throw new ConnectorException(FailureKind.Input, $"{manifest.Title} cannot go in a batch, since Customer.io has no operation for it; run it on its own.");
    }

    private static readonly string[] s_needed = ["type", "action"];

    private static Operation Vendor(JObject item, IApi api)
    {
        var missing = s_needed.Where(name => item[name] is not JValue { Value: string { Length: > 0 } }).ToArray();
        if (missing.Length > 0)
        {
            throw ConnectorException.Input([.. missing.Select(name => new Problem("/" + name, "is required: an operation is Customer.io's own (type, action, identifiers …) or {action, input}."))]);
        }

        if ((string)item["type"]! != "person" || (string)item["action"]! is not ("event" or "page" or "screen"))
        {
            return new Operation(item);
        }

        if (item["id"] is JValue { Value: string { Length: > 0 } given })
        {
            api.UseEventId(given);
            return new Operation(item);
        }

        // Without an id a retry would count the event twice.
        return new Operation(item) { ["id"] = api.EventId };
    }
}
