using System.Text;
using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>
/// What the guards say of many requests, word for word, and every word of their lists: <c>GuardWords.txt</c> holds it, <c>UPDATE_GOLDEN=1</c> writes it
/// anew.
/// </summary>
public class GuardWordsTests
{
    // What <E> and <P> stand for in a body.
    private const string Email = "\"to\":\"a@example.com\"",
        Person = "\"identifiers\":{\"email\":\"a@example.com\"}";

    private static readonly Connection s_blocks = GuardTests.Blocking,
        s_allows = GuardTests.Guarded("allow:*@example.com, +1555*"),
        s_rewrites = GuardTests.Guarded("rewrite:qa@example.com");

    [Test]
    public async Task Guards_SayOfEachRequest_WhatIsWrittenDown()
    {
        var file = Path.Combine(Repository.Root, "tests", "Connector.Tests", "Api", "GuardWords.txt");
        var text =
            string.Concat(Blocked().Select(r => Told("block", s_blocks, r)))
            + string.Concat(Judged().Select(r => Told("allow", s_allows, r)))
            + string.Concat(Replaced().Select(r => Told("rewrite", s_rewrites, r)));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(file, text);
            Assert.Fail($"{file} was written anew. Look at the difference, then run the tests without UPDATE_GOLDEN.");
        }

        Assert.That(
            text.Split('\n'),
            Is.EqualTo((await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n").Split('\n')),
            "Run the tests with UPDATE_GOLDEN=1 if this is meant."
        );
    }

    private static IEnumerable<ApiRequest> Blocked()
    {
        yield return Request(ApiName.Track, "DELETE", "/api/v1/customers/5");
        yield return Request(ApiName.Track, "GET", "/unsubscribe/abc");
        yield return Request(ApiName.App, "GET", "/unsubscribe/abc");
        yield return Request(ApiName.Track, "GET", "/api/v1/customers/5");
        yield return Request(ApiName.Track, "HEAD", "/api/v1/customers/5");
        yield return Request(ApiName.Track, "OPTIONS", "/api/v1/customers/5");
        yield return Request(ApiName.Track, "GET", "/api/v1/customers/5", "{}");
        yield return Request(ApiName.Pipelines, "GET", "/v1/elsewhere");
        yield return Request(ApiName.Track, "POST", "/api/v1/customers/5/elsewhere", "{}");
        yield return Request(ApiName.Track, "POST", "/api/v1/customers/ada@else.net/odd", "{}");
        yield return Request(ApiName.Track, "POST", "/api/v1/customers/5/suppress");
        yield return Request(ApiName.Track, "POST", "/api/v1/merge_customers", "{}");
        yield return Request(ApiName.App, "PUT", "/v1/customers/5/optouts", "[]");
        yield return Request(ApiName.App, "POST", "/v1/esp/suppression/bounces/a@else.net");
        foreach (var escaped in new[] { "%73uppress", "%2573uppress", "%252573uppress", "%25252573uppress", "%2525252573uppress", "%252525252573uppress" })
        {
            yield return Request(ApiName.Track, "POST", $"/api/v1/customers/5/{escaped}");
        }

        foreach (
            var action in "identify identify_anonymous event page screen add_device add_relationships unsuppress viewed_content clicked_content delete "
                .Split(' ')
                .Concat("delete_device delete_relationships merge suppress Merge elsewhere".Split(' '))
        )
        {
            yield return Entity($$"""{"type":"person","action":"{{action}}"}""");
            yield return Request(ApiName.Track, "POST", "/api/v2/batch", $$"""{"batch":[{"action":"identify"},{"action":"{{action}}"}]}""");
        }

        foreach (
            var body in new[]
            {
                """{"type":"person"}""",
                """{"action":1}""",
                """{"action":null}""",
                "[]",
                "7",
                "{",
                "",
                """{"action":"identify","action":"delete"}""",
                """{"action":"identify","Action":"delete"}""",
                """{"action":"identify","batch":[]}""",
                """{"action":"identify","_method":"x"}""",
                """{"action":"identify","_http_method":"x"}""",
                """{"action":"identify","method":"x"}""",
                """{"action":"identify","X-Http-Method":"x"}""",
                """{"action":"identify","methodOverride":"x"}""",
                """{"action":"identify","x_method_override":"x"}""",
                """{"action":"identify","http_method_override":"x"}""",
                """{"action":"identify","X-HTTP-Method-Override":"x"}""",
            }
                .Concat(Relationships("{\"action\":\"identify\",\"attributes\":", "}"))
                .Concat(Relationships("{\"action\":\"identify\",\"cio_relationships\":", "}", isHolder: false))
        )
        {
            yield return Entity(body);
        }

        foreach (var body in Relationships("", "").Append("""{"batch":[]}"""))
        {
            yield return Request(ApiName.Track, "PUT", "/api/v1/customers/5", body);
        }

        foreach (
            var body in new[]
            {
                "[]",
                "{}",
                """{"batch":{}}""",
                """{"batch":[7]}""",
                """{"batch":[{"batch":[]}]}""",
                """{"batch":[],"action":"delete"}""",
                """{"batch":[],"Ünicode":1}""",
            }
        )
        {
            yield return Request(ApiName.Track, "POST", "/api/v2/batch", body);
        }

        foreach (var beside in "context integrations timestamp sentAt originalTimestamp receivedAt messageId writeKey elsewhere".Split(' '))
        {
            yield return Calls($$"""{"batch":[],"{{beside}}":1}""");
        }

        foreach (var type in "identify track page screen group alias Alias elsewhere".Split(' '))
        {
            yield return Calls($$"""{"batch":[{"type":"{{type}}"}]}""");
            yield return Call("identify", $$"""{"type":"{{type}}"}""");
            yield return Call(type.ToLowerInvariant(), "{}");
        }

        foreach (var name in (string[])["User Deleted", "user  suppressed", "Object Deleted", "Device Deleted", "Relationship Deleted", "Bought"])
        {
            yield return Call("track", $$"""{"event":"{{name}}"}""");
            yield return Call("track", $$"""{"name":"{{name}}"}""");
            yield return Call("page", $$"""{"name":"{{name}}"}""");
            yield return Calls($$"""{"batch":[{"type":"track","event":"{{name}}"}]}""");
        }

        yield return Call("track", """{"event":7}""");
        yield return Call("track", """{"event":"Bought","name":"User Deleted"}""");
        yield return Call("track", """{"type":7}""");
        yield return Calls("""{"batch":[{}]}""");
        yield return Calls("""{"batch":[{"type":"identify"},[]]}""");
        foreach (var body in Relationships("{\"traits\":", "}"))
        {
            yield return Call("identify", body);
        }

        foreach (
            var header in (string[])
                [
                    "X-HTTP-Method-Override: DELETE",
                    "X-Override: 1",
                    "X-Rewrite-Url: /",
                    "X-Original-Url: /",
                    "X-Forwarded-Uri: /",
                    "X-Forwarded-Path: /",
                    "X-Forwarded-Prefix: /",
                    "X-Trace: 1",
                    "Content-Encoding: gzip",
                    "Content-Encoding: identity",
                    "Content-Type: application/json; charset=utf-8",
                    "Content-Type: application/json; charset=utf8",
                    "Content-Type: application/json; charset=us-ascii",
                    "Content-Type: application/json; charset=utf-16",
                    "Content-Type: nothing",
                    "Content-Type: application/x-www-form-urlencoded",
                    "Content-Type: multipart/mixed",
                    $"{new string('X', 41)}method: 1",
                ]
        )
        {
            var (name, value) = (header[..header.IndexOf(':')], header[(header.IndexOf(':') + 2)..]);
            yield return Entity("""{"action":"identify"}""") with
            {
                Headers = [new(name, value)],
            };
        }

        foreach (var query in (string[])["_method=DELETE", "a=1;HttpMethod=x", "%6Dethod=x", "a=1", "x-method-override=1"])
        {
            yield return Entity("""{"action":"identify"}""") with
            {
                Query = query,
            };
            yield return Request(ApiName.App, "POST", "/v1/segments", "{}") with
            {
                Query = query,
            };
        }

        foreach (
            var body in (string[])
                ["a=_method", "httpmethod", "http-method=1", "method-override", "methodoverride", "%6Dethod_override", "a=1", """{"_method":"x"}""", "[1]"]
        )
        {
            yield return Request(ApiName.App, "POST", "/v1/segments", body);
        }
    }

    private static IEnumerable<string> Relationships(string before, string after, bool isHolder = true)
    {
        foreach (
            var value in (string[])
                [
                    "null",
                    "[]",
                    "7",
                    """[{"identifiers":{}}]""",
                    """[{"action":"delete_relationships"}]""",
                    "[7]",
                    """{"action":"add_relationships","relationships":[]}""",
                    """{"action":"Add_Relationships"}""",
                    """{"action":"delete_relationships"}""",
                    """{"relationships":[]}""",
                    """{"action":7}""",
                ]
        )
        {
            yield return before + (isHolder ? "{\"cio_relationships\":" + value + "}" : value) + after;
        }

        if (isHolder)
        {
            yield return before + """{"cio_relationships.0.action":"delete"}""" + after;
            yield return before + """{"cio_relationships":[],"CIO_RELATIONSHIPS":null}""" + after;
        }
    }

    private static IEnumerable<ApiRequest> Judged()
    {
        const string Known =
            "transactional_message_id identifiers message_data send_at disable_message_retention send_to_unsubscribed queue_draft auto_create language tracked "
            + "from cc bcc headers subject body body_plain body_amp plaintext_body amp_body preheader reply_to fake_bcc disable_css_preprocessing attachments "
            + "title message image_url link sound custom_data custom_device custom_payload recipients elsewhere To";
        foreach (var field in Known.Split(' '))
        {
            yield return Send("email", $$"""{<E>,"{{field}}":null}""");
            yield return Send("email", $$"""{<E>,"{{field}}":"x"}""");
            yield return Send("sms", $$"""{"to":"+15551","{{field}}":"x"}""");
            yield return Send("push", $$"""{<P>,"{{field}}":"x"}""");
            yield return Send("in_app", $$"""{<P>,"{{field}}":"x"}""");
        }

        foreach (
            var (channel, body) in new[]
            {
                ("email", "{}"),
                ("email", """{"to":""}"""),
                ("email", """{"to":["a@example.com"]}"""),
                ("email", """{"to":"a@example.com, b@else.net"}"""),
                ("email", """{<E>,"cc":"b@else.net"}"""),
                ("email", """{<E>,"bcc":"b@else.net"}"""),
                ("email", """{<E>,"cc":7}"""),
                ("whatsapp", """{"to":"+4912345"}"""),
                ("whatsapp", """{"to":"+15551"}"""),
                ("whatsapp", """{"to":15551}"""),
                ("sms", "{}"),
                ("sms", """{"identifiers":{"phone":"+15551"}}"""),
                ("sms", """{"identifiers":{"phone":"+4912345"}}"""),
                ("sms", """{"identifiers":{"phone":"+15551"},"to":null}"""),
                ("push", """{"identifiers":{"id":"5"}}"""),
                ("push", """{"identifiers":{"id":["a@example.com"]}}"""),
                ("push", """{"identifiers":{"cio_id":"a@example.com"}}"""),
                ("push", """{"identifiers":{"Email":"a@example.com"}}"""),
                ("push", """{"identifiers":{"name":"a@example.com"}}"""),
                ("push", """{"identifiers":{"id":"a@example.com","email":"b@else.net"}}"""),
                ("push", """{"identifiers":"a@example.com"}"""),
                ("push", """{<P>,"to":"all"}"""),
                ("push", """{<P>,"to":"last_used"}"""),
                ("push", """{<P>,"to":"a-token"}"""),
                ("push", """{<P>,"custom_payload":""}"""),
                ("push", """{<P>,"custom_payload":{"ios":null,"android":{}}}"""),
                ("push", """{<P>,"custom_payload":{"ios":"{}"}}"""),
                ("push", """{<P>,"custom_payload":{"ios":{},"android":[]}}"""),
                ("push", """{<P>,"custom_payload":{"android":{"message":{"data":{"token":"x"}}}}}"""),
                ("push", """{<P>,"custom_payload":{"android":{"a":1,"list":[{"topic":"x"}]}}}"""),
                ("inbox_message", """{<P>}"""),
                ("inbox_message", """{"identifiers":{"id":"5"}}"""),
                ("elsewhere", """{<P>}"""),
                ("email", "[]"),
            }
        )
        {
            yield return Send(channel, body);
        }

        const string Devices = "to token tokens device_token deviceToken registration_ids registration_id topic condition notification_key fid title";
        foreach (var device in Devices.Split(' '))
        {
            yield return Send("push", $$"""{<P>,"custom_payload":{"android":{"{{device}}":"x"} } }""");
        }

        const string Words =
            "X-To X-Cc X-Bcc Resent-From X-Rcpt X-Recipient X-Recipients X-Envelope X-Copy X-SMTPAPI X-MSYS-API X-Mailgun-Tag X-MC-Tags X-Postmark-Tag "
            + "X-SES-Tag Reply-To In-Reply-To Mail-Reply-To List-Id X_To X.To Odd:Name";
        foreach (var name in Words.Split(' '))
        {
            yield return Send("email", $$"""{<E>,"headers":{"{{name}}":"x"} }""");
        }

        foreach (
            var headers in (string[])
                [
                    "7",
                    "\"\"",
                    "\" \"",
                    "\"{\"",
                    """ "{\"Bcc\":\"b@else.net\"}" """,
                    """ "[{\"name\":\"Bcc\",\"value\":\"b@else.net\"}]" """,
                    """[{"name":"X-Tag","value":"1"}]""",
                    """[{"name":"Bcc","value":"1"}]""",
                    """[{"name":"X-Tag","value":"1","more":"2"}]""",
                    """[{"name":["Bcc"],"value":"1"}]""",
                    """[{"name":"X-Tag","value":{}}]""",
                    "[7]",
                    """{"name":"Bcc","value":"b@else.net"}""",
                    """{"name":"X-Tag","value":"1"}""",
                    """{"name":"Bcc","value":"b@else.net","more":"1"}""",
                    """{"X-Tag":{}}""",
                    """{"X-Tag":"a\nBcc: b@else.net"}""",
                    """{"X-Tag":7}""",
                ]
        )
        {
            yield return Send("email", $$"""{<E>,"headers":{{headers}} }""");
        }

        foreach (var field in "subject from reply_to preheader body".Split(' '))
        {
            yield return Send("email", $$"""{<E>,"{{field}}":"a\nb"}""");
            yield return Send("email", $$"""{<E>,"{{field}}":"a\rb"}""");
            yield return Request(ApiName.App, "PUT", "/v1/campaigns/4/actions/5", $$"""{"a":[{"{{field}}":"a\nb"}]}""");
        }

        const string Audience = "data recipients data_file_url email_add_duplicates email_ignore_missing id_ignore_missing elsewhere ids per_user_data";
        foreach (var field in Audience.Split(' '))
        {
            yield return Trigger($$"""{"emails":["a@example.com"],"{{field}}":true}""");
            yield return Trigger($$"""{"emails":["a@example.com"],"{{field}}":""}""");
        }

        foreach (
            var body in (string[])
                [
                    "{}",
                    "[]",
                    """{"recipients":{"segment":{"id":3}}}""",
                    """{"data_file_url":"https://else.net"}""",
                    """{"emails":[]}""",
                    """{"emails":"a@example.com"}""",
                    """{"ids":["5"]}""",
                    """{"ids":["a@example.com"]}""",
                    """{"emails":["a@example.com","b@else.net"]}""",
                    """{"emails":["a@example.com",["b@else.net"]]}""",
                    """{"per_user_data":[7]}""",
                    """{"per_user_data":[{}]}""",
                    """{"per_user_data":[{"id":"a@example.com","email":"a@example.com"}]}""",
                    """{"per_user_data":[{"id":"","email":"a@example.com","data":{}}]}""",
                    """{"per_user_data":[{"email":"a@example.com","more":1}]}""",
                    """{"per_user_data":[{"email":"a@example.com"},{"email":"b@else.net"}]}""",
                    """{"per_user_data":[{"id":"a@example.com"},{"id":["x"]}]}""",
                ]
        )
        {
            yield return Trigger(body);
        }

        foreach (
            var body in (string[])
                [
                    "{}",
                    "[]",
                    """{"to":"b@else.net"}""",
                    """{"a":[{"cc":"a@example.com"},{"bcc":"b@else.net"}]}""",
                    """{"a":{"recipient":"b@else.net"}}""",
                    """{"a":{"cc":"b@else.net"}}""",
                    """{"a":{"headers":{"Bcc":"b@else.net"}}}""",
                    """{"a":{"recipients":{}}}""",
                    """{"a":{"recipients":""}}""",
                    """{"a/b":{"sending_state":"automatic"}}""",
                    """{"sending_state":"draft"}""",
                    """{"sending_state":"off"}""",
                ]
        )
        {
            yield return Request(ApiName.App, "PUT", "/v1/campaigns/4/actions/5", body);
        }

        foreach (var action in "event Event page Page screen Screen identify delete".Split(' '))
        {
            yield return Entity($$"""{"action":"{{action}}","attributes":{"recipient":"b@else.net"} }""");
        }

        foreach (
            var body in (string[])
                [
                    """{"action":"event","attributes":7}""",
                    """{"action":"event","attributes":null,"data":{"Recipient":"b@else.net"}}""",
                    """{"action":"event","properties":{"recipient":"b@else.net"}}""",
                    """{"action":"event","recipient":"b@else.net"}""",
                    """{"action":"event","recipient":["b@else.net"]}""",
                    """{"action":"event","data[recipient]":"b@else.net"}""",
                    """{"action":"identify","data.recipient":"b@else.net"}""",
                    """{"action":"event","data/recipient":"b@else.net"}""",
                    """{"action":"event","recipient_list":"b@else.net"}""",
                    """{"recipient":"b@else.net"}""",
                    """{"action":7,"recipient":"b@else.net"}""",
                ]
        )
        {
            yield return Entity(body);
            yield return Request(ApiName.Track, "POST", "/api/v2/batch", $$"""{"batch":[{{body}}]}""");
        }

        yield return Request(ApiName.Track, "POST", "/api/v1/customers/5/events", """{"name":"x","data":{"recipient":"b@else.net"}}""");
        yield return Request(ApiName.Track, "POST", "/api/v1/customers/5/events", """{"name":"x","batch":[]}""");
        yield return Call("track", """{"event":"x","properties":{"recipient":"b@else.net"}}""");
        yield return Calls("""{"batch":[{"type":"track","properties":{"recipient":"b@else.net"}}]}""");
        foreach (
            var path in (string[])
                [
                    "/v1/newsletters",
                    "/v1/newsletters/4/send",
                    "/v1/newsletters/4/schedule",
                    "/v1/live_notifications/start",
                    "/v1/live_notifications/update",
                    "/v1/live_notifications/end",
                    "/v1/imports",
                    "/v1/customers",
                ]
        )
        {
            yield return Request(ApiName.App, "POST", path, "{}");
        }
    }

    private static IEnumerable<ApiRequest> Replaced()
    {
        yield return Send("email", """{"to":"a@else.net, b@else.net","cc":"qa@example.com","bcc":"c@else.net"}""");
        yield return Send("email", """{"to":"qa@example.com"}""");
        yield return Send("email", """{"to":"x"}""");
        yield return Send("sms", """{"to":"+4912345"}""");
        yield return Trigger("""{"emails":["a@else.net","qa@example.com"]}""");
        yield return Trigger("""{"emails":["qa@example.com"]}""");
        yield return Trigger("""{"ids":["5"]}""");
        yield return Trigger("""{"per_user_data":[{"id":"5","data":{"n":1}},{"email":"b@else.net","data":{"n":2}}]}""");
        yield return Trigger("""{"per_user_data":[{"email":"qa@example.com"},{"id":"qa@example.com"}]}""");
        yield return Trigger("""{"per_user_data":[{"email":"qa@example.com"}]}""");
        yield return Entity("""{"action":"event","recipient":"b@else.net","attributes":{"recipient":"c@else.net"}}""");
        yield return Request(ApiName.App, "PUT", "/v1/campaigns/4/actions/5", """{"to":"b@else.net"}""");
    }

    private static string Told(string guard, Connection connection, ApiRequest request)
    {
        var told = new StringBuilder();
        try
        {
            var left = Guards.Apply(request, connection, warning => told.Append(" WARNS ").Append(warning));
            told.Insert(0, ReferenceEquals(left, request) ? "passes" : $"becomes {Encoding.UTF8.GetString(left.Body.Bytes.Span)}");
        }
        catch (ConnectorException e)
        {
            told.Append("REFUSED ").Append(e.Message).Append(string.Concat(e.Problems.Select(p => $" [{p.Path}]")));
        }

        var headers = string.Concat(request.Headers.Select(h => $" {h.Key}: {h.Value}"));
        var body = Encoding.UTF8.GetString(request.Body.Bytes.Span);
        return $"{guard}: {request.Method} {request.Api} {request.Path}{(request.Query.Length > 0 ? "?" : "")}{request.Query}{headers} {body}\n    {told}\n";
    }

    private static ApiRequest Entity(string body) => Request(ApiName.Track, "POST", "/api/v2/entity", body);

    private static ApiRequest Call(string call, string body) => Request(ApiName.Pipelines, "POST", $"/v1/{call}", body);

    private static ApiRequest Calls(string body) => Call("batch", body);

    private static ApiRequest Send(string channel, string body) => Request(ApiName.App, "POST", $"/v1/send/{channel}", body);

    private static ApiRequest Trigger(string body) => Request(ApiName.App, "POST", "/v1/campaigns/4/triggers", body);

    private static ApiRequest Request(ApiName api, string method, string path, string? body = null) =>
        new(
            api,
            new HttpMethod(method),
            path,
            body is null
                ? ApiBody.None
                : new ApiBody(
                    Encoding.UTF8.GetBytes(body.Replace("<E>", Email, StringComparison.Ordinal).Replace("<P>", Person, StringComparison.Ordinal)),
                    ApiBody.JsonType
                )
        );
}
