using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Callers with a token of an issuer: who is let in, what it may run, and which tokens are refused.</summary>
public class TokenTests
{
    private const string Issuer = "https://login.example.com/";
    private const string Audience = "https://hub.example.com";
    private const string Person = """{"id":"7"}""";
    private const string AllScopes = "openid customerio:read customerio:write customerio:send customerio:delete";

    private static readonly RSA s_rsa = RSA.Create(2048),
        s_other = RSA.Create(2048);
    private static readonly ECDsa s_ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly FakeTime _time = FakeTime.Manual();
    private readonly List<string> _audit = [];
    private readonly List<string> _said = [];
    private string _folder = "";
    private string _file = "";
    private HubKeys _keys = null!;
    private BearerTokens _tokens = null!;
    private RunningHub _hub = null!;

    [OneTimeTearDown]
    public void DisposeOfKeys()
    {
        s_rsa.Dispose();
        s_other.Dispose();
        s_ec.Dispose();
    }

    [SetUp]
    public async Task StartAsync()
    {
        _audit.Clear();
        _said.Clear();
        _folder = Directory.CreateTempSubdirectory("connector-tokens-").FullName;
        _file = Path.Combine(_folder, "jwks.json");
        await File.WriteAllTextAsync(_file, Jwks(("one", s_rsa), ("curve", s_ec)));
        _keys = HubKeys.Open(_folder);
        await StartAsync(_file);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _hub.DisposeAsync();
        _tokens.Dispose();
        await _keys.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, true);
    }

    [Test]
    public async Task ATokenOfTheIssuer_LetsIn_BesideKeys_AndNobodyElse()
    {
        Assert.That((await _hub.RunAsync("identify", Person)).Status, Is.EqualTo(401), "this machine too");
        Assert.That((await RunAsync(Token())).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(Token(kid: "curve", alg: "ES256"))).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(Token(alg: "PS256"))).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(Token(kid: null))).Status, Is.EqualTo(200), "one of the keys fits");
        Assert.That((await RunAsync(Token(header: h => h["typ"] = "at+jwt"))).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(Token(p => p["aud"] = new JArray("https://other.example.com", Audience)))).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(Token(p => p["exp"] = Now - 20))).Status, Is.EqualTo(200), "clocks differ a little");
        Assert.That((await RunAsync(Token(p => p["aud"] = Audience + "/"))).Status, Is.EqualTo(200), "as clients in JavaScript write an address");
        var key = await _keys.AddAsync(new Rights("n8n", null, false), _time.GetUtcNow());
        Assert.That((await RunAsync(key)).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(key + "0")).Status, Is.EqualTo(401));
        Assert.That(_audit, Has.Some.Match("^token:n8n-app:[0-9a-f]{12} ran identify: succeeded$").And.None.Contain("ada@example.com"));
        var document = (await _hub.GetAsync("/.well-known/oauth-protected-resource")).Json;
        Assert.That((string?)document["authorization_servers"]![0], Is.EqualTo(Issuer));
        Assert.That((string?)document["resource"], Is.EqualTo(_hub.Hub.Url));
    }

    [Test]
    public async Task WhatIsNoTokenForThisHub_Is401_WithItsReasonAndWhereToLook()
    {
        var publicKey = s_rsa.ExportSubjectPublicKeyInfoPem();
        (string What, string Token, string Says)[] all =
        [
            ("expired", Token(p => p["exp"] = Now - 31), "has expired"),
            ("not yet", Token(p => p["nbf"] = Now + 60), "not valid yet"),
            ("for ever", Token(p => p.Remove("exp")), "when it expires"),
            ("another audience", Token(p => p["aud"] = "https://other.example.com"), "another audience"),
            ("an audience within", Token(p => p["aud"] = new JArray { new JArray(Audience) }), "no token that can be read"),
            ("an audience that is an object", Token(p => p["aud"] = new JObject { [Audience] = true }), "no token that can be read"),
            ("no audience", Token(p => p.Remove("aud")), "must name its audience"),
            ("two audiences", Twice(), "no token that can be read"),
            ("another issuer", Token(p => p["iss"] = "https://login.example.com"), "another issuer"),
            ("no issuer", Token(p => p.Remove("iss")), "another issuer"),
            ("another key of the same name", Token(key: s_other), "not signed by a key of the issuer"),
            ("a key that is not there", Token(kid: "two", key: s_other), "not signed by a key of the issuer"),
            ("no signature", Unsigned(), "signed with a key pair"),
            ("no signature, written otherwise", Unsigned("nOnE"), "signed with a key pair"),
            ("the public key as a secret", Hashed(Encoding.UTF8.GetBytes(publicKey)), "signed with a key pair"),
            ("the public key as a secret, in its other form", Hashed(s_rsa.ExportSubjectPublicKeyInfo()), "signed with a key pair"),
            ("changed", Changed(Token()), "not signed by a key of the issuer"),
            ("the signature cut off", Token()[..^10], "not signed by a key of the issuer"),
            ("of the end of a session", Token(header: h => h["typ"] = "logout+jwt"), "none for access"),
            (
                "critical headers",
                Token(header: h =>
                {
                    h["crit"] = new JArray("b64");
                    h["b64"] = false;
                }),
                "critical headers"
            ),
            ("a key of its own", Token(key: s_other, header: h => h["jwk"] = JObject.Parse(Jwk("one", s_other))), "not signed by a key of the issuer"),
            ("encrypted", "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d", ""),
            ("times that are text", Token(p => p["exp"] = "tomorrow"), ""),
            ("a time beyond all", Token(p => p["nbf"] = 1e300), ""),
            ("nothing", "a.b.c", ""),
            ("dots", "..", ""),
            ("words", "hello", "no token that can be read"),
        ];
        foreach (var (what, token, says) in all)
        {
            var answer = await RunAsync(token);
            Assert.That(answer.Status, Is.EqualTo(401), $"{what}: {answer}");
            Assert.That((string?)answer.Error["message"], Does.Contain(says), what);
            Assert.That(
                answer.Header("WWW-Authenticate"),
                Does.StartWith("Bearer error=\"invalid_token\", error_description=\"")
                    .And.EndWith($", resource_metadata=\"{_hub.Hub.Url}/.well-known/oauth-protected-resource\""),
                what
            );
            Assert.That(answer.Text, Does.Not.Contain(token), what);
        }

        Assert.That(_hub.Sandbox.RequestCount, Is.Zero);
        Assert.That(_hub.Said, Is.Empty, "what strangers send is no defect");
    }

    [Test]
    public async Task Scopes_SayWhatMayBeRun_AndWhatIsLacking()
    {
        foreach (var action in Catalogue.Embedded.All)
        {
            var needed = string.Join(' ', TokenScopes.Needed(action));
            foreach (var scope in TokenScopes.Needed(action))
            {
                var answer = await _hub.RunAsync(action.Id, "{}", Bearer(Token(p => p["scope"] = AllScopes.Replace(scope, "", StringComparison.Ordinal))));
                Assert.That(answer.Status, Is.EqualTo(403), action.Id);
                Assert.That(
                    answer.Header("WWW-Authenticate"),
                    Is.EqualTo(
                        $"Bearer error=\"insufficient_scope\", scope=\"{needed}\", resource_metadata=\"{_hub.Hub.Url}/.well-known/oauth-protected-resource\""
                    )
                );
            }
        }

        Assert.That(_hub.Sandbox.RequestCount, Is.Zero);
        Assert.That((await RunAsync(Token(p => p["scope"] = "customerio:write"))).Status, Is.EqualTo(200));
        Assert.That(
            (
                await RunAsync(
                    Token(p =>
                    {
                        p.Remove("scope");
                        p["scp"] = "customerio:write other";
                    })
                )
            ).Status,
            Is.EqualTo(200)
        );
        Assert.That(
            (
                await RunAsync(
                    Token(p =>
                    {
                        p.Remove("scope");
                        p["roles"] = new JArray("customerio:write");
                    })
                )
            ).Status,
            Is.EqualTo(200)
        );
        var none = await RunAsync(Token(p => p["scope"] = "openid email"));
        Assert.That(none.Status, Is.EqualTo(403));
        Assert.That(none.Header("WWW-Authenticate"), Does.StartWith("Bearer error=\"insufficient_scope\", scope=\"customerio:read "));
        var group = Bearer(Token(p => p["scope"] = AllScopes + " customerio:group:segments"));
        Assert.That((await _hub.RunAsync("list-segments", "{}", group)).Status, Is.EqualTo(200));
        Assert.That((await _hub.RunAsync("identify", Person, group)).Status, Is.EqualTo(403));
        var listed = (await _hub.SendAsync(HttpMethod.Get, "/actions", null, Bearer(Token(p => p["scope"] = "customerio:send")))).Json["actions"]!;
        Assert.That(listed.Select(a => (string?)a["effect"]).Distinct(), Is.EqualTo(new[] { "send" }));
    }

    [Test]
    public async Task Agents_AreOfferedWhatTheirTokenAllows_AndTold403ForMore()
    {
        var token = Bearer(Token(p => p["scope"] = "customerio:read"));
        var list = await McpAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", token);
        Assert.That(list.Text, Does.Contain("\"get-person\"").And.Not.Contain("\"name\":\"identify\""));
        var call = await McpAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"identify","arguments":{"id":"7"}}}""", token);
        Assert.That(call.Status, Is.EqualTo(403));
        Assert.That(call.Header("WWW-Authenticate"), Does.Contain("error=\"insufficient_scope\", scope=\"customerio:write\""));
        var searched = await _hub.SendAsync(
            HttpMethod.Post,
            "/mcp?search=true",
            Body("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run-action","arguments":{"action":"identify","input":{"id":"7"}}}}"""),
            [("Accept", "application/json, text/event-stream"), token]
        );
        Assert.That(searched.Text, Does.Contain("needs a token with customerio:write"));
        Assert.That(_hub.Sandbox.RequestCount, Is.Zero);
    }

    [Test]
    public async Task KeysOfAFile_AreReadAnew_WhenItChanges()
    {
        Assert.That((await RunAsync(Token(kid: "two", key: s_other))).Status, Is.EqualTo(401));
        await File.WriteAllTextAsync(_file, Jwks(("two", s_other)));
        Assert.That((await RunAsync(Token(kid: "two", key: s_other))).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(Token())).Status, Is.EqualTo(401), "what was taken out lets nobody in");
        File.Delete(_file);
        Assert.That((await RunAsync(Token(kid: "two", key: s_other))).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task AFileOfKeysThatBreaks_IsToldToTheOperatorOnce_AndNoCallerSeesItsPath()
    {
        for (var round = 1; round <= 2; round++)
        {
            await File.WriteAllTextAsync(_file, "{ broken");
            for (var i = 0; i < 2; i++)
            {
                var answer = await RunAsync(Token());
                Assert.That((answer.Status, (string?)answer.Error["message"]), Is.EqualTo((503, "Tokens cannot be checked now.")));
                Assert.That(answer.Text, Does.Not.Contain(Path.GetFileName(_file)));
            }

            Assert.That(_said, Has.Count.EqualTo(round).And.All.StartsWith($"Tokens cannot be checked. The file {_file} cannot be read: "));
            await File.WriteAllTextAsync(_file, Jwks(("one", s_rsa)));
            Assert.That((await RunAsync(Token())).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task KeysOfAnAddress_AreReadAnew_ForANameThatIsNew_NotForEveryStranger()
    {
        await using var issuer = await IssuerServer.StartAsync(Jwks(("one", s_rsa)));
        await RestartAsync(issuer.Url + "/keys");
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await RunAsync(Token())).Status, Is.EqualTo(200));
            Assert.That((await RunAsync(Token(kid: $"no{i}", key: s_other))).Status, Is.EqualTo(401));
        }

        Assert.That(issuer.Asked, Is.EqualTo(1), "the keys were just read");
        issuer.Keys = Jwks(("two", s_other), ("one", s_rsa));
        _time.Advance(IssuerKeys.Pause);
        Assert.That((await RunAsync(Token(kid: "two", key: s_other))).Status, Is.EqualTo(200));
        Assert.That(issuer.Asked, Is.EqualTo(2));

        // A key under the same name: found by the signature that does not fit.
        issuer.Keys = Jwks(("one", s_other));
        _time.Advance(IssuerKeys.Pause);
        Assert.That((await RunAsync(Token(key: s_other))).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(Token())).Status, Is.EqualTo(401));
        Assert.That(issuer.Asked, Is.EqualTo(3));
    }

    [Test]
    public async Task AnIssuerThatIsAway_KeepsNobodyOut_UntilItsKeysAreADayOld()
    {
        await using var issuer = await IssuerServer.StartAsync(Jwks(("one", s_rsa)));
        await RestartAsync(issuer.Url + "/keys");
        Assert.That((await RunAsync(Token())).Status, Is.EqualTo(200));
        issuer.Keys = null;
        _time.Advance(TimeSpan.FromHours(2));
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await RunAsync(Token())).Status, Is.EqualTo(200));
        }

        await Eventually.TrueAsync(() => issuer.Asked == 2, () => "the keys were old, and nobody asked for newer ones");
        Assert.That((await RunAsync(Token())).Status, Is.EqualTo(200));
        Assert.That(issuer.Asked, Is.EqualTo(2), "not once for each caller");
        _time.Advance(TimeSpan.FromHours(23));
        var away = await RunAsync(Token());
        Assert.That((away.Status, (string?)away.Error["kind"]), Is.EqualTo((503, "unavailable")));
        Assert.That((string?)away.Error["message"], Is.EqualTo("Tokens cannot be checked now."));
        Assert.That(_said.Single(), Does.StartWith("Tokens cannot be checked. ").And.Contain("answers 404"));
        issuer.Keys = Jwks(("one", s_rsa));
        _time.Advance(IssuerKeys.Pause);
        Assert.That((await RunAsync(Token())).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task TheIssuersMetadata_SayWhereItsKeysAre_AndMustBeItsOwn()
    {
        await using var issuer = await IssuerServer.StartAsync(Jwks(("one", s_rsa)));
        await RestartAsync(null, issuer.Url);
        Assert.That((await RunAsync(Token(p => p["iss"] = issuer.Url))).Status, Is.EqualTo(200));
        Assert.That((await RunAsync(Token())).Status, Is.EqualTo(401));
        await RestartAsync(null, issuer.Url + "/");
        var other = await RunAsync(Token(p => p["iss"] = issuer.Url + "/"));
        Assert.That(other.Status, Is.EqualTo(503));
        Assert.That(_said.Single(), Does.Contain($"are those of {issuer.Url}: --jwt-issuer must be just that"));
    }

    [TestCase("{}", "no public key")]
    [TestCase("""{"keys":[]}""", "no public key")]
    [TestCase("""{"keys":[{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0","kid":"one"}]}""", "no public key")]
    [TestCase("not JSON", "cannot be read")]
    [TestCase("""{"keys":7}""", "")]
    [TestCase("""{"keys":[{"kty":"RSA","n":"!!!","e":"AQAB","kid":"one"}]}""", "")]
    [TestCase("""{"keys":[{"kty":"RSA","kid":"one"}]}""", "no public key")]
    [TestCase("""{"keys":[{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","kid":"one"}]}""", "")]
    [TestCase("""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA","kid":"one"}]}""", "no public key")]
    [TestCase("""{"keys":[],"keys":[]}""", "cannot be read")]
    public async Task AFileWithoutKeys_IsRefusedAtTheStart(string text, string says)
    {
        await File.WriteAllTextAsync(_file, text);
        using var tokens = new BearerTokens(Options(_file, Issuer));
        Assert.That(tokens.Check, Throws.InstanceOf<ConnectorException>().With.Message.Contains(says).And.Property("Kind").EqualTo(FailureKind.Input));
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private TokenOptions Options(string? keys, string issuer) =>
        new()
        {
            Issuer = issuer,
            Audiences = [Audience, "api://hub"],
            Keys = keys,
            Say = _said.Add,
            Time = _time,
        };

    private async Task StartAsync(string? keys, string issuer = Issuer)
    {
        _tokens = new BearerTokens(Options(keys, issuer));
        _tokens.Check();
        _hub = await RunningHub.StartAsync(o => o with { Gate = new Gatekeeper(_keys, isLocal: true, _tokens), Audit = _audit.Add });
    }

    private async Task RestartAsync(string? keys, string issuer = Issuer)
    {
        await _hub.DisposeAsync();
        _tokens.Dispose();
        await StartAsync(keys, issuer);
    }

    private static (string, string) Bearer(string token) => ("Authorization", "Bearer " + token);

    private Task<HubAnswer> RunAsync(string token) => _hub.RunAsync("identify", Person, Bearer(token));

    private Task<HubAnswer> McpAsync(string message, params (string Name, string Value)[] headers) =>
        _hub.SendAsync(HttpMethod.Post, "/mcp", Body(message), [("Accept", "application/json, text/event-stream"), .. headers]);

    private static StringContent Body(string text) => new(text, Encoding.UTF8, "application/json");

    private string Token(Action<JObject>? payload = null, string? kid = "one", string alg = "RS256", RSA? key = null, Action<JObject>? header = null)
    {
        var text = Unfinished(alg, kid, header, payload);
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature =
            alg == "ES256"
                ? s_ec.SignData(bytes, HashAlgorithmName.SHA256)
                : (key ?? s_rsa).SignData(bytes, HashAlgorithmName.SHA256, alg == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private string Twice()
    {
        var parts = Unfinished("RS256", "one", null, null).Split('.');
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        var text = $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes("{\"aud\":\"https://other.example.com\"," + payload[1..]))}";
        var signature = s_rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private string Unsigned(string alg = "none") => Unfinished(alg, "one", null, null) + ".";

    private string Hashed(byte[] secret)
    {
        var text = Unfinished("HS256", "one", null, null);
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var payload = ConnectorJson.ParseObject(Base64Url.DecodeFromChars(parts[1]));
        payload["scope"] = "customerio:delete";
        return $"{parts[0]}.{Base64Url.EncodeToString(ConnectorJson.ToBytes(payload))}.{parts[2]}";
    }

    private string Unfinished(string alg, string? kid, Action<JObject>? change, Action<JObject>? payload)
    {
        var header = new JObject { ["alg"] = alg, ["typ"] = "JWT" };
        if (kid is not null)
        {
            header["kid"] = kid;
        }

        change?.Invoke(header);
        var claims = new JObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = "ada@example.com",
            ["client_id"] = "n8n-app",
            ["scope"] = AllScopes,
            ["iat"] = Now - 10,
            ["exp"] = Now + 300,
        };
        payload?.Invoke(claims);
        return $"{Base64Url.EncodeToString(ConnectorJson.ToBytes(header))}.{Base64Url.EncodeToString(ConnectorJson.ToBytes(claims))}";
    }

    private static string Jwks(params (string Kid, AsymmetricAlgorithm Key)[] keys) =>
        $$"""{"keys":[{{string.Join(',', keys.Select(k => Jwk(k.Kid, k.Key)))}}]}""";

    private static string Jwk(string kid, AsymmetricAlgorithm key)
    {
        if (key is RSA rsa)
        {
            var p = rsa.ExportParameters(false);
            var (n, e) = (Base64Url.EncodeToString(p.Modulus), Base64Url.EncodeToString(p.Exponent));
            return $$"""{"kty":"RSA","use":"sig","kid":"{{kid}}","n":"{{n}}","e":"{{e}}"}""";
        }

        var q = ((ECDsa)key).ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-256","kid":"{{kid}}","x":"{{Base64Url.EncodeToString(q.X)}}","y":"{{Base64Url.EncodeToString(q.Y)}}"}""";
    }

    /// <summary>An issuer's metadata and keys, and how often the keys were asked for.</summary>
    private sealed class IssuerServer : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _asked;

        private IssuerServer(WebApplication app, string keys) => (_app, Keys) = (app, keys);

        public string Url => _app.Urls.Single();

        public string? Keys { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public static async Task<IssuerServer> StartAsync(string keys)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions.UseKestrelCore(builder.WebHost);
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var server = new IssuerServer(app, keys);
            app.Run(server.AnswerAsync);
            await app.StartAsync();
            return server;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            var text = context.Request.Path.Value switch
            {
                "/.well-known/openid-configuration" => $$"""{"issuer":"{{Url}}","jwks_uri":"{{Url}}/keys"}""",
                "/keys" => Keys,
                _ => null,
            };
            if (context.Request.Path == "/keys")
            {
                Interlocked.Increment(ref _asked);
            }

            context.Response.StatusCode = text is null ? 404 : 200;
            await context.Response.WriteAsync(text ?? "nothing", CancellationToken.None);
        }
    }
}
