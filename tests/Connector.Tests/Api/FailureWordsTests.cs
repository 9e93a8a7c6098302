using System.Net.Sockets;
using System.Text;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>The whole sentence of each failure: what happened, and what to do.</summary>
public class FailureWordsTests
{
    [TestCase(200, """{"errors":["no"]}""", null, "Customer.io refused the request, though its answer is a success by its status (200). It said: no.")]
    [TestCase(
        407,
        "",
        null,
        "A proxy on the way wants a name and a password (407), so the request did not reach Customer.io. Put them into HTTPS_PROXY, or ask the proxy's owner."
    )]
    [TestCase(
        401,
        "<html>",
        null,
        "The answer (401) is a web page, so it comes from a proxy or a firewall on the way and not from Customer.io. Check what stands between; the keys may "
            + "be right."
    )]
    [TestCase(
        403,
        "<html>",
        "https://example.com",
        "The answer (403) is a web page, so it comes from a proxy or a firewall on the way and not from Customer.io. Check what stands between, and the base "
            + "URL; the keys may be right."
    )]
    [TestCase(
        404,
        "<html>",
        null,
        "The answer (404) is a web page, so it comes from something on the way, such as a proxy. Try again later; if it stays, check what stands between, and "
            + "the address of the request."
    )]
    [TestCase(
        400,
        "odd",
        "https://example.com",
        "The answer (400) has none of Customer.io's forms, so it comes from something on the way, such as a proxy. It said: odd. Try again later; if it stays, "
            + "check what stands between, and the address of the request and the base URL."
    )]
    [TestCase(
        401,
        """{"meta":{"error":"bad"}}""",
        null,
        "Customer.io refused the Site ID and API key (401). It said: bad. Check the keys and the region; \"connector check\" says which is wrong."
    )]
    [TestCase(403, "", null, "The Site ID and API key may not send data (403). Give it that permission in Customer.io's settings, or use another key.")]
    [TestCase(429, "", null, "Customer.io asks to slow down (429). Wait, send less at once, or set a rate limit on the connection.")]
    [TestCase(408, "", null, "Customer.io gave up waiting for the request (408). Try again later.")]
    [TestCase(500, """{"meta":{"error":"x"}}""", null, "Customer.io is having trouble (500). It said: x. Try again later.")]
    [TestCase(404, "", null, "There is nothing at this address (404). Check the ids in the request.")]
    [TestCase(404, "", "https://example.com", "There is nothing at this address (404). Check the ids in the request and the base URL.")]
    [TestCase(404, """{"meta":{"error":"who"}}""", null, "Customer.io refused the request (404). It said: who.")]
    [TestCase(413, "", null, "The request is too large (413). Send less data at once.")]
    [TestCase(199, "", null, "The answer 199 was not expected. Try again later.")]
    [TestCase(
        302,
        "",
        null,
        "The answer was a redirect (302), which is never followed since it could carry the keys elsewhere. Check the base URL and the region."
    )]
    public void Describe_AnAnswer_SaysWhatHappenedAndWhatToDo(int status, string body, string? baseUrl, string expected) =>
        Assert.That(
            Describe(new Attempt(new ApiResponse(status, Encoding.UTF8.GetBytes(body), null, null, null), null, true), baseUrl).Message,
            Is.EqualTo(expected)
        );

    [Test]
    public void Describe_AskedToWait_SaysHowLong()
    {
        var wait = new RetryAfter(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7));
        var failure = Describe(new Attempt(new ApiResponse(429, [], null, null, wait), null, true), null);
        Assert.That(failure.Message, Is.EqualTo("Customer.io asks to slow down (429): wait 7 s. Send less at once, or set a rate limit on the connection."));
        Assert.That(failure.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(7)));
    }

    [TestCase(
        "https://track-eu.customer.io/x",
        "This workspace is in the EU: Customer.io redirected the request to track-eu.customer.io. Set the region to eu, or to auto."
    )]
    [TestCase(
        "https://track.customer.io/x",
        "This workspace is in the US: Customer.io redirected the request to track.customer.io. Set the region to us, or to auto."
    )]
    [TestCase(
        "https://example.com/x",
        "The answer was a redirect to example.com (307), which is never followed since it could carry the keys elsewhere. Check the base URL and the region."
    )]
    public void Describe_ARedirect_SaysWhereTo(string location, string expected)
    {
        var answer = new ApiResponse(307, [], null, new Uri(location), null);
        Assert.That(Describe(new Attempt(answer, null, true), null).Message, Is.EqualTo(expected));
    }

    private static readonly TestCaseData[] s_errors =
    [
        new(
            new BudgetExceededException(TimeSpan.FromSeconds(6.5)),
            FailureKind.RateLimited,
            "Customer.io asked to wait, for another 7 s, which is longer than the connection's total timeout; so nothing was sent. Try again then, or raise "
                + "the timeout.",
            null
        ),
        new(
            new BudgetExceededException(TimeSpan.Zero),
            FailureKind.RateLimited,
            "The connection's rate limit leaves no turn within its total timeout, so nothing was sent. Run fewer at once, or raise the limit.",
            null
        ),
        new(new TimeoutException(), FailureKind.Unavailable, "No answer within 2500 ms. Try again later, or raise Timeout.", null),
        new(
            new HttpRequestException(HttpRequestError.SecureConnectionError, "a", new IOException("The certificate is odd")),
            FailureKind.Connection,
            "The TLS connection failed: The certificate is odd. Check the base URL's certificate and any proxy between.",
            null
        ),
        new(
            new HttpRequestException(HttpRequestError.NameResolutionError),
            FailureKind.Unavailable,
            "The host name of Customer.io could not be found (DNS). Check the network.",
            "The host name of the base URL could not be found (DNS). Check the network and the base URL."
        ),
        new(
            new HttpRequestException(HttpRequestError.ProxyTunnelError),
            FailureKind.Unavailable,
            "The proxy did not let the request through to Customer.io. Check HTTPS_PROXY and the proxy's own rules.",
            "The proxy did not let the request through to the base URL. Check HTTPS_PROXY and the proxy's own rules."
        ),
        new(
            new HttpRequestException(HttpRequestError.ConnectionError, "a", new Refused("Connection refused.", new IOException("deeper"))),
            FailureKind.Unavailable,
            "No connection to Customer.io: Connection refused. Check the network.",
            "No connection to the base URL: Connection refused. Check the network and that something listens there."
        ),
        new(
            new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded),
            FailureKind.Unavailable,
            "The answer is larger than this connector reads. Ask for less at once.",
            null
        ),
        new(
            new HttpRequestException(HttpRequestError.InvalidResponse),
            FailureKind.Unavailable,
            "The answer was cut short or garbled on its way. Try again later.",
            null
        ),
        new(new IOException(), FailureKind.Unavailable, "The connection broke before the whole answer had come. Try again later.", null),
    ];

    [TestCaseSource(nameof(s_errors))]
    public void Describe_NoAnswer_SaysWhatHappenedAndWhatToDo(Exception error, FailureKind kind, string expected, string? ofBaseUrl)
    {
        var failure = Describe(new Attempt(null, error, true), null);
        Assert.That((failure.Kind, failure.Message), Is.EqualTo((kind, expected)));
        Assert.That(Describe(new Attempt(null, error, true), "https://example.com").Message, Is.EqualTo(ofBaseUrl ?? expected));
        Assert.That(failure.RetryAfter, Is.EqualTo(error is BudgetExceededException { Asked.TotalSeconds: > 0 } ? TimeSpan.FromSeconds(6.5) : (TimeSpan?)null));
    }

    [TestCase(null, " Customer.io may have acted on it all the same, so it was not sent again. Look in Customer.io before you repeat it.")]
    [TestCase(
        "a delivery",
        " Customer.io may have acted on it all the same, so it was not sent again. Look in Customer.io for a delivery before you repeat it."
    )]
    public void Describe_WhatMustNotBeRepeated_SaysWhereToLook(string? lookFor, string expected)
    {
        var attempt = new Attempt(null, new IOException(), true);
        var failure = Describe(attempt, null, repeatable: false, lookFor);
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Uncertain));
        Assert.That(failure.Message, Is.EqualTo("The connection broke before the whole answer had come. Try again later." + expected));
        Assert.That((failure.HasArrived, failure.Attempts), Is.EqualTo((true, 3)));

        failure = Describe(attempt with { Left = false }, null, repeatable: false, lookFor);
        Assert.That((failure.Kind, failure.HasArrived), Is.EqualTo((FailureKind.Unavailable, false)));
    }

    [TestCase(
        null,
        true,
        FailureKind.Connection,
        "The answer (200) is not JSON. If it should not be, set Response Type to text; else look for a proxy between."
    )]
    [TestCase("https://example.com", true, FailureKind.Connection, "The answer (200) is not JSON, so it does not come from Customer.io. Check the base URL.")]
    [TestCase(
        null,
        false,
        FailureKind.Uncertain,
        "The answer (200) is not JSON. If it should not be, set Response Type to text; else look for a proxy between. Customer.io may have acted on it all the "
            + "same, so it was not sent again. Look in Customer.io before you repeat it."
    )]
    public void Stranger_ASuccessThatIsNotJson_SaysWhatToLookAt(string? baseUrl, bool repeatable, FailureKind kind, string expected)
    {
        var answer = new ApiResponse(200, "x"u8.ToArray(), null, null, null);
        var failure = Failures.Stranger(answer, s_request, Space(baseUrl), repeatable, 2);
        Assert.That((failure.Kind, failure.Message, failure.Status, failure.Attempts), Is.EqualTo((kind, expected, (int?)200, 2)));
    }

    [TestCase(null, "The run was cancelled before Customer.io answered; this may or may not have arrived.")]
    [TestCase(
        "a delivery",
        "The run was cancelled before Customer.io answered; this may or may not have arrived. Look in Customer.io for a delivery before you repeat it."
    )]
    public void Cancelled_OnItsWay_SaysThatItMayHaveArrived(string? lookFor, string expected)
    {
        var failure = Failures.Cancelled(new RequestCancelledException(s_request with { LookFor = lookFor }, 2, default));
        Assert.That((failure.Kind, failure.Message, failure.Attempts, failure.HasArrived), Is.EqualTo((FailureKind.Cancelled, expected, 2, true)));

        failure = Failures.Cancelled(new OperationCanceledException());
        Assert.That((failure.Message, failure.Attempts, failure.HasArrived), Is.EqualTo(("The run was cancelled.", 0, false)));
    }

    [TestCase("Track", "Site ID and API key")]
    [TestCase("App", "App API key")]
    [TestCase("Pipelines", "Pipelines API key")]
    public void Name_OfAKey_IsAsPeopleKnowIt(string api, string expected) => Assert.That(Keys.Name(Enum.Parse<ApiName>(api)), Is.EqualTo(expected));

    [TestCase("App", "t20", null, null, null, IsTrack)]
    [TestCase("App", "t64", null, null, null, IsTrack)]
    [TestCase("App", "t32", null, null, null, null)]
    [TestCase("App", "x", "x", null, null, IsTrack)]
    [TestCase("App", "x", null, "x", null, IsTrack)]
    [TestCase("App", "x", "y", "z", null, null)]
    [TestCase("App", null, "t20", null, null, null)]
    [TestCase("Track", null, "t32", null, null, IsApp)]
    [TestCase("Track", "x", "x", null, null, IsApp)]
    [TestCase("Track", "x", "t20", null, null, null)]
    [TestCase("Track", "t32", null, null, null, null)]
    [TestCase("Pipelines", "x", null, null, "x", IsOther)]
    [TestCase("Pipelines", null, "x", null, "x", IsOther)]
    [TestCase("Pipelines", "y", "z", null, "x", null)]
    public void WrongKind_AKeyThatLooksLikeAnother_IsNamed(string api, string? app, string? key, string? site, string? pipelines, string? expected)
    {
        static string? Key(string? text) => text?.StartsWith('t') == true ? new string('a', int.Parse(text[1..])) : text;
        var connection = new Connection
        {
            AppApiKey = Key(app),
            ApiKey = Key(key),
            SiteId = site,
            PipelinesApiKey = pipelines,
        };
        Assert.That(Keys.WrongKind(Enum.Parse<ApiName>(api), connection), Is.EqualTo(expected));
    }

    private const string IsTrack = "This looks like a Track API key. The App API key is created under App API Keys in Customer.io's settings.";
    private const string IsApp = "This looks like an App API key in the API key field. The Track API key stands beside the Site ID, under Track API Keys.";
    private const string IsOther = "This is the same key as for another API. The Pipelines API key is shown on the source under Pipelines.";

    [TestCase("track PUT /api/v1/customers/u1", "send data")]
    [TestCase("app POST /v1/send/email", "send transactional messages")]
    [TestCase("app POST /v1/campaigns/1/triggers", "trigger broadcasts")]
    [TestCase("app GET /v1/campaigns/1/triggers", "read campaigns")]
    [TestCase("app GET /v1/reporting_webhooks", "read reporting webhooks")]
    [TestCase("app DELETE /v1/segments/1", "delete segments")]
    [TestCase("app PUT /v1/segments/1", "change segments")]
    [TestCase("app GET /v2/segments", "read segments")]
    [TestCase("app GET /v1", "read this")]
    public void Wanted_OfARequest_IsThePermissionItNeeds(string operation, string expected)
    {
        var parts = operation.Split(' ');
        var request = new ApiRequest(Enum.Parse<ApiName>(parts[0], ignoreCase: true), new HttpMethod(parts[1]), parts[2], ApiBody.None);
        Assert.That(Keys.Wanted(request), Is.EqualTo(expected));
    }

    [TestCase(200, "{}", "text/html", true, false, true)]
    [TestCase(200, " \n<x", null, true, false, true)]
    [TestCase(200, "x", "application/xhtml+xml", true, false, true)]
    [TestCase(200, "x", "application/json; charset=utf-8", true, true, false)]
    [TestCase(200, " {", null, true, true, false)]
    [TestCase(200, "[", "text/plain", true, true, false)]
    [TestCase(200, "x", null, true, false, false)]
    [TestCase(200, "{", null, false, false, false)]
    [TestCase(199, "{", null, true, false, false)]
    [TestCase(299, "{", null, true, true, false)]
    [TestCase(300, "{", null, true, false, false)]
    [TestCase(200, "{}", "application/json", true, false, false)]
    public void Answer_ThatIsNotWhole_IsCutOrAPage(int status, string body, string? type, bool isJson, bool isCut, bool isPage)
    {
        var answer = new ApiResponse(status, Encoding.UTF8.GetBytes(body), type, null, null);
        Assert.That((answer.IsCut(isJson ? ResponseForm.Json : ResponseForm.Text), answer.IsPage), Is.EqualTo((isCut, isPage)));
    }

    [TestCase("", "{}", false)]
    [TestCase(" \r\n", "{}", false)]
    [TestCase("{} ", "{}", false)]
    [TestCase("{}x", null, false)]
    [TestCase("{\"a\":1}", "{\"a\":1}", false)]
    [TestCase("[1]", "[1]", false)]
    [TestCase("{\"errors\":[]}", "{\"errors\":[]}", false)]
    [TestCase("{\"errors\":[1]}", "{\"errors\":[1]}", true)]
    [TestCase("{\"errors\":{}}", "{\"errors\":{}}", false)]
    public void Answer_AsJson_IsReadOnce(string body, string? expected, bool hasErrors)
    {
        var answer = new ApiResponse(200, Encoding.UTF8.GetBytes(body), null, null, null);
        var json = answer.TryJson();
        Assert.That((json is null ? null : CustomerIo.Connector.Values.ConnectorJson.ToText(json), answer.HasErrors), Is.EqualTo((expected, hasErrors)));
        Assert.That(answer.TryJson(), Is.SameAs(json));
        Assert.That(() => answer.Json, expected is null ? Throws.InvalidOperationException : Is.SameAs(json));
    }

    private static readonly ApiRequest s_request = ApiRequest.Post(ApiName.Track, "/api/v2/batch");

    private static ConnectorException Describe(Attempt attempt, string? baseUrl, bool repeatable = true, string? lookFor = null) =>
        Failures.Describe(attempt, s_request with { LookFor = lookFor }, Space(baseUrl), repeatable, 3, TimeSpan.FromMilliseconds(2500));

    private static Workspace Space(string? baseUrl) =>
        new(
            new Connection
            {
                SiteId = Bench.SiteId,
                ApiKey = Bench.ApiKey,
                BaseUrl = baseUrl,
            },
            new WorkspaceState()
        );

    private sealed class Refused(string message, Exception inner) : SocketException((int)SocketError.ConnectionRefused, message)
    {
        public Exception Deeper => inner;
    }
}
