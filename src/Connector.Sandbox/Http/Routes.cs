namespace CustomerIo.Connector.Sandbox;

/// <summary>One method and path, its placeholders in braces, and what answers it.</summary>
internal sealed record Route(string Method, string Pattern, Access Access, Func<SandboxRequest, SandboxResponse> Handle)
{
    public string[] Parts { get; } = Pattern[1..].Split('/');

    /// <summary>Refuses a body that is not JSON, in the envelope of the endpoint.</summary>
    public Func<string, SandboxResponse> Malformed { get; init; } = text => SandboxResponse.Errors(400, text);

    /// <summary>Whether it is handled under the workspace's gate, its body parsed before; false when it sees to both itself.</summary>
    public bool IsGated { get; init; } = true;

    public bool Matches(string[] segments)
    {
        for (var i = 0; i < Parts.Length; i++)
        {
            if (Parts[i].StartsWith('{') ? segments[i].Length == 0 : Parts[i] != segments[i])
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>Every path that the sandbox answers.</summary>
internal static class Routes
{
    private static readonly ILookup<(string, int), Route> s_table = All().ToLookup(r => (r.Method, r.Parts.Length));

    /// <summary>The route of a call, its placeholders filled in; null when there is none.</summary>
    public static Route? Find(SandboxRequest call)
    {
        var segments = call.Segments;
        var route = Find(call.Method, segments);
        call.Arguments = route is null ? [] : [.. segments.Where((_, i) => route.Parts[i].StartsWith('{'))];
        return route;
    }

    /// <summary>The route of a method and the segments of a path; null when there is none.</summary>
    public static Route? Find(string method, string[] segments) => s_table[(method, segments.Length)].FirstOrDefault(r => r.Matches(segments));

    private static IEnumerable<Route> All() =>
        [
            new("GET", "/api/v1/accounts/region", Access.Track, AccountRoutes.Region),
            new("PUT", "/api/v1/customers/{identifier}", Access.Track, PeopleRoutes.Identify),
            new("DELETE", "/api/v1/customers/{identifier}", Access.Track, PeopleRoutes.Delete),
            new("POST", "/api/v1/customers/{identifier}/events", Access.Track, EventRoutes.Track),
            new("PUT", "/api/v1/customers/{identifier}/devices", Access.Track, DeviceRoutes.Add),
            new("DELETE", "/api/v1/customers/{identifier}/devices/{token}", Access.Track, DeviceRoutes.Remove),
            new("POST", "/api/v1/customers/{identifier}/suppress", Access.Track, PeopleRoutes.Suppress),
            new("POST", "/api/v1/customers/{identifier}/unsuppress", Access.Track, PeopleRoutes.Unsuppress),
            new("POST", "/api/v1/merge_customers", Access.Track, PeopleRoutes.Merge) { Malformed = text => SandboxResponse.Error(400, text) },
            new("POST", "/api/v1/events", Access.Track, EventRoutes.Anonymous),
            new("POST", "/api/v1/segments/{segment}/add_customers", Access.Track, SegmentRoutes.Add),
            new("POST", "/api/v1/segments/{segment}/remove_customers", Access.Track, SegmentRoutes.Remove),
            new("POST", "/api/v1/forms/{form}/submit", Access.Track, MessageRoutes.SubmitForm),
            new("POST", "/api/v1/metrics", Access.Open, MessageRoutes.Metric),
            new("POST", "/api/v1/push/events", Access.Open, MessageRoutes.PushEvent),
            new("POST", "/push/events", Access.Open, MessageRoutes.PushEvent),
            new("POST", "/unsubscribe/{delivery}", Access.Open, MessageRoutes.Unsubscribe),
            new("POST", "/api/v2/entity", Access.Track, V2.Entity) { Malformed = V2.Malformed },
            new("POST", "/api/v2/batch", Access.Track, V2.Batch) { Malformed = V2.Malformed, IsGated = false },
            .. PipelinesCalls.Types.Select(t => new Route("POST", $"/v1/{t}", Access.Pipelines, PipelinesRoutes.Of(t))
            {
                Malformed = PipelinesRoutes.Malformed,
            }),
            new("POST", "/v1/batch", Access.Pipelines, PipelinesRoutes.Batch) { Malformed = PipelinesRoutes.Malformed },
            .. LibraryRoutes.All(),
            App("GET", "/v1/customers", CustomerRoutes.FindByEmail),
            App("POST", "/v1/customers", CustomerRoutes.Search),
            App("POST", "/v1/customers/attributes", CustomerRoutes.Several),
            App("GET", "/v1/customers/{person}/attributes", CustomerRoutes.Attributes),
            App("GET", "/v1/customers/{person}/segments", CustomerRoutes.Segments),
            App("GET", "/v1/customers/{person}/activities", ActivityRoutes.OfPerson),
            App("GET", "/v1/customers/{person}/relationships", CustomerRoutes.Relationships),
            App("GET", "/v1/customers/{person}/subscription_preferences", Topics.Preferences),
            App("GET", "/v1/customers/{person}/messages", AppMessageRoutes.OfPerson),
            App("GET", "/v1/customers/{person}/optouts", ConsentRoutes.OptOuts),
            App("PUT", "/v1/customers/{person}/optouts", ConsentRoutes.SetOptOuts),
            App("GET", "/v1/optouts", ConsentRoutes.AllOptOuts),
            App("GET", "/v1/esp/search_suppression/{email}", ConsentRoutes.FindSuppression),
            App("GET", "/v1/esp/suppression/{type}", ConsentRoutes.Suppressions),
            App("GET", "/v1/esp/domains/{domain}/suppression/{type}", ConsentRoutes.SuppressionsOfDomain),
            App("POST", "/v1/esp/suppression/{type}/{email}", ConsentRoutes.AddSuppression),
            App("DELETE", "/v1/esp/suppression/{type}/{email}", ConsentRoutes.RemoveSuppression),
            App("GET", "/v1/collections", CollectionRoutes.Collections),
            Slow("POST", "/v1/collections", CollectionRoutes.Create),
            App("GET", "/v1/collections/{collection}", CollectionRoutes.Collection),
            Slow("PUT", "/v1/collections/{collection}", CollectionRoutes.Update),
            App("DELETE", "/v1/collections/{collection}", CollectionRoutes.Delete),
            App("GET", "/v1/collections/{collection}/content", CollectionRoutes.Rows),
            App("PUT", "/v1/collections/{collection}/content", CollectionRoutes.ReplaceRows),
            App("GET", "/v1/snippets", CollectionRoutes.Snippets),
            App("POST", "/v1/snippets", CollectionRoutes.CreateSnippet),
            App("PUT", "/v1/snippets", CollectionRoutes.SetSnippet),
            App("DELETE", "/v1/snippets/{snippet}", CollectionRoutes.DeleteSnippet),
            Slow("POST", "/v1/imports", ImportRoutes.Start),
            App("GET", "/v1/imports/{import}", ImportRoutes.Get),
            App("POST", "/v1/live_notifications/start", LiveNotificationRoutes.Start),
            App("POST", "/v1/live_notifications/update", LiveNotificationRoutes.Update),
            App("POST", "/v1/live_notifications/end", LiveNotificationRoutes.End),
            App("GET", "/v1/live_notifications/{instance}", LiveNotificationRoutes.Get),
            App("GET", "/v1/messages", AppMessageRoutes.List),
            App("GET", "/v1/messages/{delivery}", AppMessageRoutes.Get),
            App("GET", "/v1/messages/{delivery}/archived_message", AppMessageRoutes.Archived),
            App("GET", "/v1/transactional", SenderRoutes.List(SenderKind.Transactional, "messages")),
            App("GET", "/v1/transactional/{message}", SenderRoutes.Get(SenderKind.Transactional, "message")),
            App("GET", "/v1/transactional/{message}/contents", ContentRoutes.All(SenderKind.Transactional)),
            App("GET", "/v1/transactional/{message}/contents/{content}", ContentRoutes.Get(SenderKind.Transactional)),
            App("PUT", "/v1/transactional/{message}/content/{content}", ContentRoutes.Update(SenderKind.Transactional)),
            App("GET", "/v1/transactional/{message}/language/{language}", ContentRoutes.Language(SenderKind.Transactional)),
            App("PUT", "/v1/transactional/{message}/language/{language}", ContentRoutes.UpdateLanguage(SenderKind.Transactional)),
            App("GET", "/v1/transactional/{message}/messages", SenderRoutes.Messages(SenderKind.Transactional)),
            App("GET", "/v1/transactional/{message}/metrics", MetricRoutes.Of(SenderKind.Transactional)),
            App("GET", "/v1/transactional/{message}/metrics/links", MetricRoutes.Links(SenderKind.Transactional)),
            App("GET", "/v1/campaigns", SenderRoutes.List(SenderKind.Campaign, "campaigns")),
            App("GET", "/v1/campaigns/{campaign}", SenderRoutes.Get(SenderKind.Campaign, "campaign")),
            App("GET", "/v1/campaigns/{campaign}/actions", ContentRoutes.Actions(SenderKind.Campaign)),
            App("GET", "/v1/campaigns/{campaign}/actions/{action}", ContentRoutes.Get(SenderKind.Campaign)),
            App("PUT", "/v1/campaigns/{campaign}/actions/{action}", ContentRoutes.Update(SenderKind.Campaign)),
            App("GET", "/v1/campaigns/{campaign}/actions/{action}/language/{language}", ContentRoutes.Language(SenderKind.Campaign)),
            App("PUT", "/v1/campaigns/{campaign}/actions/{action}/language/{language}", ContentRoutes.UpdateLanguage(SenderKind.Campaign)),
            App("GET", "/v1/campaigns/{campaign}/actions/{action}/metrics", MetricRoutes.Of(SenderKind.Campaign, ofOne: true)),
            App("GET", "/v1/campaigns/{campaign}/actions/{action}/metrics/links", MetricRoutes.Links(SenderKind.Campaign, ofOne: true)),
            App("GET", "/v1/campaigns/{campaign}/messages", SenderRoutes.Messages(SenderKind.Campaign)),
            App("GET", "/v1/campaigns/{campaign}/metrics", MetricRoutes.Of(SenderKind.Campaign)),
            App("GET", "/v1/campaigns/{campaign}/metrics/links", MetricRoutes.Links(SenderKind.Campaign)),
            App("GET", "/v1/campaigns/{campaign}/journey_metrics", MetricRoutes.Journeys),
            Slow("POST", "/v1/campaigns/{broadcast}/triggers", TriggerRoutes.Start),
            App("GET", "/v1/campaigns/{broadcast}/triggers/{trigger}", TriggerRoutes.Status),
            App("GET", "/v1/campaigns/{broadcast}/triggers/{trigger}/errors", TriggerRoutes.Errors),
            App("GET", "/v1/broadcasts", SenderRoutes.List(SenderKind.Broadcast, "broadcasts")),
            App("GET", "/v1/broadcasts/{broadcast}", SenderRoutes.Get(SenderKind.Broadcast, "broadcast")),
            App("GET", "/v1/broadcasts/{broadcast}/actions", ContentRoutes.Actions(SenderKind.Broadcast)),
            App("GET", "/v1/broadcasts/{broadcast}/actions/{action}", ContentRoutes.Get(SenderKind.Broadcast)),
            App("PUT", "/v1/broadcasts/{broadcast}/actions/{action}", ContentRoutes.Update(SenderKind.Broadcast)),
            App("GET", "/v1/broadcasts/{broadcast}/actions/{action}/language/{language}", ContentRoutes.Language(SenderKind.Broadcast)),
            App("PUT", "/v1/broadcasts/{broadcast}/actions/{action}/language/{language}", ContentRoutes.UpdateLanguage(SenderKind.Broadcast)),
            App("GET", "/v1/broadcasts/{broadcast}/actions/{action}/metrics", MetricRoutes.Of(SenderKind.Broadcast, ofOne: true)),
            App("GET", "/v1/broadcasts/{broadcast}/actions/{action}/metrics/links", MetricRoutes.Links(SenderKind.Broadcast, ofOne: true)),
            App("GET", "/v1/broadcasts/{broadcast}/messages", SenderRoutes.Messages(SenderKind.Broadcast)),
            App("GET", "/v1/broadcasts/{broadcast}/metrics", MetricRoutes.Of(SenderKind.Broadcast)),
            App("GET", "/v1/broadcasts/{broadcast}/metrics/links", MetricRoutes.Links(SenderKind.Broadcast)),
            App("GET", "/v1/broadcasts/{broadcast}/triggers", TriggerRoutes.List),
            App("GET", "/v1/newsletters", SenderRoutes.Newsletters),
            App("POST", "/v1/newsletters", NewsletterRoutes.Create),
            App("GET", "/v1/newsletters/{newsletter}", SenderRoutes.Get(SenderKind.Newsletter, "newsletter")),
            App("DELETE", "/v1/newsletters/{newsletter}", SenderRoutes.DeleteNewsletter),
            App("GET", "/v1/newsletters/{newsletter}/contents", ContentRoutes.All(SenderKind.Newsletter)),
            App("GET", "/v1/newsletters/{newsletter}/contents/{content}", ContentRoutes.Get(SenderKind.Newsletter)),
            App("PUT", "/v1/newsletters/{newsletter}/contents/{content}", ContentRoutes.Update(SenderKind.Newsletter)),
            App("GET", "/v1/newsletters/{newsletter}/contents/{content}/metrics", MetricRoutes.Of(SenderKind.Newsletter, ofOne: true)),
            App("GET", "/v1/newsletters/{newsletter}/contents/{content}/metrics/links", MetricRoutes.Links(SenderKind.Newsletter, ofOne: true)),
            App("POST", "/v1/newsletters/{newsletter}/send", NewsletterRoutes.Send),
            App("POST", "/v1/newsletters/{newsletter}/schedule", NewsletterRoutes.Schedule),
            App("POST", "/v1/newsletters/{newsletter}/language", ContentRoutes.AddLanguage),
            App("GET", "/v1/newsletters/{newsletter}/language/{language}", ContentRoutes.Language(SenderKind.Newsletter)),
            App("PUT", "/v1/newsletters/{newsletter}/language/{language}", ContentRoutes.UpdateLanguage(SenderKind.Newsletter)),
            App("DELETE", "/v1/newsletters/{newsletter}/language/{language}", ContentRoutes.RemoveLanguage),
            App("GET", "/v1/newsletters/{newsletter}/test_groups", ContentRoutes.TestGroups),
            App("POST", "/v1/newsletters/{newsletter}/test_groups", ContentRoutes.AddTestGroup),
            App("POST", "/v1/newsletters/{newsletter}/test_group/{group}/language", ContentRoutes.AddLanguage),
            App("GET", "/v1/newsletters/{newsletter}/test_group/{group}/language/{language}", ContentRoutes.Language(SenderKind.Newsletter)),
            App("PUT", "/v1/newsletters/{newsletter}/test_group/{group}/language/{language}", ContentRoutes.UpdateLanguage(SenderKind.Newsletter)),
            App("DELETE", "/v1/newsletters/{newsletter}/test_group/{group}/language/{language}", ContentRoutes.RemoveLanguage),
            App("GET", "/v1/newsletters/{newsletter}/messages", SenderRoutes.Messages(SenderKind.Newsletter)),
            App("GET", "/v1/newsletters/{newsletter}/metrics", MetricRoutes.Of(SenderKind.Newsletter)),
            App("GET", "/v1/newsletters/{newsletter}/metrics/links", MetricRoutes.Links(SenderKind.Newsletter)),
            Send("/v1/send/email", SendRoutes.Email),
            Send("/v1/send/push", SendRoutes.Push),
            Send("/v1/send/sms", SendRoutes.Sms),
            Send("/v1/send/whatsapp", SendRoutes.WhatsApp),
            Send("/v1/send/in_app", SendRoutes.InApp),
            Send("/v1/send/inbox_message", SendRoutes.InboxMessage),
            App("GET", "/v1/activities", ActivityRoutes.List),
            App("GET", "/v1/segments", AppSegmentRoutes.List),
            App("POST", "/v1/segments", AppSegmentRoutes.Create),
            App("GET", "/v1/segments/{segment}", AppSegmentRoutes.Get),
            App("DELETE", "/v1/segments/{segment}", AppSegmentRoutes.Delete),
            App("GET", "/v1/segments/{segment}/customer_count", AppSegmentRoutes.Count),
            App("GET", "/v1/segments/{segment}/membership", AppSegmentRoutes.Membership),
            App("GET", "/v1/segments/{segment}/used_by", AppSegmentRoutes.Uses),
            App("GET", "/v1/exports", ExportRoutes.List),
            App("GET", "/v1/exports/{export}", ExportRoutes.Get),
            App("GET", "/v1/exports/{export}/download", ExportRoutes.Download),
            App("POST", "/v1/exports/customers", ExportRoutes.Customers),
            App("POST", "/v1/exports/deliveries", ExportRoutes.Deliveries),
            App("GET", "/v1/reporting_webhooks", WebhookRoutes.List),
            App("POST", "/v1/reporting_webhooks", WebhookRoutes.Create),
            App("GET", "/v1/reporting_webhooks/{webhook}", WebhookRoutes.Get),
            App("PUT", "/v1/reporting_webhooks/{webhook}", WebhookRoutes.Update),
            App("DELETE", "/v1/reporting_webhooks/{webhook}", WebhookRoutes.Delete),
            App("GET", "/v1/object_types", ObjectRoutes.Types),
            App("POST", "/v1/objects", ObjectRoutes.Search),
            App("GET", "/v1/objects/{type}/{object}/attributes", ObjectRoutes.Attributes),
            App("GET", "/v1/objects/{type}/{object}/relationships", ObjectRoutes.Relationships),
            App("GET", "/v1/sender_identities", InfoRoutes.SenderIdentities),
            App("GET", "/v1/sender_identities/{sender}", InfoRoutes.SenderIdentity),
            App("GET", "/v1/sender_identities/{sender}/used_by", InfoRoutes.SenderUses),
            App("GET", "/v1/info/ip_addresses", InfoRoutes.IpAddresses),
            App("GET", "/v1/subscription_topics", Topics.List),
            App("GET", "/v1/subscription_channels", Topics.Channels),
            App("GET", "/v1/subscription_center/{person}/token", Topics.Token),
            App("GET", "/v1/workspaces", AccountRoutes.Workspaces),
            new("GET", "/", Access.Open, PageRoutes.Page),
            new("GET", "/_sandbox/page.css", Access.Open, PageRoutes.Style),
            new("GET", "/_sandbox/page.js", Access.Open, PageRoutes.Script),
            new("GET", "/_sandbox/views/{list}", Access.Open, PageRoutes.List),
            new("GET", "/_sandbox/views/{list}/{item}", Access.Open, PageRoutes.Item),
            new("GET", "/_sandbox/messages/{delivery}/body", Access.Open, PageRoutes.Message),
            new("GET", "/_sandbox/stream", Access.Open, PageRoutes.Stream),
            new("GET", "/_sandbox/requests", Access.Open, Control.Requests),
            new("GET", "/_sandbox/requests/{number}", Access.Open, Control.Request),
            new("DELETE", "/_sandbox/requests", Access.Open, Control.ClearRequests),
            new("POST", "/_sandbox/reset", Access.Open, Control.Reset),
            new("DELETE", "/_sandbox/reset", Access.Open, Control.Reset),
            new("GET", "/_sandbox/people", Access.Open, Control.People),
            new("GET", "/_sandbox/people/{identifier}", Access.Open, Control.Person),
            new("GET", "/_sandbox/activities", Access.Open, Control.Activities),
            new("GET", "/_sandbox/segments", Access.Open, Control.Segments),
            new("POST", "/_sandbox/segments", Access.Open, Control.CreateSegment),
            new("POST", "/_sandbox/campaigns", Access.Open, SenderRoutes.Create(SenderKind.Campaign)),
            new("POST", "/_sandbox/broadcasts", Access.Open, SenderRoutes.Create(SenderKind.Broadcast)),
            new("POST", "/_sandbox/newsletters", Access.Open, SenderRoutes.Create(SenderKind.Newsletter)),
            new("POST", "/_sandbox/transactional", Access.Open, SenderRoutes.Create(SenderKind.Transactional)),
            new("GET", "/_sandbox/exports/{link}", Access.Open, ExportRoutes.File),
            new("GET", "/_sandbox/objects", Access.Open, Control.Objects),
            new("GET", "/_sandbox/forms", Access.Open, Control.Forms),
            new("GET", "/_sandbox/deliveries", Access.Open, Control.Deliveries),
            new("POST", "/_sandbox/deliveries", Access.Open, Control.CreateDelivery),
            new("POST", "/_sandbox/deliveries/{delivery}/metrics", Access.Open, Control.Happen),
            new("GET", "/_sandbox/webhooks", Access.Open, Control.Webhooks),
            new("GET", "/_sandbox/anonymous", Access.Open, Control.Anonymous),
            new("GET", "/_sandbox/faults", Access.Open, FaultRoutes.List),
            new("POST", "/_sandbox/faults", Access.Open, FaultRoutes.Add),
            new("DELETE", "/_sandbox/faults", Access.Open, FaultRoutes.Clear),
            new("GET", "/_sandbox/settings", Access.Open, Control.Settings),
            new("PUT", "/_sandbox/settings", Access.Open, Control.ChangeSettings),
        ];

    private static Route App(string method, string pattern, Func<SandboxRequest, SandboxResponse> handle) =>
        new(method, pattern, Access.App, handle) { Malformed = text => SandboxResponse.Detail(400, text) };

    /// <summary>One that reads a file elsewhere, and so sees to the gate itself.</summary>
    private static Route Slow(string method, string pattern, Func<SandboxRequest, SandboxResponse> handle) =>
        App(method, pattern, handle) with
        {
            IsGated = false,
        };

    private static Route Send(string pattern, Func<SandboxRequest, SandboxResponse> handle) =>
        new("POST", pattern, Access.App, handle) { Malformed = text => SandboxResponse.Error(400, text) };
}
