using System.Buffers;
using System.IO.Enumeration;
using CustomerIo.Connector.Actions.Messages;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>Lets messages reach only some recipients, for use outside production: <c>allow:*@example.com,qa@example.org</c> or <c>rewrite:qa@example.com</c>.</summary>
/// <remarks>A recipient that nobody here can see (a template's own, a segment's, a file's) is refused: the guard fails closed.</remarks>
internal sealed class RecipientGuard
{
    private static readonly SearchValues<char> s_neverInAddress = SearchValues.Create(" \t\r\n,;<>()[]{}\"\\");
    private readonly string[] _allowed;
    private readonly string? _instead;

    private RecipientGuard(string[] allowed, string? instead)
    {
        _allowed = allowed;
        _instead = instead;
    }

    /// <summary>Reads a guard.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it is neither form.</exception>
    public static RecipientGuard Parse(string text)
    {
        var parts = text.Split(':', 2);
        var values = parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
        return (parts[0].Trim().ToLowerInvariant(), values) switch
        {
            ("allow", { Length: > 0 }) => new RecipientGuard(values, null),
            ("rewrite", [var one]) when one.Contains('@') && !one.Contains('*') => new RecipientGuard([one], one),
            _ => throw new ConnectorException(FailureKind.Connection, "The recipient guard must be allow: with addresses or patterns, such as allow:*@example.com, or rewrite: with one address, such as rewrite:qa@example.com."),
        };
    }

    /// <summary>The request with every recipient checked or replaced.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it would reach somebody else; nothing was sent.</exception>
    public ApiRequest Apply(ApiRequest request, Action<string> warn)
    {
        if (request.Method == HttpMethod.Get)
        {
            return request;
        }

        var judge = new Judge(this);
        var body = (request.Api, Guards.Segments(request)) switch
        {
            (_, ["v1", "send", var channel, ..]) => judge.Message(Body(request), channel),
            (_, ["v1", "campaigns" or "broadcasts", _, "triggers", ..]) => judge.Broadcast(Body(request)),
            (_, ["v1", "newsletters", _, "send" or "schedule", ..]) => throw Refused("", "a newsletter goes to people who cannot be seen from here"),
            (ApiName.Track, ["v1", "customers", .., "events"] or ["v1", "events", ..]) => judge.Event(Body(request), "data"),
            (ApiName.Track, ["v2", "entity" or "batch", ..]) => judge.Events(Guards.Json(request), "attributes"),
            (ApiName.Pipelines, _) => judge.Events(Guards.Json(request), "properties"),
            _ => null,
        };
        if (judge.Replaced > 0)
        {
            warn($"The connection's recipient guard put its own address in place of {judge.Replaced} recipient{(judge.Replaced == 1 ? "" : "s")}.");
        }

        return body is null || judge.Replaced == 0 ? request : request with { Body = new ApiBody(ConnectorJson.ToBytes(body), request.Body.ContentType) };
    }

    private static JObject Body(ApiRequest request) => Guards.Json(request) as JObject ?? throw Refused("", "the body is not an object, so its recipients cannot be seen");

    private bool Allows(string address)
    {
        // "Ada <ada@example.com>" is the address between the brackets.
        var bare = address.LastIndexOf('<') is >= 0 and var open && address.EndsWith('>') ? address[(open + 1)..^1] : address;
        bare = bare.Trim();

        // Two addresses in one, or a template that decides later, must not pass by its last letters.
        return bare.Count(c => c == '@') <= 1 && bare.AsSpan().IndexOfAny(s_neverInAddress) < 0 && Array.Exists(_allowed, pattern => FileSystemName.MatchesSimpleExpression(pattern, bare));
    }

    private static ConnectorException Refused(string path, string why)
    {
        var message = $"The connection's recipient guard refused this: {why}{(path.Length > 0 ? $" ({path})" : "")}. Nothing was sent. Its owner can change Recipient Guard (CUSTOMERIO_RECIPIENT_GUARD).";
        return new ConnectorException(FailureKind.Connection, message, [new Problem(path, message)]);
    }

    /// <summary>Judges one request, and counts what it replaced.</summary>
    private sealed class Judge(RecipientGuard guard)
    {
        public int Replaced { get; private set; }

        public JObject Message(JObject body, string channel)
        {
            if (channel == "email")
            {
                if (Text(body["to"]).Length == 0)
                {
                    throw Refused("/to", "without \"to\" the template decides who gets the message");
                }

                foreach (var field in (string[])["to", "cc", "bcc"])
                {
                    List(body, field);
                }

                if (Text(body["headers"]) is { Length: > 0 } || (body["headers"] as JObject)?.Properties().Any(h => h.Name.ToLowerInvariant() is "to" or "cc" or "bcc") == true)
                {
                    throw Refused("/headers", "headers of the mail may name further recipients");
                }

                return body;
            }

            // A phone number or a device token stands in "to"; other channels reach the person that is named.
            if (channel is "sms" or "whatsapp" && Text(body["to"]) is { Length: > 0 } number)
            {
                Allowed(number, "/to");
                return body;
            }

            var person = (body["identifiers"] as JObject)?.Properties().FirstOrDefault();
            Allowed(Text(person?.Value), "/identifiers");
            return body;
        }

        public JObject Broadcast(JObject body)
        {
            if (body["emails"] is JArray emails)
            {
                if (guard._instead is { } instead && !emails.All(e => guard.Allows(Text(e))))
                {
                    Replaced += emails.Count;
                    body["emails"] = new JArray(instead);
                }

                for (var i = 0; i < ((JArray)body["emails"]!).Count; i++)
                {
                    Allowed(Text(body["emails"]![i]), $"/emails/{i}");
                }
            }
            else if (body["ids"] is JArray ids)
            {
                for (var i = 0; i < ids.Count; i++)
                {
                    Allowed(Text(ids[i]), $"/ids/{i}");
                }
            }
            else if (body["per_user_data"] is JArray { Count: > 0 } users)
            {
                if (guard._instead is { } instead && users[0] is JObject first && !users.All(u => guard.Allows(Text(u["email"]))))
                {
                    // One person gets one message, with the first one's data.
                    Replaced += users.Count;
                    first.Remove("id");
                    first["email"] = instead;
                    body["per_user_data"] = users = new JArray(first);
                }

                for (var i = 0; i < users.Count; i++)
                {
                    Allowed(Text(users[i]["email"] ?? users[i]["id"]), $"/per_user_data/{i}");
                }
            }
            else
            {
                throw Refused("", "a segment, a file or the broadcast's own audience holds people who cannot be seen from here; name them by emails");
            }

            return body;
        }

        public JToken Events(JToken body, string data)
        {
            foreach (var (one, _) in Guards.Operations(body))
            {
                Event(one, data);
            }

            return body;
        }

        // A campaign that an event starts may send to the address in the event's own "recipient".
        public JObject Event(JObject body, string data)
        {
            if (body[data] is JObject values)
            {
                List(values, "recipient");
            }

            return body;
        }

        private void List(JObject holder, string field)
        {
            if (Text(holder[field]) is not { Length: > 0 } list)
            {
                return;
            }

            var addresses = EmailChecks.Addresses(list);
            if (addresses.TrueForAll(guard.Allows))
            {
                return;
            }

            if (guard._instead is not { } instead)
            {
                Allowed(addresses.First(a => !guard.Allows(a)), "/" + field);
                return;
            }

            Replaced += addresses.Count;
            holder[field] = instead;
        }

        private void Allowed(string address, string path)
        {
            if (!guard.Allows(address))
            {
                throw Refused(path, address.Length == 0 ? "who gets the message cannot be seen" : "a recipient is not among those it allows");
            }
        }

        private static string Text(JToken? value) => value is JValue { Value: not null } scalar ? ConnectorJson.ScalarText(scalar) : "";
    }
}
