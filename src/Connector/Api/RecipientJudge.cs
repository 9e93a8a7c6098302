using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>Judges the recipients of one request's body, and puts the guard's own address in their place where it has one.</summary>
/// <remarks>A field is known and of the shape that is documented, or the request is refused: another shape may be read as a recipient by somebody
/// else.</remarks>
internal sealed class RecipientJudge(RecipientGuard guard)
{
    /// <summary>The request with every recipient checked or replaced.</summary>
    /// <param name="guard">The connection's guard.</param>
    /// <param name="request">The request.</param>
    /// <param name="endpoint">What it leads to.</param>
    /// <param name="body">Its body; changed where recipients are replaced.</param>
    /// <param name="warn">Takes how many were replaced.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it would reach somebody else; nothing was sent.</exception>
    public static ApiRequest Apply(RecipientGuard guard, ApiRequest request, Endpoint endpoint, JToken body, Action<string> warn)
    {
        var judge = new RecipientJudge(guard);
        switch (endpoint.Carries)
        {
            case Carries.Nothing:
                return request;
            case Carries.Unseen:
                throw Refused("", "this reaches people who cannot be seen from here");
            case Carries.Message:
                judge.Message(Object(body), Endpoint.Segments(request.Path)[2]);
                break;
            case Carries.Audience:
                judge.Audience(Object(body));
                break;
            case Carries.Content:
                judge.Content(Object(body));
                break;
            case Carries.Event:
                judge.Event(Guards.One(body, "event"), "");
                break;
            default:
                foreach (var (operation, path) in Guards.Operations(body, endpoint))
                {
                    judge.Operation(operation, path);
                }

                foreach (var (call, path, _) in Guards.Calls(body, request, endpoint))
                {
                    judge.Event(call, path);
                }

                break;
        }

        if (judge.Replaced > 0)
        {
            warn($"The connection's recipient guard put its own address instead of {judge.Replaced} recipient{(judge.Replaced == 1 ? "" : "s")}.");
        }

        return judge.Replaced == 0 ? request : request with { Body = new ApiBody(ConnectorJson.ToBytes(body), request.Body.ContentType) };
    }

    /// <summary>The refusal of a request whose recipients are not allowed, or cannot be seen.</summary>
    public static ConnectorException Refused(string path, string why)
    {
        var message =
            $"The connection's recipient guard refused this: {why}{(path.Length > 0 ? $" ({path})" : "")}. Nothing was sent. Its owner can "
            + "change Recipient Guard (CUSTOMERIO_RECIPIENT_GUARD).";
        return new ConnectorException(FailureKind.Connection, message, [new Problem(path, message)]);
    }

    private static JObject Object(JToken body) => body as JObject ?? throw Refused("", "the body is not an object, so its recipients cannot be seen");

    private static readonly string[] s_message =
    [
        "transactional_message_id",
        "identifiers",
        "message_data",
        "send_at",
        "disable_message_retention",
        "send_to_unsubscribed",
        "queue_draft",
        "auto_create",
        "language",
        "tracked",
        "from",
        "to",
        "cc",
        "bcc",
        "headers",
        "subject",
        "body",
        "body_plain",
        "body_amp",
        "plaintext_body",
        "amp_body",
        "preheader",
        "reply_to",
        "fake_bcc",
        "disable_css_preprocessing",
        "attachments",
        "title",
        "message",
        "image_url",
        "link",
        "sound",
        "custom_data",
        "custom_device",
        "custom_payload",
    ];

    private static readonly string[] s_audience =
    [
        "data",
        "emails",
        "ids",
        "per_user_data",
        "recipients",
        "data_file_url",
        "email_add_duplicates",
        "email_ignore_missing",
        "id_ignore_missing",
    ];

    // What a provider of push notifications takes a device, or many of them, from.
    private static readonly string[] s_devices =
    [
        "to",
        "token",
        "tokens",
        "device_token",
        "devicetoken",
        "registration_ids",
        "registration_id",
        "topic",
        "condition",
        "notification_key",
        "fid",
    ];

    // Reply-To and In-Reply-To name nobody who gets this message.
    private static readonly string[] s_noRecipients = ["reply-to", "in-reply-to", "mail-reply-to"];
    private static readonly string[] s_recipientWords =
    [
        "to",
        "cc",
        "bcc",
        "resent",
        "rcpt",
        "recipient",
        "recipients",
        "envelope",
        "copy",
        "smtpapi",
        "msys",
        "mailgun",
        "mc",
        "postmark",
        "ses",
    ];

    /// <summary>How many recipients were replaced.</summary>
    public int Replaced { get; private set; }

    public void Message(JObject body, string channel)
    {
        Known(body, s_message, "");
        switch (channel)
        {
            case "email":
                if (Text(body, "to", "") is null)
                {
                    throw Refused("/to", "without \"to\" the template decides who gets the message");
                }

                foreach (var field in (string[])["to", "cc", "bcc"])
                {
                    List(body, field, "");
                }

                Headers(Guards.Value(body, "headers", ""));
                OneLine(body, "");
                None(body, "custom_device", "custom_payload");
                return;
            case "sms" or "whatsapp":
                None(body, "cc", "bcc", "headers", "custom_device", "custom_payload");
                Allowed(Text(body, "to", "") ?? Person(body), Guards.Value(body, "to", "") is null ? "/identifiers" : "/to");
                return;
            case "push":
                None(body, "cc", "bcc", "headers", "custom_device");
                if (Text(body, "to", "") is not (null or "all" or "last_used"))
                {
                    throw Refused("/to", "a device's token says nothing about who has it; only \"all\" or \"last_used\" devices of the person can be named");
                }

                Devices(Guards.Value(body, "custom_payload", ""), "/custom_payload");
                Allowed(Person(body), "/identifiers");
                return;
            case "in_app" or "inbox_message":
                None(body, "to", "cc", "bcc", "headers", "custom_device", "custom_payload");
                Allowed(Person(body), "/identifiers");
                return;
            default:
                throw Refused("", "this channel is not known here, so its recipients cannot be seen");
        }
    }

    public void Audience(JObject body)
    {
        Known(body, s_audience, "");
        string[] given = [.. ((string[])["emails", "ids", "per_user_data", "recipients", "data_file_url"]).Where(f => IsSet(Guards.Value(body, f, "")))];
        if (given is not [var form] || form is "recipients" or "data_file_url")
        {
            throw Refused(
                "",
                given.Length > 1
                    ? "it names more than one audience"
                    : "a segment, a file or the broadcast's own audience holds people who cannot be seen from here; name them by emails"
            );
        }

        var property = Property(body, form)!;
        if (property.Value is not JArray { Count: > 0 } list)
        {
            throw Refused("/" + form, "it is not a list of people");
        }

        if (form == "per_user_data")
        {
            PerUser(list);
            return;
        }

        if (form == "emails" && guard.Instead is { } instead && !list.All(e => guard.Allows(Scalar(e, "/emails"))))
        {
            Replaced += list.Count;
            property.Value = list = new JArray(instead);
        }

        for (var i = 0; i < list.Count; i++)
        {
            Allowed(Scalar(list[i], $"/{form}/{i}"), $"/{form}/{i}");
        }
    }

    /// <summary>The content of a campaign's, newsletter's or transactional message: it may say who gets it, and let what waits go.</summary>
    public void Content(JObject body)
    {
        foreach (var (holder, path) in Objects(body, ""))
        {
            // Never replaced: a template would keep the guard's address for everybody.
            foreach (var field in (string[])["to", "recipient", "cc", "bcc"])
            {
                if (Text(holder, field, path) is { } list && !AllAllowed(list))
                {
                    throw NotAllowed($"{path}/{field}", list);
                }
            }

            Headers(Guards.Value(holder, "headers", path));
            OneLine(holder, path);
            if (IsSet(Guards.Value(holder, "recipients", path)))
            {
                throw Refused(path + "/recipients", "it names people who cannot be seen from here");
            }

            if (Text(holder, "sending_state", path) is not (null or "draft" or "off"))
            {
                throw Refused(path + "/sending_state", "it lets a message go to people who cannot be seen from here");
            }
        }
    }

    // What becomes a line of the mail's head could begin another one there, such as Bcc.
    private static void OneLine(JObject body, string path)
    {
        foreach (var field in (string[])["subject", "from", "reply_to", "preheader"])
        {
            if (Guards.Value(body, field, path) is JValue { Value: string text } && text.AsSpan().ContainsAny('\r', '\n'))
            {
                throw Refused($"{path}/{field}", "a line break in it could begin a mail header that names one");
            }
        }
    }

    /// <summary>An operation of Track v2: only events can name a recipient.</summary>
    public void Operation(JObject operation, string path)
    {
        if (
            Guards.Value(operation, "action", path) is JValue { Value: string action }
            && !action.Equals("event", StringComparison.OrdinalIgnoreCase)
            && !action.Equals("page", StringComparison.OrdinalIgnoreCase)
            && !action.Equals("screen", StringComparison.OrdinalIgnoreCase)
        )
        {
            Unhidden(operation, path);
            return;
        }

        Event(operation, path);
    }

    /// <summary>A campaign that an event starts may send to the address in the event's own <c>recipient</c>.</summary>
    public void Event(JObject body, string path)
    {
        Unhidden(body, path);
        List(body, "recipient", path);
        foreach (var property in body.Properties().Where(p => Guards.Folded(p.Name) is "data" or "attributes" or "properties"))
        {
            switch (property.Value)
            {
                case JObject values:
                    List(values, "recipient", "");
                    break;
                case not JValue { Value: null }:
                    throw Refused($"{path}/{Names.Escape(property.Name)}", "the event's data is not an object, so its recipient cannot be seen");
            }
        }
    }

    private void PerUser(JArray users)
    {
        var people = users
            .Select(
                (u, i) =>
                {
                    var path = $"/per_user_data/{i}";
                    var user = u as JObject ?? throw Refused(path, "it names nobody");
                    Known(user, ["id", "email", "data"], path);
                    JProperty[] names = [.. user.Properties().Where(p => Guards.Folded(p.Name) is "id" or "email" && IsSet(p.Value))];
                    return names.Length == 1 ? (User: user, Name: names[0], Path: path) : throw Refused(path, "it names nobody, or one person in two ways");
                }
            )
            .ToList();
        if (guard.Instead is { } instead && !people.TrueForAll(p => Guards.Folded(p.Name.Name) == "email" && guard.Allows(Scalar(p.Name.Value, p.Path))))
        {
            // One person gets one message, with the first one's data.
            Replaced += users.Count;
            foreach (var other in users.Skip(1).ToArray())
            {
                other.Remove();
            }

            people[0].Name.Remove();
            people[0].User["email"] = instead;
            return;
        }

        foreach (var (_, name, path) in people)
        {
            Allowed(Scalar(name.Value, path), path);
        }
    }

    /// <summary>Mail headers: an object of texts, the list of names and values that is documented, or either one as JSON text.</summary>
    private static void Headers(JToken? headers)
    {
        if (headers is JValue { Value: string text })
        {
            try
            {
                headers = text.Trim().Length == 0 ? null : ConnectorJson.Parse(text);
            }
            catch (FormatException)
            {
                throw Refused("/headers", "they cannot be read");
            }
        }

        switch (headers)
        {
            case null or JValue { Value: null }:
                return;
            case JObject map:
                // An object of a name and a value is one header to those who expect the list.
                if (Guards.Value(map, "name", "/headers") is { } lone && Guards.Value(map, "value", "/headers") is not null)
                {
                    Header(lone, null);
                }

                foreach (var (name, value) in map)
                {
                    Header(name, value);
                }

                return;
            case JArray list:
                foreach (var item in list)
                {
                    var pair = item as JObject ?? throw Refused("/headers", "they cannot be read");
                    Known(pair, ["name", "value"], "/headers");
                    Header(Guards.Value(pair, "name", "/headers"), Guards.Value(pair, "value", "/headers"));
                }

                return;
            default:
                throw Refused("/headers", "they cannot be read");
        }
    }

    private static void Header(JToken? called, JToken? value)
    {
        var name = Scalar(called, "/headers");
        if (value is JContainer)
        {
            throw Refused("/headers", "a header's value is not a text");
        }

        if (!MailParts.IsHeaderName(name) || (value is JValue scalar && ConnectorJson.ScalarText(scalar).Any(char.IsControl)))
        {
            throw Refused("/headers", "a header's name or value is not of the mail format, and may hold further headers");
        }

        var lower = name.ToLowerInvariant();
        if (!s_noRecipients.Contains(lower) && lower.Split('-', '_', '.').Any(word => s_recipientWords.Contains(word)))
        {
            throw Refused("/headers", "headers of the mail may name further recipients");
        }
    }

    private static void Devices(JToken? payload, string path)
    {
        if (!IsSet(payload))
        {
            return;
        }

        // JSON as text would be read by somebody else only.
        if (payload is not JObject systems || systems.Properties().Any(p => p.Value is not (JObject or JValue { Value: null })))
        {
            throw Refused(path, "it is not an object for each system");
        }

        foreach (var (holder, _) in Objects(systems, ""))
        {
            // What the app itself reads stands in "data" and names no device.
            if (holder.Properties().Any(p => s_devices.Contains(Guards.Folded(p.Name)) && holder.Parent is not JProperty { Name: "data" }))
            {
                throw Refused(path, "it names a device or a topic, and nobody can see who has it");
            }
        }
    }

    private static IEnumerable<(JObject Holder, string Path)> Objects(JToken token, string path) =>
        token switch
        {
            JObject holder => holder.Properties().SelectMany(p => Objects(p.Value, $"{path}/{Names.Escape(p.Name)}")).Prepend((holder, path)),
            JArray list => list.SelectMany((item, i) => Objects(item, $"{path}/{i}")),
            _ => [],
        };

    private static void Unhidden(JObject body, string path)
    {
        // data[recipient], data.recipient: the way forms name a field inside another one.
        if (
            body.Properties()
                .FirstOrDefault(p =>
                    Guards.Folded(p.Name) is var name && name != "recipient" && name.Contains("recipient") && name.IndexOfAny(['[', '.', '/']) >= 0
                ) is
            { } hidden
        )
        {
            throw Refused($"{path}/{Names.Escape(hidden.Name)}", "the field may be read as a recipient");
        }
    }

    private static void Known(JObject holder, string[] known, string path)
    {
        foreach (var property in holder.Properties())
        {
            if (!known.Contains(Guards.Folded(property.Name)))
            {
                throw Refused($"{path}/{Names.Escape(property.Name)}", "the field is not known here, so it may name a recipient");
            }

            Guards.Value(holder, Guards.Folded(property.Name), path);
        }
    }

    private static void None(JObject body, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (IsSet(Guards.Value(body, field, "")))
            {
                throw Refused("/" + field, "this channel has no such field, so it may name a recipient");
            }
        }
    }

    private static string Person(JObject body) =>
        Guards.Value(body, "identifiers", "") switch
        {
            JObject { Count: 1 } one when Guards.Folded(((JProperty)one.First!).Name) is "id" or "email" or "cio_id" or "phone" => Scalar(
                ((JProperty)one.First!).Value,
                "/identifiers"
            ),
            _ => "",
        };

    /// <summary>A list of addresses with commas in between.</summary>
    private void List(JObject holder, string field, string path)
    {
        foreach (var property in holder.Properties().Where(p => Guards.Folded(p.Name) == field))
        {
            var place = $"{path}/{field}";
            var list = Scalar(property.Value, place);
            if (list.Length == 0 || AllAllowed(list))
            {
                continue;
            }

            if (guard.Instead is not { } instead)
            {
                throw NotAllowed(place, list);
            }

            Replaced += Math.Max(1, MailParts.Addresses(list).Count);
            property.Value = instead;
        }
    }

    private bool AllAllowed(string list) => MailParts.Addresses(list) is { Count: > 0 } addresses && addresses.TrueForAll(guard.Allows);

    private void Allowed(string address, string path)
    {
        if (!guard.Allows(address))
        {
            throw NotAllowed(path, address);
        }
    }

    private static JProperty? Property(JObject holder, string key) => holder.Properties().FirstOrDefault(p => Guards.Folded(p.Name) == key);

    private static string? Text(JObject holder, string key, string path) =>
        Guards.Value(holder, key, path) is { } value && Scalar(value, $"{path}/{key}") is { Length: > 0 } text ? text : null;

    private static bool IsSet(JToken? value) => value is not (null or JValue { Value: null or "" });

    private static string Scalar(JToken? value, string path) =>
        value switch
        {
            null or JValue { Value: null } => "",
            JValue { Value: string text } => text,
            JValue { Type: JTokenType.Integer } number => ConnectorJson.ScalarText(number),
            _ => throw Refused(path, "it is not a text, so nobody can say whom it names"),
        };

    private static ConnectorException NotAllowed(string path, string address) =>
        Refused(path, address.Length == 0 ? "who gets the message cannot be seen" : "a recipient is not among those it allows");
}
