using System.Text.RegularExpressions;
using CustomerIo.Connector.Pipelines.Reports;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Reports;

/// <summary>What became of the messages of a sandbox with a past, counted and drawn.</summary>
public sealed partial class ReportTests
{
    private const string Odd = "<b>\"Sale\" & 'more'</b>";
    private readonly FakeTime _time = FakeTime.Manual();
    private SandboxServer _sandbox = null!;
    private CustomerIoConnector _connector = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { HistoryDays = 45, Time = _time });
        _connector = new CustomerIoConnector();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _connector.Dispose();
        await _sandbox.DisposeAsync();
    }

    [TestCase("Campaigns", 4, true)]
    [TestCase("Broadcasts", 2, false)]
    [TestCase("Newsletters", 3, false)]
    [TestCase("Transactional", 2, false)]
    public async Task EveryKind_IsCountedAndDrawn(string kind, int senders, bool hasFunnels)
    {
        var report = await ReadAsync(Enum.Parse<ReportKind>(kind), 45);
        var page = ReportPage.Of(report);
        Assert.Multiple(() =>
        {
            Assert.That(report.Senders, Has.Count.EqualTo(senders));
            Assert.That(report.Senders.Select(s => s.Total("sent")), Is.Ordered.Descending);
            Assert.That(report.Senders.Select(s => s.Total("sent")), Is.All.GreaterThan(100));
            foreach (var sender in report.Senders)
            {
                // What was sent a moment ago is still on its way.
                Assert.That(sender.Total("delivered") + sender.Total("bounced"), Is.InRange(sender.Total("sent") * 95 / 100, sender.Total("sent")));
            }

            Assert.That(report.Senders.Select(s => s.Rate("opened")), Is.All.InRange(0.15, 0.9));
            Assert.That(report.Senders.Select(s => s.Funnel.Count > 0), Is.All.EqualTo(hasFunnels));
            Assert.That(page.Contains("How far people came", StringComparison.Ordinal), Is.EqualTo(hasFunnels));
            Assert.That(page, Does.Contain($"<td>{report.Total("sent"):N0}</td>"), "the numbers beneath");
            Assert.That(Regex.Count(page, "<polyline"), Is.EqualTo(2 * (4 + 3)), "two pictures, for the wide and the narrow page");
        });
    }

    [Test]
    public async Task TheSamePast_IsMadeEachTime()
    {
        await using var again = await SandboxServer.StartAsync(new SandboxOptions { HistoryDays = 45, Time = _time });
        var first = (await ReadAsync(ReportKind.Campaigns, 30)).ToJson();
        Assert.That((await ReadAsync(ReportKind.Campaigns, 30, again)).ToJson(), Is.EqualTo(first).Using<JToken>(JToken.DeepEquals));
    }

    [Test]
    public async Task Funnel_OfEachCampaign_EndsInConversions()
    {
        foreach (var campaign in (await ReadAsync(ReportKind.Campaigns, 45)).Senders)
        {
            var funnel = campaign.Funnel.ToDictionary(f => f.Name, f => f.Count);
            Assert.That(funnel["started"], Is.EqualTo(funnel["activated"] + funnel["never_activated"]), campaign.Name);
            Assert.That(funnel["converted"], Is.EqualTo(campaign.Total("converted")).And.GreaterThan(0), campaign.Name);
        }
    }

    [TestCase(1, "day", 1)]
    [TestCase(30, "day", 30)]
    [TestCase(45, "day", 45)]
    [TestCase(46, "week", 7)]
    [TestCase(84, "week", 12)]
    [TestCase(85, "month", 3)]
    [TestCase(9999, "month", 121)]
    public async Task Span_IsCountedInStepsThatCustomerIoHas(int days, string unit, int steps)
    {
        foreach (var kind in Enum.GetValues<ReportKind>())
        {
            var report = await ReadAsync(kind, days);
            Assert.That((report.Unit, report.Steps.Count), Is.EqualTo((unit, steps)), kind.ToString());
            Assert.That(report.Steps[^1], Is.LessThanOrEqualTo(_time.GetUtcNow()));
            Assert.That(ReportPage.Of(report), Does.Contain($"by {unit}"));
        }
    }

    [Test]
    public async Task Page_NeedsNothingElse_AndNamesAreOnlyText()
    {
        var report = await ReadAsync(ReportKind.Campaigns, 30);
        var page = ReportPage.Of(report with { Senders = [report.Senders[0] with { Name = Odd }] });
        Assert.Multiple(() =>
        {
            Assert.That(Foreign().Matches(page).Select(m => m.Value), Is.Empty);
            Assert.That(page, Does.Contain("""content="default-src 'none'; style-src 'unsafe-inline'">"""));
            Assert.That(page, Does.Not.Contain("<b>\"").And.Contain("&lt;b&gt;&quot;Sale&quot; &amp; &#39;more&#39;&lt;/b&gt;"));
            Assert.That(page, Does.Contain("prefers-color-scheme:dark").And.Contain("@media print").And.Contain("max-width:700px"));
        });
    }

    [Test]
    public async Task NothingSent_IsSaid()
    {
        await using var empty = await SandboxServer.StartAsync(new SandboxOptions());
        var report = await ReadAsync(ReportKind.Campaigns, 30, empty);
        Assert.That((report.Senders.Count, report.Silent), Is.EqualTo((0, 1)));
        Assert.That(ReportPage.Of(report), Does.Contain("No messages were sent in this time."));
    }

    private Task<Report> ReadAsync(ReportKind kind, int days, SandboxServer? sandbox = null) =>
        new ReportReader(
            _connector,
            new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                AppApiKey = "a",
                BaseUrl = (sandbox ?? _sandbox).Url.ToString().TrimEnd('/'),
            },
            _time
        ).ReadAsync(kind, _time.GetUtcNow().AddDays(-days).ToUnixTimeSeconds(), default);

    [GeneratedRegex(@"https?:|//|src=|href=|url\(|@import|<script|<link|<img|<iframe", RegexOptions.IgnoreCase)]
    private static partial Regex Foreign();
}
