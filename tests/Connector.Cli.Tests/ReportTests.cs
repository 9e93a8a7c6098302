using Microsoft.Playwright;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary><c>connector report</c>: in the terminal, as JSON, and as a page in a browser.</summary>
[NonParallelizable]
public sealed class ReportTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("connector-report-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, true);

    [Test]
    public async Task Report_OfASandbox_IsATableInAPipe()
    {
        var ran = await InProcess.OnceAsync(["report", "campaigns", "--sandbox", "--since", "7d"], null, null);
        var lines = ran.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
            Assert.That(lines[0], Does.Match("^Name +Sent +Delivered +Opened +Clicked +Converted +Bounced +Unsubs\\. *$"));
            Assert.That(lines, Has.Length.EqualTo(5));
            Assert.That(lines, Is.All.Property("Length").LessThanOrEqualTo(80));
        });
    }

    [Test]
    public async Task Json_IsTheOnlyThingOnStdout_AndTheFileIsWrittenBesides()
    {
        var file = Path.Combine(_folder, "report.html");
        var ran = await InProcess.OnceAsync(["report", "newsletters", "--sandbox", "--to", file, "--json"], null, null);
        Assert.That(ran.Lines.Single()["senders"]!.Select(s => (string?)s["name"]), Has.Member("Monthly news"));
        Assert.That(await File.ReadAllTextAsync(file), Does.StartWith("<!doctype html>"));
    }

    [TestCase("people", 2)]
    [TestCase("campaigns --since yesterday", 2)]
    [TestCase("campaigns --since 2099-01-01", 2)]
    [TestCase("campaigns --since 0d", 2)]
    [TestCase("campaigns --since 30", 2)]
    [TestCase("campaigns --since 99999d", 2)]
    [TestCase("campaigns --since 400d", 0)]
    [TestCase("campaigns --to report.csv", 2)]
    public async Task WhatIsWrong_IsSaid(string args, int exit) =>
        Assert.That((await InProcess.OnceAsync(["report", .. args.Split(' '), "--sandbox"], null, null)).Exit, Is.EqualTo(exit));

    [TestCase("action-metrics --since 99999d", "--since 99999d")]
    [TestCase("action-metrics --since 2099-01-01", "not in the past")]
    [TestCase("opt-outs --segment Nope", "--segment")]
    [TestCase("collections --object-type 99", "--object-type")]
    [TestCase("people --object-type 1", "--object-type")]
    public async Task AnOptionOfAnExport_ThatChangesNothing_IsRefused(string args, string words)
    {
        var ran = await InProcess.OnceAsync(["export", .. args.Split(' '), "--to", Path.Combine(_folder, "x.csv"), "--data", _folder], null, null);
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain(words));
    }

    [Test]
    [Category("Slow")]
    public async Task Page_FitsAPhone_AndHasTheColoursOfTheNight()
    {
        var file = Path.Combine(_folder, "report.html");
        await InProcess.OnceAsync(["report", "campaigns", "--sandbox", "--to", file], null, null);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Browser.LaunchAsync(playwright);
        var asked = new List<string>();
        var shown = new List<(string Colour, bool Fits, bool IsNarrow)>();
        foreach (var (width, scheme) in ((int, ColorScheme)[])[(1100, ColorScheme.Light), (1100, ColorScheme.Dark), (375, ColorScheme.Light)])
        {
            await using var context = await browser.NewContextAsync(
                new()
                {
                    ViewportSize = new() { Width = width, Height = 800 },
                    ColorScheme = scheme,
                }
            );
            var page = await context.NewPageAsync();
            page.Request += (_, request) => asked.Add(request.Url);
            page.Console += (_, message) => asked.Add(message.Text);
            await page.GotoAsync(new Uri(file).AbsoluteUri);
            shown.Add(
                (
                    await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"),
                    await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"),
                    await page.Locator(".narrow svg").First.IsVisibleAsync()
                )
            );
        }

        Assert.Multiple(() =>
        {
            Assert.That(asked.Distinct(), Is.EqualTo(new[] { new Uri(file).AbsoluteUri }), "one file, nothing fetched and nothing blocked");
            Assert.That(shown.Select(s => s.Fits), Is.All.True);
            Assert.That(shown.Select(s => s.IsNarrow), Is.EqualTo(new[] { false, false, true }));
            Assert.That(shown[0].Colour, Is.Not.EqualTo(shown[1].Colour));
        });
    }
}
