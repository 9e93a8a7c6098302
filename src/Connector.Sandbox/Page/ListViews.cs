using System.Globalization;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The lists of the page, the newest first, and the lines that other views share with them.</summary>
internal static class ListViews
{
    private const int MaxText = 240;

    // Which is also the key of webhooks where nothing else is said.
    private const string AnyKey = "sandbox";

    /// <summary>The list that the first placeholder names; null when there is none.</summary>
    public static View? Of(SandboxRequest call) =>
        call.Arguments[0] switch
        {
            "people" => People(call),
            "events" => new("Events") { List = Events(call) },
            "messages" => new("Messages") { List = Messages(call) },
            "segments" => new("Segments") { List = Segments(call) },
            "objects" => new("Objects") { List = Objects(call) },
            "requests" => new("Requests") { List = Requests(call) },
            "webhooks" => Webhooks(call),
            "dropped" => new("Not done")
            {
                Note = "These requests were answered as a success, and yet did nothing, or not all: Customer.io does the same.",
                List = Dropped(call),
            },
            "connect" => new("Connect") { Note = Welcome(call), Parts = Connect(call) },
            _ => null,
        };

    /// <summary>People as a list, those who changed last first.</summary>
    public static RowList People(SandboxRequest call, string title, string empty, IEnumerable<Person> people, Func<Person, string?>? says = null)
    {
        return RowList.Of(call, title, empty, people, Texts, p => Row(p, says?.Invoke(p)), order: found => found.Reverse().OrderByDescending(p => p.Updated));

        static IEnumerable<string?> Texts(Person p) => [p.Id, p.Email, p.Phone, new Identifier(IdKind.CioId, p.CioId).ToString(), p.PackedAttributes.Text];
    }

    public static string Href(Person person) => $"#/people/cio_{person.CioId}";

    public static string Href(Delivery delivery) => $"#/messages/{Uri.EscapeDataString(delivery.Id)}";

    public static string Href(Event happened, Person? person)
    {
        var path = $"#/events/{Uri.EscapeDataString(happened.Id)}";
        return person is null ? path : $"{path}?of=cio_{person.CioId}";
    }

    public static string Href(WorkspaceObject one) => $"#/objects/{one.CioObjectId}";

    public static long Millis(long seconds) => seconds * 1000;

    /// <summary>A text short enough for a line.</summary>
    public static string Short(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";

    /// <summary>JSON in words, short enough for a line.</summary>
    public static string Plain(JObject json) => Short(string.Join(", ", json.Properties().Select(p => $"{p.Name}: {Filter.Text(p.Value)}")));

    /// <summary>What happened last to a message, and whether that is bad.</summary>
    public static (string Name, bool IsBad) State(Workspace workspace, Delivery delivery)
    {
        var last = MessageView.Reached(workspace, delivery).Properties().OrderBy(p => Json.Whole(p.Value)).LastOrDefault()?.Name;
        return last switch
        {
            null => ("heard of", false),
            "created" when delivery.Metrics.Count > 1 => ("scheduled", false),
            _ => (last, IsBad(last)),
        };
    }

    /// <summary>Whether a metric means that a message did not arrive, or was not wanted.</summary>
    public static bool IsBad(string metric) => metric is "bounced" or "undeliverable" or "dropped" or "spammed" or "failed" or "unsubscribed";

    /// <summary>What sent a message, as a person calls it.</summary>
    public static string? Sender(Workspace workspace, Delivery delivery) =>
        delivery.Message is { } m ? $"{m.Sender.ToString().ToLowerInvariant()} {workspace.Senders.Find(m.Sender, m.SenderId)?.Name}".TrimEnd() : null;

    public static Person? Owner(Workspace workspace, Delivery delivery) => delivery.CioId is { } cioId ? workspace.People.Find(new(IdKind.CioId, cioId)) : null;

    private static View People(SandboxRequest call)
    {
        var all = call.Workspace.People.All;
        return new("People")
        {
            Note = all.Count == 0 ? Welcome(call) : null,
            Parts = all.Count == 0 ? Connect(call) : [],
            List = all.Count == 0 ? null : People(call, "People", "", all),
        };
    }

    private static string Joined(params IEnumerable<string?> texts) => Short(string.Join(" · ", texts.Where(t => !string.IsNullOrEmpty(t))));

    private static Row Row(Person p, string? says)
    {
        var email = p.Name == p.Email ? null : p.Email;
        return new(p.CioId, p.Name, Millis(p.Updated))
        {
            Href = Href(p),
            Text = Joined(email, says ?? Plain(p.Attributes)) is { Length: > 0 } text ? text : "no attributes",
            Status = p.EventCount switch
            {
                0 => null,
                1 => "1 event",
                _ => $"{p.EventCount} events",
            },
        };
    }

    private static RowList Events(SandboxRequest call)
    {
        var events = call.Workspace.Events;
        return RowList.Of(
            call,
            "Events",
            "No events yet",
            events.Newest.Reverse(),
            e => [e.Event.Name, e.Event.Type, e.Name, e.Event.Packed?.Text],
            e =>
                new(e.Event.Id, e.Event.Name, Millis(e.Event.Timestamp))
                {
                    Href = Href(e.Event, call.Workspace.People.Find(e.Who)),
                    Tag = e.Event.Type == "event" ? null : e.Event.Type,
                    Text = Joined(e.Name, Plain(e.Event.Data ?? [])),
                },
            events.Count
        );
    }

    private static RowList Messages(SandboxRequest call)
    {
        var workspace = call.Workspace;
        return RowList.Of(
            call,
            "Messages",
            "No messages yet",
            workspace.Deliveries.Newest,
            d =>
                [d.Id, d.Message?.Subject, d.Message?.Recipient, d.Message?.Channel, Owner(workspace, d)?.Name, Sender(workspace, d), State(workspace, d).Name],
            d => Row(workspace, d)
        );
    }

    private static Row Row(Workspace workspace, Delivery d)
    {
        var (state, isBad) = State(workspace, d);
        return new(d.Id, d.Message?.Subject ?? d.Id, d.Message is { } message ? Millis(message.Created) : null)
        {
            Href = Href(d),
            Tag = d.Message?.Channel,
            Status = state,
            IsBad = isBad,
            Text = Joined(d.Message?.Recipient ?? Owner(workspace, d)?.Name, Sender(workspace, d)),
        };
    }

    private static RowList Segments(SandboxRequest call) =>
        RowList.Of(
            call,
            "Segments",
            "No segments yet",
            call.Workspace.Segments.All,
            s => [s.Name, s.Description],
            s =>
                new($"{s.Id}", s.Name, Millis(s.Created))
                {
                    Href = $"#/segments/{s.Id}",
                    Tag = s.IsManual ? "manual" : "dynamic",
                    Status = s.Members.Count == 1 ? "1 person" : $"{s.Members.Count} people",
                    Text = Joined($"number {s.Id}", s.Description),
                }
        );

    private static RowList Objects(SandboxRequest call) =>
        RowList.Of(
            call,
            "Objects",
            "No objects yet",
            call.Workspace.Objects.All.Reverse(),
            o => [o.ObjectId, o.CioObjectId, o.Attributes.ToString(Formatting.None)],
            o =>
                new(o.CioObjectId, o.ObjectId, Millis(o.Created))
                {
                    Href = Href(o),
                    Tag = $"type {o.TypeId}",
                    Text = Plain(o.Attributes),
                }
        );

    private static RowList Requests(SandboxRequest call) =>
        RowList.Of(
            call,
            "Requests",
            "No requests yet",
            call.Core.Recorder.Snapshot().Reverse(),
            r => [r.Method, r.Path, Path(r), $"{r.Status}", r.UserAgent, r.Beginning, r.Answer],
            r =>
                new($"{r.Number}", Path(r), r.Time.ToUnixTimeMilliseconds())
                {
                    Href = $"#/requests/{r.Number}",
                    Tag = r.Method,
                    Status = r.Status == 0 ? "dropped" : $"{r.Status}",
                    IsBad = r.Status is < 200 or >= 300,
                    Text = Short(Problem(r) ?? (r.Bytes == 0 ? "no body" : r.Beginning)),
                },
            call.Core.Recorder.Total
        );

    /// <summary>A request's path as it reads, without keys.</summary>
    public static string Path(RecordedRequest request) => Uri.UnescapeDataString(QuerySecrets.Hide(request.Path));

    /// <summary>What an answer says is wrong; null where nothing is.</summary>
    private static string? Problem(RecordedRequest request)
    {
        if (request.Answer is not { } answer)
        {
            return null;
        }
        var json = Json.TryParse(Encoding.UTF8.GetBytes(answer), out var token) ? token as JObject : null;
        var errors = json?["errors"] as JArray ?? (json?["meta"] as JObject)?["errors"] as JArray;
        var texts = errors?.Select(e => Json.Scalar(e) ?? Json.Scalar(e["detail"]) ?? Json.Scalar(e["message"])).Where(t => t is not null);
        return texts is not null ? string.Join("; ", texts) : Json.Scalar((json?["meta"] as JObject)?["error"]) ?? answer;
    }

    private static View Webhooks(SandboxRequest call)
    {
        var webhooks = call.Workspace.Webhooks;
        return new("Webhooks")
        {
            Note = webhooks.All.Count == 0 ? "No webhook is registered: connector webhooks register sets where the sandbox posts." : null,
            Parts =
                webhooks.All.Count == 0
                    ? []
                    : [new("Registered") { Facts = [.. webhooks.All.Select(w => new Fact($"{w.Id} {Json.Scalar(w.Shown["name"])}", Standing(w)))] }],
            List = RowList.Of(
                call,
                "Posted",
                "Nothing was posted yet",
                webhooks.Attempts.Reverse(),
                a => [a.Report.Name, a.Outcome, a.Report.Body.ToString(Formatting.None)],
                a =>
                    new($"{a.Number}", a.Report.Name, a.Time.ToUnixTimeMilliseconds())
                    {
                        Href = $"#/webhooks/{a.Number}",
                        Status = a.Outcome,
                        IsBad = !a.IsDelivered,
                        Text = Joined($"webhook {a.Webhook}", a.Tries > 1 ? $"try {a.Tries}" : null, Json.Scalar(a.Report.Body["data"]?["delivery_id"])),
                    },
                webhooks.AttemptCount
            ),
        };
    }

    private static string Standing(ReportingWebhook webhook) =>
        $"{webhook.Endpoint}, {(webhook.Has("disabled") ? "switched off, " : "")}{webhook.Waiting.Count()} waiting"
        + (webhook.Lost > 0 ? $", {webhook.Lost} lost" : "");

    private static RowList Dropped(SandboxRequest call) =>
        RowList.Of(
            call,
            "Not done",
            "Everything was done",
            call.Workspace.Activities.Dropped.Reverse(),
            a => [a.Who.ToString(), a.Name, a.Type, a.Data?.ToString(Formatting.None)],
            a =>
                new($"{a.Number}", Json.Scalar(a.Data?["reason"]) ?? a.Type, a.Time.ToUnixTimeMilliseconds())
                {
                    Href = string.Create(CultureInfo.InvariantCulture, $"#/dropped/{a.Number}"),
                    Text = Joined(a.Who.ToString(), a.Name, a.Type.Replace('_', ' ')),
                },
            call.Workspace.Activities.DroppedCount
        );

    private static string Welcome(SandboxRequest call)
    {
        var keys = call.Core.Options.SiteId is null ? "Any keys will do." : "It takes the keys that it was started with, and answers 401 to others.";
        return $"This is a Customer.io on your own machine. {keys}";
    }

    private static IEnumerable<Part> Connect(SandboxRequest call)
    {
        var origin = $"http://{call.Context.Request.Host}";
        var (site, key) = call.Core.Options.SiteId is null ? (AnyKey, AnyKey) : ("SITE_ID", "API_KEY");
        var app = call.Core.Options.AppApiKey is null ? AnyKey : "APP_API_KEY";
        var signing = call.Workspace.Settings.WebhookSigningKey is AnyKey ? AnyKey : "SIGNING_KEY";
        return
        [
            new("Send a person")
            {
                Text =
                    $"curl -u {site}:{key} -X PUT {origin}/api/v1/customers/ann -H 'Content-Type: application/json' "
                    + """-d '{"email":"ann@example.com","plan":"pro"}'""",
            },
            new("Point the connector or any Customer.io client at it")
            {
                Text = string.Join(
                    '\n',
                    $"CUSTOMERIO_BASE_URL={origin}",
                    $"CUSTOMERIO_SITE_ID={site}",
                    $"CUSTOMERIO_API_KEY={key}",
                    $"CUSTOMERIO_APP_API_KEY={app}",
                    $"CUSTOMERIO_WEBHOOK_SIGNING_KEY={signing}"
                ),
            },
        ];
    }
}
