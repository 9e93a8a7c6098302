using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>The pictures of README and docs: <c>UPDATE_PICTURES=1</c> takes them anew, otherwise each must be of what it shows now;
/// <c>CONTACT_SHEET=folder</c> besides takes one of every form and page, to be looked through.</summary>
public sealed partial class PicturesTests
{
    private const string NodeRed = "src/Connector.Hosts.NodeRed";

    /// <summary>What is to be seen in each: the files whose change makes it a picture of yesterday.</summary>
    private static readonly Dictionary<string, string[]> s_shown = new()
    {
        ["flow.png"] =
        [
            $"{NodeRed}/examples/Tour of the actions.json",
            $"{NodeRed}/icons/*",
            $"{NodeRed}/badge.js",
            "src/Connector.Cli/Up/node-red/settings.js",
        ],
        ["form.png"] = ["manifest/actions/identify.json", $"{NodeRed}/resources/editor.css", $"{NodeRed}/resources/form.js"],
        ["report.png"] = ["src/Connector.Pipelines/Reports/*.cs", "src/Connector.Sandbox/World/History.cs"],
        ["sandbox.png"] = ["src/Connector.Sandbox/Page/page.*", "src/Connector.Sandbox/Page/PersonPage.cs", "src/Connector.Sandbox/World/Seed.cs"],
    };

    /// <summary>Those that the tests in a real n8n take: UPDATE_PICTURES=1 bash .ci/n8n.</summary>
    private static readonly string[] s_elsewhere = ["n8n-flow.png", "n8n-form.png"];

    private static string Folder { get; } = Path.Combine(Repository.Root, "docs", "pictures");

    private static string Record { get; } = Path.Combine(Folder, "shown.txt");

    [OneTimeSetUp]
    public async Task TakeAsync()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURES") != "1")
        {
            return;
        }

        var data = Directory.CreateTempSubdirectory("connector-pictures-").FullName;
        await UpTests.LinkAsync(data);
        using var up = Tool.Start(["up", "--port", "0", "--data", data], null);
        _ = up.StandardError.ReadToEndAsync();
        using var playwright = await Playwright.CreateAsync();
        await using (var browser = await Browser.LaunchAsync(playwright))
        {
            var page = await browser.NewPageAsync(
                new()
                {
                    ViewportSize = new() { Width = 1280, Height = 640 },
                }
            );
            var (editor, sandbox) = (await AddressAsync(up, "Editor "), await AddressAsync(up, "Sandbox "));
            await TakeEditorAsync(page, editor);
            await TakeSandboxAsync(page, sandbox);
            await TakeReportAsync(page, Path.Combine(data, "report.html"));
            if (Environment.GetEnvironmentVariable("CONTACT_SHEET") is { Length: > 0 } sheet)
            {
                await new ContactSheet(browser, Path.GetFullPath(sheet, Repository.Root)).TakeAsync(editor, sandbox);
            }
        }

        using (var kill = Process.Start("kill", ["-TERM", up.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await up.WaitForExitAsync();
        Directory.Delete(data, true);
        await File.WriteAllLinesAsync(Record, s_shown.Keys.Select(name => $"{Hash(name)}  {name}"));
    }

    [TestCaseSource(nameof(Names))]
    public void Picture_IsOfWhatItShowsNow(string name) =>
        Assert.That(
            File.ReadAllLines(Record),
            Does.Contain($"{Hash(name)}  {name}"),
            $"What docs/pictures/{name} shows has changed since it was taken ({string.Join(", ", s_shown[name])}). Take the pictures anew, and look at them: "
                + "UPDATE_PICTURES=1 dotnet test tests/Connector.Cli.Tests --filter FullyQualifiedName~Pictures"
        );

    [Test]
    public void Pictures_OfReadmeAndDocs_AreAllTakenByTests()
    {
        var texts = Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md"));
        var used = texts.SelectMany(f => Image().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).Distinct();
        Assert.Multiple(() =>
        {
            Assert.That(used, Is.EquivalentTo(s_shown.Keys.Concat(s_elsewhere)));
            Assert.That(Directory.GetFiles(Folder, "*.png").Select(Path.GetFileName), Is.EquivalentTo(s_shown.Keys.Concat(s_elsewhere)));
        });
    }

    private static IEnumerable<string> Names => s_shown.Keys;

    /// <summary>Opens the editor of Node-RED and waits until it can be used; nothing in it moves.</summary>
    internal static async Task OpenAsync(IPage page, string address)
    {
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(address);
        await page.Locator(".red-ui-palette-node[data-palette-type='customerio-identify']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("#red-ui-loading-progress").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await page.AddStyleTagAsync(new() { Content = "* { transition: none !important; animation: none !important; caret-color: transparent !important; }" });
        await page.EvaluateAsync("$.fx.off = true; RED.workspaces.show('customerio-tour'); RED.menu.setSelected('menu-item-sidebar', false)");
    }

    /// <summary>Waits until a form can be used: the last that Node-RED does is to put the cursor into it.</summary>
    internal static async Task FormAsync(IPage page) =>
        await page.WaitForFunctionAsync("$('.red-ui-tray').last().find(document.activeElement).length > 0", null, new() { PollingInterval = 50 });

    private static async Task TakeEditorAsync(IPage page, string address)
    {
        await OpenAsync(page, address);
        await page.GetByText("name cannot").First.WaitForAsync();
        await ShootAsync(page, "flow.png");

        await page.SetViewportSizeAsync(1280, 800);
        await page.EvaluateAsync("RED.editor.edit(RED.nodes.node('customerio-tour-identify'))");
        await FormAsync(page);
        await ShootAsync(page, "form.png");
    }

    private static async Task TakeSandboxAsync(IPage page, string address)
    {
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync($"{address}#/people/1001");
        await page.Locator("#rows li").First.WaitForAsync();
        await page.EvaluateAsync("document.getElementById('where').textContent = 'http://127.0.0.1:8025 · US workspace'");
        await ShootAsync(page, "sandbox.png");
    }

    private static async Task TakeReportAsync(IPage page, string file)
    {
        await Tool.RunAsync(["report", "campaigns", "--sandbox", "--to", file], null);
        await page.SetViewportSizeAsync(1080, 1480);
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        await ShootAsync(page, "report.png");
    }

    private static async Task ShootAsync(IPage page, string name) => await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name) });

    private static async Task<string> AddressAsync(Process up, string name)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        string? line;
        do
        {
            line = await up.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("up ended.");
        } while (!line.StartsWith(name, StringComparison.Ordinal));
        return line[name.Length..].Trim();
    }

    private static string Hash(string name)
    {
        var files = s_shown[name]
            .SelectMany(p =>
            {
                var path = Path.Combine(Repository.Root, p);
                return Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path)).Order(StringComparer.Ordinal);
            });
        var text = string.Concat(files.Select(f => $"{Path.GetFileName(f)}\n{File.ReadAllText(f).ReplaceLineEndings("\n")}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [GeneratedRegex("""!\[[^\]]*\]\([^)]*?pictures/([^)]+)\)""")]
    private static partial Regex Image();
}
