using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What messages say: the actions of campaigns and broadcasts, the variants of newsletters and transactional messages, and their languages.</summary>
internal static class ContentRoutes
{
    private static readonly string[] s_texts = ["subject", "body", "body_plain", "body_amp", "body_json", "preheader_text", "recipient", "url"];

    private static readonly string[] s_methods = ["get", "post", "put", "delete", "patch"];

    /// <summary>The actions of a campaign, ten a page, or of a broadcast.</summary>
    public static Func<SandboxRequest, SandboxResponse> Actions(SenderKind kind) =>
        call =>
        {
            var sender = SenderRoutes.Find(call, kind);
            AppApi.Only(call, "start");
            return SandboxResponse.Ok(AppApi.Page(call, "actions", sender.Contents.Where(c => c.Language.Length == 0), 10, 10, c => c.Shown.DeepClone()));
        };

    /// <summary>Everything that a newsletter or a transactional message says.</summary>
    public static Func<SandboxRequest, SandboxResponse> All(SenderKind kind) =>
        call => SandboxResponse.Ok(new JObject { ["contents"] = new JArray(SenderRoutes.Find(call, kind).Contents.Select(c => c.Shown.DeepClone())) });

    public static Func<SandboxRequest, SandboxResponse> Get(SenderKind kind) => call => Shown(kind, One(call, kind));

    public static Func<SandboxRequest, SandboxResponse> Update(SenderKind kind) =>
        call =>
        {
            Check(call, kind);
            return Change(call, kind, One(call, kind));
        };

    /// <summary>What the second or third placeholder names by its language.</summary>
    public static Func<SandboxRequest, SandboxResponse> Language(SenderKind kind) => call => Shown(kind, Translation(call, kind));

    public static Func<SandboxRequest, SandboxResponse> UpdateLanguage(SenderKind kind) =>
        call =>
        {
            Check(call, kind);
            return Change(call, kind, Translation(call, kind));
        };

    public static SandboxResponse AddLanguage(SandboxRequest call)
    {
        var (newsletter, body, group) = (NewsletterRoutes.Unsent(call), AppApi.Body(call), Group(call));
        if (Json.Scalar(body["language"]) is not { Length: > 0 } language)
        {
            throw NewsletterRoutes.Refused(422, "language is required");
        }
        var (known, first) = (
            newsletter.Contents.FindAll(c => c.TestGroup == group),
            newsletter.Contents.Find(c => c.TestGroup == group && c.Language.Length == 0)
        );
        if (first is null)
        {
            throw NewsletterRoutes.Refused(400, "the test group does not exist");
        }
        if (known.Exists(c => c.Language == language))
        {
            throw NewsletterRoutes.Refused(422, "the language variant already exists");
        }
        NewsletterRoutes.Require((string?)newsletter.Shown["type"], body);
        var made = call.Workspace.Senders.AddContent(newsletter, first, language, group);
        Set(call, made, body);
        return NewsletterRoutes.Shown(newsletter);
    }

    public static SandboxResponse RemoveLanguage(SandboxRequest call)
    {
        var newsletter = NewsletterRoutes.Unsent(call);
        call.Workspace.Senders.RemoveContent(newsletter, Translation(call, SenderKind.Newsletter));
        return SandboxResponse.NoContent;
    }

    public static SandboxResponse TestGroups(SandboxRequest call)
    {
        var groups = SenderRoutes.Find(call, SenderKind.Newsletter).Contents.Where(c => c.TestGroup is not null).GroupBy(c => c.TestGroup);
        return SandboxResponse.Ok(
            new JObject
            {
                ["test_groups"] = new JArray(
                    groups.Select(g => new JObject { ["id"] = g.Key, ["content_ids"] = new JArray(g.Select(c => c.Shown["id"]!.DeepClone())) })
                ),
            }
        );
    }

    /// <summary>Makes another group of an A/B test, which begins as a copy of the first.</summary>
    public static SandboxResponse AddTestGroup(SandboxRequest call)
    {
        var newsletter = NewsletterRoutes.Unsent(call);
        call.Workspace.Senders.AddTestGroup(newsletter);
        return NewsletterRoutes.Shown(newsletter);
    }

    private static string? Group(SandboxRequest call) => call.Segments is [_, _, _, "test_group", var group, ..] ? group : null;

    private static SenderContent One(SandboxRequest call, SenderKind kind)
    {
        var sender = SenderRoutes.Find(call, kind);
        return AppApi.Found(call, 1, id => sender.Contents.Find(c => (int)c.Shown["id"]! == id));
    }

    private static SenderContent Translation(SandboxRequest call, SenderKind kind)
    {
        var (sender, language, group) = (SenderRoutes.Find(call, kind), call.Arguments[^1], Group(call));
        var id = kind is SenderKind.Campaign or SenderKind.Broadcast ? One(call, kind).Shown["id"] : null;
        return sender.Contents.Find(c =>
                c.Language == language && (id is null || JToken.DeepEquals(c.Shown["id"], id)) && (group is null || c.TestGroup == group)
            )
            ?? throw (
                kind == SenderKind.Transactional
                    ? new Refusal(SandboxResponse.Error(400, $"the language {language} does not exist"))
                    : new Refusal(400, $"the language {language} does not exist")
            );
    }

    private static void Check(SandboxRequest call, SenderKind kind)
    {
        if (kind == SenderKind.Newsletter && (string?)NewsletterRoutes.Unsent(call).Shown["type"] is "in_app" or "inbox")
        {
            throw NewsletterRoutes.Refused(400, "the content of in-app and inbox messages cannot be updated");
        }
    }

    private static SandboxResponse Change(SandboxRequest call, SenderKind kind, SenderContent content)
    {
        Set(call, content, AppApi.Body(call));
        return kind == SenderKind.Transactional
            ? SandboxResponse.Ok(new JObject { ["content"] = new JArray(content.Shown.DeepClone()) })
            : Shown(kind, content);
    }

    private static void Set(SandboxRequest call, SenderContent content, JObject body)
    {
        foreach (var name in s_texts.Where(n => body[n] is not null))
        {
            content.Shown[name] = body[name] is JValue { Value: string or null }
                ? body[name]!.DeepClone()
                : throw new Refusal(422, $"{name} must be a text", $"/{name}");
        }
        foreach (var name in ((string[])["from_id", "reply_to_id"]).Where(n => body[n] is not null))
        {
            var sender = Json.Whole(body[name]) is { } id ? InfoRoutes.Sender((int)Math.Clamp(id, 0, int.MaxValue)) : null;
            content.Shown[name] = sender is null ? throw new Refusal(422, $"{name} is no sender of this workspace", $"/{name}") : body[name]!.DeepClone();
            content.Shown[name == "from_id" ? "from" : "reply_to"] = sender["address"]!.DeepClone();
        }
        if (body["headers"] is { } headers)
        {
            // A text in workflows, a list elsewhere; it is shown as a text.
            var isText = content.Shown.ContainsKey("sending_state");
            content.Shown["headers"] =
                (isText ? headers is JValue { Value: string } : headers is JArray)
                    ? isText
                        ? headers.DeepClone()
                        : headers.ToString(Newtonsoft.Json.Formatting.None)
                    : throw new Refusal(422, $"headers must be a {(isText ? "text" : "list")}", "/headers");
        }
        if (body["method"] is { } method)
        {
            content.Shown["method"] = s_methods.Contains(Json.Scalar(method))
                ? method.DeepClone()
                : throw new Refusal(422, $"method must be one of {string.Join(", ", s_methods)}", "/method");
        }
        if (body["sending_state"] is { } state)
        {
            content.Shown["sending_state"] = Json.Scalar(state) is "automatic" or "draft" or "off"
                ? state.DeepClone()
                : throw new Refusal(422, "sending_state must be automatic, draft or off", "/sending_state");
        }
        content.Shown["updated"] = call.Workspace.Now;
        call.Workspace.Touch();
    }

    private static SandboxResponse Shown(SenderKind kind, SenderContent content) =>
        SandboxResponse.Ok(new JObject { [kind is SenderKind.Campaign or SenderKind.Broadcast ? "action" : "content"] = content.Shown.DeepClone() });
}
