using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Design Studio, assets and the index of data: made, read, changed, listed and deleted; nothing of it is drawn.</summary>
internal static class LibraryRoutes
{
    private const int Most = 100;

    /// <summary>Things of one kind, and their envelopes.</summary>
    private sealed record Kind(string Path, string List, string One, params string[] Required)
    {
        /// <summary>Where the list stands, unless at <see cref="Path"/>.</summary>
        public string ListPath { get; init; } = Path;

        /// <summary>Whether its ids are numbers.</summary>
        public bool IsNumbered { get; init; }

        /// <summary>What names one in the path.</summary>
        public string Key { get; init; } = "id";
    }

    private static readonly Kind s_emails = new("design_studio/emails", "emails", "email", "name");

    private static readonly Kind[] s_kinds =
    [
        s_emails,
        new("design_studio/folders", "folders", "folder", "name"),
        new("design_studio/components", "components", "component", "name", "tag"),
        new("assets/folders", "folders", "folder", "name") { IsNumbered = true },
        new("assets/files", "assets", "asset") { ListPath = "assets", IsNumbered = true },
    ];

    private static readonly Kind s_languages = new("languages", "email_translations", "email_translation", "language") { Key = "language" };

    public static IEnumerable<Route> All() =>
        [
            .. s_kinds.SelectMany(Of),
            .. Of(s_languages with { Path = $"{s_emails.Path}/{{email}}/languages", ListPath = $"{s_emails.Path}/{{email}}/languages" }),
            App("POST", "data_index/attributes", call => Index(call, "attributes")),
            App("POST", "data_index/events", call => Index(call, "events")),
        ];

    private static IEnumerable<Route> Of(Kind kind) =>
        [
            App("GET", kind.ListPath, call => List(call, kind)),
            kind.Path == "assets/files"
                ? App("POST", kind.Path, call => Upload(call, kind)) with
                {
                    IsGated = false,
                }
                : App("POST", kind.Path, call => Create(call, kind)),
            App("GET", $"{kind.Path}/{{one}}", call => Show(kind, Find(call, kind))),
            App("PUT", $"{kind.Path}/{{one}}", call => Show(kind, call.Workspace.Library.Change(Find(call, kind), AppApi.Body(call)))),
            App(
                "DELETE",
                $"{kind.Path}/{{one}}",
                call =>
                {
                    call.Workspace.Library.Remove(Name(call, kind), Find(call, kind));
                    return SandboxResponse.NoContent;
                }
            ),
        ];

    private static SandboxResponse List(SandboxRequest call, Kind kind)
    {
        var (page, limit) = (AppApi.Number(call, "page") ?? 1, AppApi.Number(call, "limit") ?? Most);
        var folder = call.Query("parent_folder_id");
        Parent(call, kind);
        var all = call.Workspace.Library.Of(Name(call, kind)).Where(t => string.IsNullOrEmpty(folder) || Json.Scalar(t["parent_folder_id"]) == folder).ToList();
        var shown = all.Skip((int)((Math.Max(page, 1) - 1) * limit)).Take((int)Math.Min(limit, Most));
        return SandboxResponse.Ok(
            new JObject
            {
                [kind.List] = new JArray(shown),
                ["meta"] = new JObject
                {
                    ["page"] = page,
                    ["limit"] = limit,
                    ["total"] = all.Count,
                },
            }
        );
    }

    private static SandboxResponse Create(SandboxRequest call, Kind kind)
    {
        var body = AppApi.Body(call);
        Parent(call, kind);
        foreach (var required in kind.Required)
        {
            if (string.IsNullOrWhiteSpace(Json.Scalar(body[required])))
            {
                throw new Refusal(422, $"{required} cannot be blank", $"/{required}");
            }
        }
        if (kind.Key != "id" && call.Workspace.Library.Find(Name(call, kind), kind.Key, Json.Scalar(body[kind.Key])!) is not null)
        {
            throw new Refusal(422, $"there is one of this {kind.Key} already", $"/{kind.Key}");
        }
        return Show(kind, call.Workspace.Library.Add(Name(call, kind), kind.IsNumbered, body));
    }

    /// <summary>Takes a file as a form has it; what is in it is not kept.</summary>
    private static SandboxResponse Upload(SandboxRequest call, Kind kind)
    {
        var boundary = MediaTypeHeaderValue.TryParse(call.Context.Request.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary))
        {
            return SandboxResponse.Detail(400, "the body must be multipart/form-data");
        }
        var asset = new JObject();
        var reader = new MultipartReader(boundary, new MemoryStream(call.Body));
        while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } section)
        {
            if (section.AsFileSection() is { } file)
            {
                asset["name"] ??= file.FileName;
                (asset["filename"], asset["content_type"], asset["size"]) = (file.FileName, section.ContentType, Length(section.Body));
            }
            else if (section.AsFormDataSection() is { } field)
            {
                asset[field.Name] = field.GetValueAsync().GetAwaiter().GetResult();
            }
        }
        if (asset["filename"] is null)
        {
            return SandboxResponse.Detail(422, "file cannot be blank", "/file");
        }
        if ((string?)asset["content_type"] is null or "application/octet-stream")
        {
            return SandboxResponse.Detail(422, "the type of the file is not supported", "/file");
        }
        lock (call.Workspace.Gate)
        {
            var made = call.Workspace.Library.Add(kind.Path, kind.IsNumbered, asset);
            made["url"] = $"https://assets.example.com/{made["id"]}/{Uri.EscapeDataString((string)made["filename"]!)}";
            return Show(kind, made);
        }
    }

    /// <summary>Takes descriptions of attributes or events, which nothing shows.</summary>
    private static SandboxResponse Index(SandboxRequest call, string list) =>
        AppApi.Body(call)[list] is not JArray { Count: > 0 and <= Most } items ? throw new Refusal(400, $"{list} must be a list of 1 to {Most}", $"/{list}")
        : items.Any(i => string.IsNullOrWhiteSpace(Json.Scalar((i as JObject)?["name"]))) ? throw new Refusal(422, "name cannot be blank", $"/{list}")
        : SandboxResponse.NoContent;

    private static JObject Find(SandboxRequest call, Kind kind)
    {
        Parent(call, kind);
        return call.Workspace.Library.Find(Name(call, kind), kind.Key, call.Arguments[^1]) ?? throw new Refusal(404, "not found");
    }

    // Languages are those of one e-mail, which has to be there.
    private static void Parent(SandboxRequest call, Kind kind)
    {
        if (kind.Key != "id" && call.Workspace.Library.Find(s_emails.Path, "id", call.Arguments[0]) is null)
        {
            throw new Refusal(404, "not found");
        }
    }

    private static string Name(SandboxRequest call, Kind kind) => kind.Key == "id" ? kind.Path : $"{s_emails.Path}/{call.Arguments[0]}/languages";

    private static SandboxResponse Show(Kind kind, JObject thing) => SandboxResponse.Ok(new JObject { [kind.One] = thing.DeepClone() });

    private static long Length(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyToAsync(copy).GetAwaiter().GetResult();
        return copy.Length;
    }

    private static Route App(string method, string path, Func<SandboxRequest, SandboxResponse> handle) =>
        new(method, "/v1/" + path, Access.App, handle) { Malformed = text => SandboxResponse.Detail(400, text) };
}
