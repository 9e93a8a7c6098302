using System.Text;
using CustomerIo.Connector.Tests.Conventions;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests;

/// <summary>No key reaches anything that is shown or kept, and no e-mail address or device token a log or an error.</summary>
public class SecretsTests
{
    private const string Email = "ada.lovelace@mail.example.org",
        Token = "device-token-0001",
        Own = "own-header-secret";

    private static readonly Connection s_connection = new()
    {
        SiteId = Bench.SiteId,
        ApiKey = Bench.ApiKey,
        AppApiKey = "secret-app-key+/0002",
        PipelinesApiKey = "secret-pipelines-0003",
        WebhookSigningKey = "secret-webhook-0004",
    };

    private static readonly string[] s_keys =
    [
        s_connection.ApiKey!,
        s_connection.AppApiKey!,
        Uri.EscapeDataString(s_connection.AppApiKey!),
        s_connection.PipelinesApiKey!,
        s_connection.WebhookSigningKey!,
        Base64($"{Bench.SiteId}:{Bench.ApiKey}"),
        Base64($"{s_connection.PipelinesApiKey}:"),
    ];

    private static readonly string[] s_personal = [Email, Email.Replace("@", "%40"), "ada.lovelace", "mail.example.org", Token, Own];

    private static readonly Func<Answer>[] s_ends =
    [
        () => Answer.Status(400, Echo()),
        () => Answer.Status(401, Echo()),
        () => Answer.Status(403, Echo()),
        () => Answer.Status(429, Echo()),
        () => Answer.Status(503, Echo()),
        () => Answer.Status(307, Echo(), headers: ("Location", $"https://track-eu.customer.io/{Email}?key={Bench.ApiKey}")),
        () => Answer.Status(200, "<html>" + Echo()),
        () => Answer.Broken(),
        () => Answer.NotSent(HttpRequestError.ConnectionError, new IOException(Echo())),
        () => Answer.NotSent(HttpRequestError.SecureConnectionError, new IOException(Echo())),
        () => Answer.Status(400, $"Authorization: Basic {Base64($"{Bench.SiteId}:{Bench.ApiKey}")} for {Email}"),
        () => Answer.Status(400, $$$"""{"errors":[{"detail":"{{{Bench.ApiKey}}}","source":{"pointer":"/{{{Email}}}"}}]}"""),
        () => Answer.Throws(new OperationCanceledException(Echo())),
    ];

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task RunAsync_FailingDebugRun_ShowsNoSecretAnywhere(string id)
    {
        foreach (var end in s_ends)
        {
            foreach (var (_, seed) in Seeds.Of(Every.Manifest(id)))
            {
                using var bench = new Bench(
                    Wire.Always(r =>
                        r.Url.EndsWith("/accounts/region", StringComparison.Ordinal) && id is not ("raw-request" or "get-account-region")
                            ? Answer.Ok("""{"region":"us"}""")
                            : end()
                    )
                );
                var failure = await bench.FailAsync(id, Personal(seed), s_connection);
                Assert.That(bench.Log.Text, Does.Contain("Request, attempt 1"), "the run was to be a debug run");
                AssertNone(
                    [.. s_keys, .. s_personal],
                    bench.Log.Text,
                    failure.ToString(),
                    failure.Message,
                    ConnectorJson.ToText(failure.ToJson()),
                    string.Join('\n', failure.Problems)
                );
                for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException)
                {
                    AssertNone(s_keys, inner.ToString());
                }
            }
        }
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public async Task RunAsync_WorkingDebugRun_ShowsNoSecret(string id)
    {
        foreach (var (_, seed) in Seeds.Of(Every.Manifest(id)))
        {
            using var bench = new Bench(
                Wire.Always(r =>
                    Answer.Ok(
                        r.Url.EndsWith("/accounts/region", StringComparison.Ordinal) && id is not ("raw-request" or "get-account-region")
                            ? """{"region":"us"}"""
                            : r.Kept($"\"email\":\"{Email}\"")
                    )
                )
            );
            var result = await bench.RunAsync(id, Personal(seed), s_connection, new RunOptions { Region = Region.Us });
            AssertNone([.. s_keys, .. s_personal], bench.Log.Text);
            AssertNone(s_keys, result.ToString(), ConnectorJson.ToText(result.ToJson()), s_connection.ToString());
            AssertNone(s_keys, ConnectorJson.ToText(await bench.Connector.DryRunAsync(id, Personal(seed), s_connection)));
        }
    }

    /// <summary>A seed with an e-mail address, a device token and a secret of the caller's own wherever they fit.</summary>
    private static JObject Personal(JObject seed)
    {
        var input = new JObject(seed) { ["debugRequest"] = true, ["maxRetryCount"] = 1 };
        // A form names the person once, and here among its data.
        if (input.ContainsKey("form"))
        {
            input.Remove("id");
        }
        else if (input.ContainsKey("id"))
        {
            input["id"] = Email;
        }

        foreach (var name in new[] { "deviceToken", "recipient" })
        {
            if (input.ContainsKey(name))
            {
                input[name] = Token;
            }
        }

        foreach (var name in new[] { "customerData", "eventData", "data", "formData", "queryParameters" })
        {
            if (input[name] is JObject map)
            {
                map["email"] = Email;
                map["device_token"] = Token;
            }
        }

        // Headers of the request may hold a key; send-email's `headers` are lines of the mail itself, content like its body.
        if (input["headers"] is JObject headers && !input.ContainsKey("transactionalMessageId") && !input.ContainsKey("subject"))
        {
            headers["X-Own"] = Own;
        }

        if (input["formData"] is JObject form)
        {
            form.Remove("device_token");
        }

        (input["queryParameters"] as JObject)?.Remove("device_token");
        return input;
    }

    private static string Echo() =>
        $$$"""{"meta":{"errors":["{{{Email}}} {{{Bench.ApiKey}}} {{{Base64($"{Bench.SiteId}:{Bench.ApiKey}")}}}","{{{string.Join(" ", s_keys)}}}"]}}""";

    private static void AssertNone(IEnumerable<string> secrets, params string[] texts)
    {
        foreach (var secret in secrets)
        {
            Assert.That(texts, Has.None.Contains(secret));
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
