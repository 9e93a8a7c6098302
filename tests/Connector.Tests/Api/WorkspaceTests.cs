using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Tests.Api;

public class WorkspaceTests
{
    [TestCase(
        "Track",
        null,
        null,
        "The Site ID and the API key are not set. Set CUSTOMERIO_SITE_ID and CUSTOMERIO_API_KEY, or fill them in on the connection; both are under Track API "
            + "Keys in Customer.io's settings."
    )]
    [TestCase(
        "Track",
        null,
        "k",
        "The Site ID is not set. Set CUSTOMERIO_SITE_ID, or fill it in on the connection; it stands beside the API key in Customer.io's settings."
    )]
    [TestCase(
        "Track",
        "s",
        null,
        "The API key is not set. Set CUSTOMERIO_API_KEY, or fill it in on the connection; it stands beside the Site ID in Customer.io's settings."
    )]
    [TestCase(
        "App",
        "s",
        "k",
        "The App API key is not set. Create one under App API Keys in Customer.io's settings, then set CUSTOMERIO_APP_API_KEY or fill it in on the connection."
    )]
    [TestCase(
        "Pipelines",
        "s",
        "k",
        "The Pipelines API key is not set. Copy it from the source under Pipelines in Customer.io, then set CUSTOMERIO_PIPELINES_API_KEY or fill it in on the "
            + "connection."
    )]
    public void Authorization_KeyThatIsNotSet_SaysWhereToFindIt(string api, string? site, string? key, string expected)
    {
        var workspace = new Workspace(new Connection { SiteId = site, ApiKey = key }, new WorkspaceState());
        var failure = Assert.Throws<ConnectorException>(() => workspace.Authorization(Enum.Parse<ApiName>(api)))!;
        Assert.That((failure.Kind, failure.Message), Is.EqualTo((FailureKind.Connection, expected)));
        Assert.That(workspace.Has(Enum.Parse<ApiName>(api)), Is.False);
    }

    [TestCase("Track", "Basic czpr")]
    [TestCase("App", "Bearer a")]
    [TestCase("Pipelines", "Basic cDo=")]
    public void Authorization_KeyThatIsSet_IsItsHeader(string api, string expected)
    {
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            PipelinesApiKey = "p",
        };
        Assert.That(new Workspace(connection, new WorkspaceState()).Authorization(Enum.Parse<ApiName>(api)), Is.EqualTo(expected));
        Assert.That(new Workspace(connection, new WorkspaceState()).Has(Enum.Parse<ApiName>(api)), Is.True);
    }

    [TestCase("!", true)]
    [TestCase("~", true)]
    [TestCase(" ", false)]
    [TestCase("\u007f", false)]
    public void Workspace_AKeyOfVisibleCharacters_CanBeOne(string letter, bool passes) =>
        Assert.That(
            () => new Workspace(new Connection { AppApiKey = "a" + letter + "b" }, new WorkspaceState()),
            passes ? Throws.Nothing : Throws.InstanceOf<ConnectorException>().With.Message.StartsWith("The App API key holds a space")
        );

    [TestCase("Track", Region.Us, "https://track.customer.io")]
    [TestCase("Track", Region.Auto, "https://track.customer.io")]
    [TestCase("Track", Region.Eu, "https://track-eu.customer.io")]
    [TestCase("App", Region.Us, "https://api.customer.io")]
    [TestCase("App", Region.Eu, "https://api-eu.customer.io")]
    [TestCase("Pipelines", Region.Us, "https://cdp.customer.io")]
    [TestCase("Pipelines", Region.Eu, "https://cdp-eu.customer.io")]
    public void Origin_OfAnApiInARegion_IsItsHost(string api, Region region, string expected) =>
        Assert.That(Hosts.Origin(Enum.Parse<ApiName>(api), region), Is.EqualTo(expected));

    [TestCase("track.customer.io", Region.Us)]
    [TestCase("TRACK-EU.Customer.io", Region.Eu)]
    [TestCase("customer.io", null)]
    [TestCase("track.customer.io.example.com", null)]
    public void RegionOf_AHost_IsKnownByItsName(string host, Region? expected) => Assert.That(Hosts.RegionOf(host), Is.EqualTo(expected));

    [TestCase("nonsense", "is not an http or https URL.")]
    [TestCase("https://u@example.com", "holds a user name or password; the keys have their own fields.")]
    [TestCase("https://example.com?a", "has a query or a fragment; only scheme, host, port and path can be used.")]
    [TestCase("http://example.com", "uses plain http, which would show the keys to the network; use https (http is for this machine only).")]
    public void CheckBaseUrl_OneThatCannotBe_SaysWhy(string url, string why) =>
        Assert.That(
            Assert.Throws<ConnectorException>(() => Hosts.CheckBaseUrl(url))!.Message,
            Is.EqualTo($"The base URL {why} Leave it empty for Customer.io itself, or give one like http://127.0.0.1:8080.")
        );

    [TestCase("https://example.com/a/", "https://example.com/a")]
    [TestCase("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    public void CheckBaseUrl_OneThatCanBe_HasNoFinalSlash(string url, string expected) => Assert.That(Hosts.CheckBaseUrl(url), Is.EqualTo(expected));

    [Test]
    public void Workspaces_TheSameKeys_AreOneWorkspaceWhateverElseDiffers()
    {
        var all = new Workspaces();
        var (first, second, third, fourth) = (Keys("s1"), Keys("s1"), Keys("s2"), Keys("s1"));
        var known = all.Of(first);
        Assert.That(all.Of(first), Is.SameAs(known));
        Assert.That(all.Of(second).State, Is.SameAs(known.State));
        Assert.That(all.Of(third).State, Is.Not.SameAs(known.State));
        Assert.That(all.Of(fourth).State, Is.SameAs(known.State));

        static Connection Keys(string site) => new() { SiteId = site, ApiKey = "k" };
    }

    [Test]
    public void Workspaces_MoreThanTheBound_ForgetTheOldest()
    {
        var all = new Workspaces();
        Assert.That(all.Of(Keys(0)), Is.Not.Null);
        var (second, last) = (all.Of(Keys(1)).State, all.Of(Keys(4095)).State);
        for (var i = 2; i < 4095; i++)
        {
            all.Of(Keys(i));
        }

        Assert.That(all.Of(Keys(1)).State, Is.SameAs(second), "4096 are known");

        // Two more push out the first two.
        all.Of(Keys(4096));
        all.Of(Keys(4097));
        Assert.That(all.Of(Keys(4095)).State, Is.SameAs(last));
        Assert.That(all.Of(Keys(1)).State, Is.Not.SameAs(second));

        static Connection Keys(int i) => new() { SiteId = $"s{i}", ApiKey = "k" };
    }
}
