using System.Text;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>How connections of a hub are kept, and where their secrets may come from.</summary>
public class HubConnectionsTests
{
    private string _data = "";

    [SetUp]
    public void MakeFolder() => _data = Directory.CreateTempSubdirectory("connector-kept-").FullName;

    [TearDown]
    public void DeleteFolder()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    [Test]
    public async Task Secrets_ComeFromVariablesFilesAndStdin_NeverFromTheCommandLine()
    {
        var environment = await RunAsync(
            ["add", "environment"],
            null,
            ("CUSTOMERIO_SITE_ID", "s"),
            ("CUSTOMERIO_API_KEY", "secret-1"),
            ("CUSTOMERIO_REGION", "eu")
        );
        Assert.That(
            (environment.Exit, environment.Error),
            Is.EqualTo(
                (
                    0,
                    "Taken from the environment: CUSTOMERIO_SITE_ID, CUSTOMERIO_API_KEY, CUSTOMERIO_REGION.\n"
                        + "The connection environment is kept. It opens track.\n"
                )
            )
        );
        var file = Path.Combine(_data, "shop.json");
        await File.WriteAllTextAsync(file, """{"appApiKey":"secret-2","region":"us"}""");
        Assert.That((await RunAsync(["add", "file", "--input", "@" + file])).Exit, Is.Zero);
        var variable = await RunAsync(["add", "variable", "--input", """{"siteId":"s","apiKey":"env:SHOP_KEY"}""", "--json"], null, ("SHOP_KEY", "secret-3"));
        Assert.That(variable.Out, Is.EqualTo("{\"name\":\"variable\",\"opens\":[\"track\"]}\n"));
        var shown = await RunAsync(["add", "shown", "--input", """{"siteId":"s","apiKey":"secret-4"}"""]);
        Assert.That(shown.Exit, Is.EqualTo(2));
        Assert.That(shown.Error, Does.Contain("apiKey is a secret").And.Contain("env:NAME").And.Not.Contain("secret-4"));

        var list = await RunAsync(["list", "--json"]);
        Assert.That(
            list.Json["connections"]!.Select(c => $"{c["name"]} {string.Join(',', c["opens"]!)} {c["region"]}"),
            Is.EqualTo(new[] { "environment track eu", "file app us", "variable track auto" })
        );
        Assert.That(list.Out + (await RunAsync(["list"])).Out, Does.Not.Contain("secret"));
    }

    [Test]
    public async Task Stdin_IsTakenToItsEnd()
    {
        var ran = await Tool.RunAsync(
            ["hub", "connections", "add", "piped", "--input", "-", "--data", _data],
            null,
            Encoding.UTF8.GetBytes("""{"pipelinesApiKey":"secret"}""")
        );
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((0, "The connection piped is kept. It opens pipelines.\n")));
    }

    [TestCase("""{}""", "has no key")]
    [TestCase("""{"webhookSigningKey":"env:SOME"}""", "has no key")]
    [TestCase("""{"siteId":"s"}""", "go together")]
    [TestCase("""{"appApiKey":"env:UNSET_VARIABLE"}""", "UNSET_VARIABLE is not set here")]
    [TestCase("""{"appApiKey":"env:SPACED"}""", "holds a space")]
    [TestCase("""{"appApiKey":"env:SOME","baseUrl":"http://proxy.example"}""", "plain http")]
    [TestCase("""{"appApiKey":"env:SOME","region":"mars"}""", "auto, us or eu")]
    [TestCase("""{"appapikey":"env:SOME"}""", "no field \"appapikey\"")]
    [TestCase("""["env:SOME"]""", "--input")]
    public async Task WhatIsNoConnection_IsNotKept(string input, string says)
    {
        var ran = await RunAsync(["add", "shop", "--input", input], null, ("SOME", "some-key"), ("SPACED", "some key"));
        Assert.That(ran.Exit, Is.Not.Zero);
        Assert.That(ran.Error, Does.Contain(says).And.Not.Contain("some-key").And.Not.Contain("some key"));
        Assert.That((await RunAsync(["list", "--json"])).Json["connections"], Is.Empty);
    }

    [Test]
    public async Task Keys_AreBoundToThem_AndThoseInUseStay()
    {
        (string, string)[] keys = [("CUSTOMERIO_APP_API_KEY", "secret")];
        Assert.That((await RunAsync(["add", "shop"], null, keys)).Exit, Is.Zero);
        var slip = await InProcess.OnceAsync("hub", "keys", "add", "n8n", "--connection", "shp", "--data", _data);
        Assert.That((slip.Exit, slip.Error), Is.EqualTo((2, "input: There is no connection shp. Did you mean shop?\n")));
        Assert.That((await InProcess.OnceAsync("hub", "keys", "add", "n8n", "--connection", "shop", "--data", _data)).Exit, Is.Zero);
        var used = await RunAsync(["remove", "shop"]);
        Assert.That(used.Exit, Is.EqualTo(2));
        Assert.That(used.Error, Does.Contain("n8n is a key bound to it").And.Contain("hub keys connect"));
        Assert.That((await RunAsync(["rename", "shop", "store"])).Exit, Is.Zero);
        Assert.That((await RunAsync(["add", "mine", "--for", "n8n"], null, keys)).Exit, Is.Zero);
        Assert.That(
            (string?)(await InProcess.OnceAsync("hub", "keys", "list", "--json", "--data", _data)).Json["keys"]![0]!["connection"],
            Is.EqualTo("store")
        );
        Assert.That((await RunAsync(["list"])).Out, Does.Match("mine .* n8n").And.Match("store .* all +n8n"));
        Assert.That((await RunAsync(["add", "mine", "--replace", "--for", "n8n"], null, keys)).Error, Does.Contain("cannot be combined"));
        Assert.That((await RunAsync(["add", "mine", "--replace"], null, keys)).Exit, Is.Zero);
        var removed = await InProcess.OnceAsync("hub", "keys", "remove", "n8n", "--data", _data);
        Assert.That(removed.Error, Does.StartWith("The key n8n is removed, and with it mine: connections that were for it alone."));
        Assert.That((await RunAsync(["remove", "store"])).Exit, Is.Zero);
    }

    [Test]
    public async Task AHub_WithoutTheRing_DoesNotStart()
    {
        Assert.That((await RunAsync(["add", "shop"], null, ("CUSTOMERIO_APP_API_KEY", "secret"))).Exit, Is.Zero);
        var ring = Path.Combine(_data, "elsewhere");
        var ran = await InProcess.OnceAsync("hub", "--port", "0", "--data", _data, "--key-ring", ring);
        Assert.That((ran.Exit, ran.Out, ran.Error.Split('\n').Length), Is.EqualTo((2, "", 2)), ran.ToString());
        Assert.That(ran.Error, Does.Contain("has no key for shop").And.Contain("--key-ring"));
        Assert.That(Directory.Exists(ring), Is.False);

        var list = await RunAsync(["list", "--json", "--key-ring", ring]);
        Assert.That((list.Exit, (string?)list.Json["connections"]![0]!["name"]), Is.EqualTo((0, "shop")), list.ToString());
        Assert.That(list.Json["connections"]![0]!["opens"]!.Type, Is.EqualTo(Newtonsoft.Json.Linq.JTokenType.Null), "which is not known");
        Assert.That((await RunAsync(["list", "--key-ring", ring])).Error, Does.Contain("no key for shop"));
        Assert.That((await RunAsync(["remove", "shop", "--key-ring", ring])).Exit, Is.Zero);
    }

    [TestCase("--jwt-issuer", "https://login.example.com", "go together")]
    [TestCase("--jwt-audience", "me", "go together")]
    [TestCase("--jwt-keys", "keys.json", "go together")]
    [TestCase("--jwt-issuer=http://login.example.com", "--jwt-audience=me", "no https address")]
    [TestCase("--jwt-issuer=me", "--jwt-audience=me", "no https address")]
    [TestCase("--jwt-issuer=https://a.example --jwt-keys=http://a.example/keys", "--jwt-audience=me", "must be a file or an https address")]
    [TestCase("--jwt-issuer=me --jwt-keys=/nowhere.json", "--jwt-audience=me", "/nowhere.json cannot be read")]
    public async Task TokensOptions_ThatCannotBe_AreSaidAndNothingStarts(string option, string value, string says)
    {
        var ran = await InProcess.OnceAsync(["hub", "--port", "0", "--data", _data, .. option.Split(' '), value]);
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((2, "")), ran.ToString());
        Assert.That(ran.Error, Does.Contain(says));
    }

    private Task<Ran> RunAsync(string[] args, byte[]? input = null, params (string Name, string Value)[] environment) =>
        InProcess.OnceAsync(["hub", "connections", .. args, "--data", _data], null, input, environment);
}
