using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Collections and snippets: what messages are filled with.</summary>
internal static class CollectionRoutes
{
    private const int MaxName = 150;
    private const int MaxValue = 16_000;
    private const int MaxBytes = 10 * 1024 * 1024;
    private const int MaxRowBytes = 10 * 1024;

    public static SandboxResponse Collections(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["collections"] = new JArray(call.Workspace.Collections.All.Select(c => c.ToJson())) });

    public static SandboxResponse Collection(SandboxRequest call) => Shown(Find(call));

    public static SandboxResponse Rows(SandboxRequest call) => SandboxResponse.Ok(Find(call).Rows.DeepClone());

    /// <summary>Makes a collection; not under the gate from the start, since its rows may be a file elsewhere.</summary>
    public static SandboxResponse Create(SandboxRequest call) => Change(call, null);

    /// <summary>Gives a collection another name, or other rows.</summary>
    public static SandboxResponse Update(SandboxRequest call) => Change(call, Find);

    public static SandboxResponse ReplaceRows(SandboxRequest call)
    {
        var collection = Find(call);
        var rows = call.Content switch
        {
            JArray list => list,
            // Documented as one object of any form.
            JObject one => [one],
            _ => throw new Refusal(400, "the body must be a list of rows"),
        };
        return Shown(call.Workspace.Collections.Put(collection.Name, Checked(rows), collection));
    }

    public static SandboxResponse Delete(SandboxRequest call)
    {
        call.Workspace.Collections.Delete(Find(call));
        return SandboxResponse.NoContent;
    }

    public static SandboxResponse Snippets(SandboxRequest call) => SandboxResponse.Ok(new JObject { ["snippets"] = new JArray(call.Workspace.Snippets.All) });

    public static SandboxResponse CreateSnippet(SandboxRequest call) =>
        call.Workspace.Snippets.Has(Snippet(call).Name) ? throw new Refusal(422, "A snippet with that name already exists", "/name") : SetSnippet(call);

    public static SandboxResponse SetSnippet(SandboxRequest call)
    {
        var (name, value) = Snippet(call);
        return SandboxResponse.Ok(new JObject { ["snippet"] = call.Workspace.Snippets.Put(name, value) });
    }

    public static SandboxResponse DeleteSnippet(SandboxRequest call)
    {
        var name = call.Arguments[0];
        if (!call.Workspace.Snippets.Has(name))
        {
            throw new Refusal(404, "not found");
        }
        var senders = Enum.GetValues<SenderKind>().SelectMany(call.Workspace.Senders.Of);
        if (senders.SelectMany(s => s.Contents).Any(c => Liquid.UsesSnippet(Json.Scalar(c.Shown["body"]) ?? "", name)))
        {
            throw new Refusal(400, "unable to delete snippet in use");
        }
        call.Workspace.Snippets.Delete(name);
        return SandboxResponse.NoContent;
    }

    private static Collection Find(SandboxRequest call) => AppApi.Found(call, 0, call.Workspace.Collections.Find);

    private static SandboxResponse Shown(Collection collection) => SandboxResponse.Ok(new JObject { ["collection"] = collection.ToJson() });

    private static SandboxResponse Change(SandboxRequest call, Func<SandboxRequest, Collection>? find)
    {
        var body = AppApi.Body(call);
        var (name, data, url) = (Json.Scalar(body["name"])?.Trim(), body["data"], body["url"]);
        if (data is not null && url is not null)
        {
            throw new Refusal(400, "only one of data and url can be given", "/url");
        }
        if (find is null && string.IsNullOrEmpty(name))
        {
            throw new Refusal(400, "name cannot be blank", "/name");
        }
        if (find is null && data is null && url is null)
        {
            throw new Refusal(400, "data or url is required", "/data");
        }
        if (data is not (null or JArray))
        {
            throw new Refusal(400, "data must be a list of rows", "/data");
        }
        var rows = url is null ? (JArray?)data : Table(RemoteFile.Lines(url, "url", "/url", 400));
        lock (call.Workspace.Gate)
        {
            call.Workspace.CatchUp();
            var old = find?.Invoke(call);
            name = string.IsNullOrEmpty(name) ? old!.Name : name;
            return call.Workspace.Collections.Find(name) is { } same && same.Id != old?.Id
                ? throw new Refusal(400, "a collection with that name already exists", "/name")
                : Shown(call.Workspace.Collections.Put(name, rows is null ? old!.Rows : Checked(rows), old));
        }
    }

    /// <summary>JSON as it is, and comma-separated text as one row for each line below the names.</summary>
    private static JArray Table(List<string> lines) =>
        Json.TryParse(Encoding.UTF8.GetBytes(string.Join('\n', lines)), out var json)
            ? json as JArray ?? [json]
            : new JArray(Csv.Rows(lines).Select(row => new JObject(row.Select(c => new JProperty(c.Key, c.Value)))));

    private static JArray Checked(JArray rows)
    {
        foreach (var row in rows)
        {
            if (row is not JObject)
            {
                throw new Refusal(400, "each row must be an object", "/data");
            }
            if (Json.Bytes(row) > MaxRowBytes)
            {
                throw new Refusal(400, $"a row cannot be larger than {MaxRowBytes} bytes", "/data");
            }
        }
        return Json.Bytes(rows) > MaxBytes ? throw new Refusal(400, $"a collection cannot be larger than {MaxBytes} bytes", "/data") : rows;
    }

    private static (string Name, string Value) Snippet(SandboxRequest call)
    {
        var body = AppApi.Body(call);
        var (name, value) = ((Json.Scalar(body["name"]) ?? "").Trim(), (Json.Scalar(body["value"]) ?? "").Trim());
        return name.Length == 0 ? throw new Refusal(422, "name cannot be blank", "/name")
            : name.Length > MaxName ? throw new Refusal(422, $"name cannot exceed {MaxName} characters", "/name")
            : value.Length == 0 ? throw new Refusal(422, "value cannot be blank", "/value")
            : value.Length > MaxValue ? throw new Refusal(422, $"value cannot exceed {MaxValue} characters", "/value")
            : Liquid.UsesSnippet(value) ? throw new Refusal(422, "Snippets cannot contain Liquid code referencing other snippets.", "/value")
            : (name, value);
    }
}
