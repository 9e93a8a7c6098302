using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Values;

/// <summary>What every message leaves through.</summary>
[NonParallelizable]
public class ShownTests
{
    [TestCase("plain – zoë 😀 日本", "plain – zoë 😀 日本")]
    [TestCase("\u001b]0;title\u0007", @"\u001b]0;title\u0007")]
    [TestCase("a\u009b2Jb", @"a\u009b2Jb")]
    [TestCase("a\u007fb", @"a\u007fb")]
    [TestCase("\u202eevil\u202c", @"\u202eevil\u202c")]
    [TestCase("\u2066x\u2069", @"\u2066x\u2069")]
    [TestCase("\u200fx", @"\u200fx")]
    [TestCase("a\u2028b", @"a\u2028b")]
    [TestCase("a\r\n\tb", @"a\r\n\tb")]
    [TestCase("a\0b", @"a\u0000b")]
    public void Line_CharactersThatSteerATerminal_AreEscaped(string text, string shown) => Assert.That(Shown.Line(text), Is.EqualTo(shown));

    [Test]
    public void Line_HalfOfAPair_IsReplaced() =>
        Assert.That(
            (Shown.Line("half \ud83d"), Shown.Line("\ude00 half"), Shown.Line("\ud83d\ud83d\ude00")),
            Is.EqualTo((@"half \ufffd", @"\ufffd half", "\\ufffd\ud83d\ude00"))
        );

    [Test]
    public void Lines_LineFeedsAndTabs_Stay() => Assert.That(Shown.Lines("a\n\tb\rc"), Is.EqualTo("a\n\tb\\rc"));

    [TestCase("at https://user:pa55@host/x and", "at https://host/x and")]
    [TestCase("Could not find '/tmp/https:/bob:s3cret@h.example/p.csv'.", "Could not find '/tmp/https:/h.example/p.csv'.")]
    [TestCase(@"C:/ada@example.com/p.csv", @"C:/ada@example.com/p.csv")]
    [TestCase("postgres://bob:s3/cr#t@db:5432/x", "postgres://db:5432/x")]
    [TestCase("postgres://bob:p@ss@db", "postgres://db")]
    [TestCase("redis://:pa55@host", "redis://host")]
    [TestCase("\"https://token@host\"", "\"https://host\"")]
    [TestCase("http://a:b@c http://d:e@f", "http://c http://f")]
    [TestCase("https://track.customer.io/api/v1/customers/***@***", "https://track.customer.io/api/v1/customers/***@***")]
    [TestCase("http://127.0.0.1:8080/api/v1/customers/***@***", "http://127.0.0.1:8080/api/v1/customers/***@***")]
    [TestCase("Host=db;Password=s3cret;x=y", "Host=db;Password=***;x=y")]
    [TestCase("Host=db;Pwd = 's3 cret'", "Host=db;Pwd = ***")]
    [TestCase("the password authentication failed", "the password authentication failed")]
    public void Line_PasswordsOfAddresses_AreLeftOut(string text, string shown) => Assert.That(Shown.Line(text), Is.EqualTo(shown));

    [TestCase("https://host/hook?token=s3cret&plan=pro", "https://host/hook?token=***&plan=pro")]
    [TestCase("GET https://api/v1?start=abc&X-Amz-Signature=99", "GET https://api/v1?start=abc&X-Amz-Signature=***")]
    [TestCase("Why? key=no parameter", "Why? key=no parameter")]
    public void Line_ParametersThatCallThemselvesSecrets_AreLeftOut(string text, string shown) => Assert.That(Shown.Line(text), Is.EqualTo(shown));

    [TestCase("https://ada:pa55@host/hook?a=1#x", "https://host/hook?…")]
    [TestCase("https://host/hook", "https://host/hook")]
    public void Address_KeepsItsPlaceAlone(string address, string shown) => Assert.That(Shown.Address(address), Is.EqualTo(shown));

    [TestCase(
        "CUSTOMERIO_CONNECTOR_HOME",
        "/srv/home/",
        "/srv/home/jobs.db is locked; '/srv/home'",
        "$CUSTOMERIO_CONNECTOR_HOME/jobs.db is locked; '$CUSTOMERIO_CONNECTOR_HOME'"
    )]
    [TestCase("CUSTOMERIO_CONNECTOR_HOME", "/srv/home", "/srv/homes /usr/srv/home", "/srv/homes /usr/srv/home")]
    [TestCase("CUSTOMERIO_CONNECTOR_HOME", "/srv/$CUSTOMERIO_CONNECTOR_HOME", "/srv/$CUSTOMERIO_CONNECTOR_HOME/x", "$CUSTOMERIO_CONNECTOR_HOME/x")]
    [TestCase(
        "CUSTOMERIO_BASE_URL",
        "http://bob:pw@127.0.0.1:8080/x",
        "refused (127.0.0.1:8080) http://127.0.0.1:80801",
        "refused ($CUSTOMERIO_BASE_URL) http://127.0.0.1:80801"
    )]
    [TestCase("CUSTOMERIO_APP_API_KEY", "app-key-0001", "the key \"app-key-0001\"", "the key \"$CUSTOMERIO_APP_API_KEY\"")]
    [TestCase("CUSTOMERIO_SITE_ID", "site", "this site is", "this site is")]
    [TestCase("CUSTOMERIO_SITE_ID", "sandbox", "Try: connector sandbox --help", "Try: connector sandbox --help")]
    [TestCase("CUSTOMERIO_SITE_ID", "sandbox", "sandbox/nope.csv", "sandbox/nope.csv")]
    [TestCase("PGUSER", "postgres", "postgres://db", "postgres://db")]
    [TestCase("CUSTOMERIO_SITE_ID", "abcdefghijklmnop", "of abcdefghijklmnop", "of $CUSTOMERIO_SITE_ID")]
    [TestCase("CUSTOMERIO_RECIPIENT_GUARD", "allow:", "must be allow: with addresses", "must be allow: with addresses")]
    [TestCase("CUSTOMERIO_RECIPIENT_GUARD", "rewrite:qa@b.de", "it is rewrite:qa@b.de", "it is $CUSTOMERIO_RECIPIENT_GUARD")]
    [TestCase("CUSTOMERIO_BASE_URL", "http://alice:x@", "one like http://127.0.0.1:8080", "one like http://127.0.0.1:8080")]
    public void Line_ValuesOfTheEnvironment_AreNamedByTheirVariable(string name, string value, string text, string shown)
    {
        var before = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
        try
        {
            Assert.That(Shown.Line(text), Is.EqualTo(shown));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, before);
        }
    }

    [Test]
    public void ConnectorException_AnyText_IsFitToBeShown()
    {
        var failure = new ConnectorException(FailureKind.Input, "x \u001b[31m https://u:p@h", [new Problem("/\u202e", "y\n\u0007")]);
        Assert.That((failure.Message, failure.Problems.Single()), Is.EqualTo((@"x \u001b[31m https://h", new Problem(@"/\u202e", @"y\n\u0007"))));
    }

    [Test]
    public void Escape_JsonText_StaysTheSameValue()
    {
        var json = ConnectorJson.ParseObject("""{"a":"\u009b\u202e\u001b 日本"}""");
        var shown = Shown.Escape(ConnectorJson.ToText(json));
        Assert.That(shown.Any(c => char.IsControl(c) || c == '\u202e'), Is.False);
        Assert.That(Newtonsoft.Json.Linq.JToken.DeepEquals(ConnectorJson.ParseObject(shown), json));
    }
}
