using System.Globalization;
using System.Net;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What the page shows of one person, event, message and so on.</summary>
internal static class ItemViews
{
    private const int MaxText = 200_000;

    /// <summary>The metrics that a person may report from the page, in the order of a message's life.</summary>
    private static readonly string[] s_buttons = ["delivered", "opened", "clicked", "bounced", "unsubscribed"];

    /// <summary>The thing that the placeholders name; null when there is none.</summary>
    public static View? Of(SandboxRequest call)
    {
        var (workspace, name) = (call.Workspace, call.Arguments[1]);
        return call.Arguments[0] switch
        {
            "people" => PersonView.Find(workspace, name) is { } person ? PersonPage.Of(call, person) : null,
            "events" => Event(call, name),
            "messages" => workspace.Deliveries.Find(name) is { } delivery ? Message(workspace, delivery) : null,
            "segments" => int.TryParse(name, out var id) && workspace.Segments.Find(id) is { } segment ? Segment(call, segment) : null,
            "objects" => workspace.Objects.Find(new(null, null, name)) is { } one ? Object(call, one) : null,
            "requests" => call.Core.Recorder.Snapshot().FirstOrDefault(r => name == Number(r.Number)) is { } request ? Request(call, request) : null,
            "webhooks" => workspace.Webhooks.Attempts.FirstOrDefault(a => name == Number(a.Number)) is { } attempt ? Attempt(workspace, attempt) : null,
            "dropped" => workspace.Activities.Dropped.FirstOrDefault(a => name == Number(a.Number)) is { } activity ? Dropped(workspace, activity) : null,
            _ => null,
        };
    }

    /// <summary>An attribute, with its time where it holds one in Unix seconds.</summary>
    public static Fact Attribute(JProperty attribute) =>
        new(
            attribute.Name,
            Filter.Text(attribute.Value),
            Time: attribute.Value is JValue { Value: long seconds and > 1_000_000_000 and < 4_000_000_000 } ? ListViews.Millis(seconds) : null
        );

    /// <summary>What an e-mail says, as HTML; null for other messages and those without a text.</summary>
    public static string? Html(Workspace workspace, Delivery delivery)
    {
        var content = Content(workspace, delivery);
        return delivery.Message?.Channel != "email" ? null
            : Json.Scalar(content["body"]) is { Length: > 0 } body ? body
            : Json.Scalar(content["body_plain"]) is { Length: > 0 } plain ? $"<pre>{WebUtility.HtmlEncode(plain)}</pre>"
            : null;
    }

    public static string Pretty(JToken? token)
    {
        var text = token switch
        {
            null or JValue { Value: null } => "",
            JValue { Value: string s } => s,
            _ => token.ToString(Formatting.Indented),
        };
        return text.Length <= MaxText ? text : $"{text[..MaxText]}\n… the rest stands in the JSON";
    }

    /// <summary>What was sent, else what its sender says, as the person would read it.</summary>
    private static JObject Content(Workspace workspace, Delivery delivery)
    {
        var message = delivery.Message;
        if (message is null or { IsForgotten: true })
        {
            return [];
        }
        var content = message.Content.Object;
        var said = workspace.Senders.Find(message.Sender, message.SenderId)?.Contents.Find(c => (int)c.Shown["id"]! == message.ContentId)?.Shown;
        return content["body"] is null && said is not null ? Liquid.Fill(said, workspace, ListViews.Owner(workspace, delivery), content) : content;
    }

    private static View Message(Workspace workspace, Delivery delivery)
    {
        var (message, person, isHtml) = (delivery.Message, ListViews.Owner(workspace, delivery), Html(workspace, delivery) is not null);
        var (reached, sender) = (MessageView.Reached(workspace, delivery), ListViews.Sender(workspace, delivery));
        var posts = workspace.Webhooks.Attempts.Count(a => Json.Scalar(a.Report.Body["data"]?["delivery_id"]) == delivery.Id);
        var (content, frame) = (Content(workspace, delivery), $"/_sandbox/messages/{Uri.EscapeDataString(delivery.Id)}/body");
        List<Fact> facts =
        [
            new("To", message?.Recipient),
            new("From", Json.Scalar(content["from"]) ?? message?.From),
            new("Person", person?.Name, person is null ? null : ListViews.Href(person)),
            new("Sent by", sender, $"#/messages?q={Uri.EscapeDataString(sender ?? "")}"),
            new("Channel", message?.Channel),
            new("Delivery", delivery.Id),
            new(
                "Webhooks",
                posts == 0 ? null
                    : posts == 1 ? "posted once"
                    : $"posted {posts} times",
                $"#/webhooks?q={Uri.EscapeDataString(delivery.Id)}"
            ),
            new("Why not", message?.Failure),
        ];
        return new(message?.Subject ?? delivery.Id)
        {
            Note = message?.IsForgotten == true ? "What it said was not kept, as its sender wished." : null,
            Parts =
            [
                new("Message") { Facts = [.. facts.Where(f => !string.IsNullOrEmpty(f.Value))] },
                new("What became of it")
                {
                    Facts = [.. reached.Properties().Select(m => new Fact(m.Name, null, Time: ListViews.Millis((long)m.Value)))],
                    Buttons = [.. Buttons(delivery, person, reached)],
                },
                new("What it says") { Frame = isHtml ? frame : null, Text = isHtml ? null : Pretty(content.Count == 0 ? null : content) },
            ],
        };
    }

    /// <summary>What can still happen to a message that went out; an unsubscribe goes the way of a link in the message.</summary>
    private static IEnumerable<Press> Buttons(Delivery delivery, Person? person, JObject reached)
    {
        var metrics = ReportNames.Metrics(ReportNames.ObjectType(delivery.Message?.Channel ?? "email") ?? "").ToHashSet();
        if (delivery.Message is not null && !reached.ContainsKey("sent"))
        {
            yield break;
        }
        var id = Uri.EscapeDataString(delivery.Id);
        foreach (var metric in s_buttons.Where(metrics.Contains))
        {
            if (metric != "unsubscribed")
            {
                yield return new(Label(metric), $"/_sandbox/deliveries/{id}/metrics", new() { ["metric"] = metric });
            }
            else if (person is not null)
            {
                yield return new(Label(metric), $"/unsubscribe/{id}", new() { ["unsubscribe"] = true });
            }
        }

        static string Label(string metric) => char.ToUpperInvariant(metric[0]) + metric[1..];
    }

    private static View? Event(SandboxRequest call, string id)
    {
        var person = PersonView.Find(call.Workspace, call.Query("of") ?? "");
        var (name, happened) = (person?.Name, person?.Events.LastOrDefault(e => e.Id == id));
        if (happened is null)
        {
            (_, name, happened) = call.Workspace.Events.Newest.LastOrDefault(e => e.Event.Id == id);
        }
        return happened is null
            ? null
            : new(happened.Name)
            {
                Parts =
                [
                    new("Event")
                    {
                        Facts =
                        [
                            new("Person", name, person is null ? null : ListViews.Href(person)),
                            new("Kind", happened.Type),
                            new("When", null, Time: ListViews.Millis(happened.Timestamp)),
                            new("Id", happened.Id),
                        ],
                    },
                    new("Data") { Text = Pretty(happened.Data ?? []) },
                ],
            };
    }

    private static View Segment(SandboxRequest call, Segment segment) =>
        new(segment.Name)
        {
            Note = segment.IsManual ? null : "The sandbox does not work out who belongs to a dynamic segment: it stays as it began.",
            Parts =
            [
                new("Segment")
                {
                    Facts =
                    [
                        new("Number", Number(segment.Id)),
                        new("Kind", segment.IsManual ? "manual" : "dynamic"),
                        new("Description", segment.Description),
                        new("Created", null, Time: ListViews.Millis(segment.Created)),
                    ],
                },
            ],
            List = ListViews.People(
                call,
                "People in it",
                "Nobody is in it",
                segment.Members.Select(m => call.Workspace.People.Find(new(IdKind.CioId, m))).OfType<Person>()
            ),
        };

    private static View Object(SandboxRequest call, WorkspaceObject one) =>
        new(Json.Scalar(one.Attributes["name"]) ?? one.ObjectId)
        {
            Parts =
            [
                new("Object")
                {
                    Facts =
                    [
                        new("Type", one.TypeId),
                        new("Id", one.ObjectId),
                        new("cio_object_id", one.CioObjectId),
                        new("Created", null, Time: ListViews.Millis(one.Created)),
                    ],
                },
                new("Attributes") { Facts = [.. one.Attributes.Properties().Select(Attribute)] },
            ],
            List = ListViews.People(
                call,
                "People related to it",
                "Nobody is related to it",
                call.Workspace.People.All.Where(p => p.IsRelated(one.CioObjectId)),
                p => ListViews.Plain(p.Relationships[one.CioObjectId])
            ),
        };

    private static View Request(SandboxRequest call, RecordedRequest request)
    {
        var person = Named(call.Workspace, request);
        return new($"{request.Method} {ListViews.Path(request)}")
        {
            Raw = $"/_sandbox/requests/{Number(request.Number)}",
            Parts =
            [
                new("Request")
                {
                    Facts =
                    [
                        new("When", null, Time: request.Time.ToUnixTimeMilliseconds()),
                        new("Answered", request.Status == 0 ? "not at all: the connection was dropped" : Number(request.Status)),
                        new("Content type", request.ContentType ?? "none"),
                        new("Sent by", request.UserAgent ?? "unknown"),
                        new("Body", $"{Number(request.Bytes)} bytes"),
                        .. person is null ? (Fact[])[] : [new("Person", person.Name, ListViews.Href(person))],
                    ],
                },
                new("Body") { Text = Pretty(request.Body) },
                new("Answer") { Text = request.Answer is { } answer ? Pretty(Parsed(answer)) : null },
                new(Curl.NeedsFile(request) ? "The same with curl, the body saved as the file body" : "The same with curl")
                {
                    Text = Curl.Of(request, $"http://{call.Context.Request.Host}"),
                },
            ],
        };
    }

    /// <summary>Whom a request names in its path, or else in its body.</summary>
    private static Person? Named(Workspace workspace, RecordedRequest request)
    {
        var who = SandboxRequest.Split(request.Path) switch
        {
            ["api", "v1", "customers", var name, ..] => name,
            ["v1", "customers", var name, _, ..] => name,
            _ when (request.Body as JObject)?["identifiers"] is JObject ids => Json.Scalar(ids["id"] ?? ids["email"] ?? ids["cio_id"]),
            _ => null,
        };
        return who is null ? null : PersonView.Find(workspace, who);
    }

    private static View Attempt(Workspace workspace, Attempt attempt)
    {
        var id = Json.Scalar(attempt.Report.Body["data"]?["delivery_id"]);
        var delivery = id is null ? null : workspace.Deliveries.Find(id);
        return new(attempt.Report.Name)
        {
            Parts =
            [
                new("Post")
                {
                    Facts =
                    [
                        new("When", null, Time: attempt.Time.ToUnixTimeMilliseconds()),
                        new("Webhook", $"{attempt.Webhook} {workspace.Webhooks.Find(attempt.Webhook)?.Shown["endpoint"]}"),
                        new("Outcome", attempt.Outcome),
                        new("Try", Number(attempt.Tries)),
                        new("Message", id, delivery is null ? null : ListViews.Href(delivery)),
                    ],
                },
                new("Body") { Text = Pretty(attempt.Report.Body) },
            ],
        };
    }

    private static View Dropped(Workspace workspace, Activity activity)
    {
        var person = activity.CioId is { } cioId ? workspace.People.Find(new(IdKind.CioId, cioId)) : workspace.People.Find(activity.Who);
        return new(Json.Scalar(activity.Data?["reason"]) ?? activity.Type)
        {
            Parts =
            [
                new("What was not done")
                {
                    Facts =
                    [
                        new("Whom it was for", activity.Who.ToString(), person is null ? null : ListViews.Href(person)),
                        new("Kind", activity.Type.Replace('_', ' ')),
                        new("Name", activity.Name),
                        new("When", null, Time: activity.Time.ToUnixTimeMilliseconds()),
                    ],
                },
                new("Details") { Text = Pretty(activity.Data) },
            ],
        };
    }

    private static JToken Parsed(string text) => Json.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var token) ? token : text;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
