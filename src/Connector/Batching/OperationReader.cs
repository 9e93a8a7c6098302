using CustomerIo.Connector.Api;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Batching;

/// <summary>Turns what people write as an operation into the vendor's v2 form.</summary>
internal static class OperationReader
{
    /// <summary>Reads <c>{type, action, …}</c>, the vendor's own form, or <c>{action, input}</c>, one of our actions.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with each problem's path inside the item.</exception>
    public static Operation Read(JObject item, Catalogue catalogue, IRunContext run)
    {
        if (!item.ContainsKey("input"))
        {
            return Vendor(item, run);
        }

        var problems = item.Properties()
            .Where(p => p.Name is not ("action" or "input"))
            .Select(p => new Problem(
                "/" + Values.Names.Escape(p.Name),
                "cannot stand beside input; an operation is {action, input} or Customer.io's own form."
            ))
            .ToArray();
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
            return Ours((IOperationAction)catalogue.Code(action), action.Validate(input), run);
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Input && e.Problems.Count > 0)
        {
            throw ConnectorException.Input([.. e.Problems.Select(p => p with { Path = "/input" + p.Path })]);
        }
    }

    /// <summary>The operation of one of our actions.</summary>
    public static Operation Ours(IOperationAction action, InputValues values, IRunContext run)
    {
        if (values.Given("region"))
        {
            run.Warn("Region has no effect here: the whole batch goes to one region.");
        }

        return action.Operation(values, run);
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

        return Takes(manifest, catalogue)
            ? manifest
            : throw new ConnectorException(
                FailureKind.Input,
                $"{manifest.Title} cannot go in a batch, since Customer.io has no operation for it; run it on its own."
            );
    }

    /// <summary>Whether an action can be an operation of a batch.</summary>
    public static bool Takes(ActionManifest action, Catalogue catalogue) => catalogue.Code(action) is IOperationAction;

    private static readonly string[] s_needed = ["type", "action"],
        s_named = ["identifiers", "primary", "secondary"];

    private static Operation Vendor(JObject item, IRunContext run)
    {
        var missing = s_needed.Where(name => item[name] is not JValue { Value: string { Length: > 0 } }).ToArray();
        if (missing.Length > 0)
        {
            throw ConnectorException.Input([
                .. missing.Select(name => new Problem(
                    "/" + name,
                    "is required: an operation is Customer.io's own (type, action, identifiers …) or {action, input}."
                )),
            ]);
        }

        var operation = Gated(new Operation(item), item, run);
        if (operation.Type != "person" || operation.Action is not ("event" or "page" or "screen"))
        {
            return operation;
        }

        if (item["id"] is JValue { Value: string { Length: > 0 } given })
        {
            run.UseEventId(given);
            return operation;
        }

        // Without an id a retry would count the event twice.
        operation["id"] = run.EventId;
        return operation;
    }

    /// <summary>The operation with whom and what it names as the gate lets it pass.</summary>
    private static Operation Gated(Operation operation, JObject item, IRunContext run)
    {
        foreach (var name in s_named)
        {
            if (item[name] is JObject identifiers)
            {
                operation[name] = Identifiers(identifiers, name, run);
            }
        }

        if (item["cio_relationships"] is JArray others)
        {
            operation["cio_relationships"] = new JArray(
                others.Select(
                    (other, i) =>
                        other is JObject { Count: > 0 } o && o["identifiers"] is JObject identifiers
                            ? new JObject(o) { ["identifiers"] = Identifiers(identifiers, $"cio_relationships/{i}/identifiers", run) }
                            : other
                )
            );
        }

        if (
            item["device"] is JObject device
            && device["token"] is JValue { Value: string token }
            && run.Name(token, "device/token") is var clean
            && clean != token
        )
        {
            operation["device"] = new JObject(device) { ["token"] = clean };
        }

        switch (operation.Type, operation.Action)
        {
            case ("person", "identify") when item["attributes"] is JObject attributes:
                var who = (operation["identifiers"] as JObject)?.First as JProperty;
                operation["attributes"] = run.Attributes(
                    attributes,
                    "attributes",
                    who?.Name ?? "",
                    who is null ? "" : Values.ConnectorJson.ScalarText(who.Value)
                );
                break;
            case ("object", "identify" or "identify_anonymous") when item["attributes"] is JObject attributes:
                operation["attributes"] = run.ObjectAttributes(attributes, "attributes");
                break;
            case ("person", "event" or "page" or "screen") when item["name"] is JValue { Value: string name }:
                operation["name"] = run.Name(name, "name");
                break;
        }

        return operation;
    }

    private static JObject Identifiers(JObject identifiers, string path, IRunContext run)
    {
        JObject? changed = null;
        foreach (var (name, value) in identifiers)
        {
            if (value is not JValue { Value: string or long or int or System.Numerics.BigInteger } scalar)
            {
                throw ConnectorException.Input($"/{path}/{Values.Names.Escape(name)}", "must be a text or a whole number.");
            }

            var at = $"{path}/{Values.Names.Escape(name)}";
            var clean = Person.Short(Identifier(name, Values.ConnectorJson.ScalarText(scalar), at, run), at);
            if (scalar.Value is string text && clean != text)
            {
                (changed ??= new JObject(identifiers))[name] = clean;
            }
        }

        return changed ?? identifiers;
    }

    private static string Identifier(string name, string text, string at, IRunContext run)
    {
        if (name is not ("id" or "cio_id"))
        {
            return name == "email" ? run.Email(text, at) : run.Name(text, at);
        }

        var clean = run.Id(text, at);
        ApiPath.Check(clean, at);
        return clean;
    }
}
