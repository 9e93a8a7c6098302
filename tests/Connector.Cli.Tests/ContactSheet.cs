using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>A picture of every form of Node-RED and of every page of the sandbox, on one page for people to look through.</summary>
internal sealed class ContactSheet(IBrowser browser, string folder)
{
    private static readonly string[] s_lists = ["people", "events", "messages", "segments", "objects", "requests", "webhooks", "dropped"];
    private readonly List<string> _names = [];

    public async Task TakeAsync(string editor, string sandbox)
    {
        Directory.CreateDirectory(folder);
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 390) })
        {
            await TakeSandboxAsync(sandbox, scheme, width);
        }
        await TakeFormsAsync(editor);
        var figures = _names.Select(n => $"<figure><a href='{n}.png'><img src='{n}.png'></a><figcaption>{WebUtility.HtmlEncode(n)}</figcaption></figure>");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "index.html"),
            "<!doctype html><meta charset=utf-8><title>Every form and page</title><style>body { font: 14px sans-serif; columns: 320px } "
                + $"figure {{ margin: 0 0 16px; break-inside: avoid }} img {{ width: 100%; border: 1px solid #ccc }}</style>{string.Concat(figures)}"
        );
    }

    private async Task TakeSandboxAsync(string address, ColorScheme scheme, int width)
    {
        var page = await browser.NewPageAsync(
            new()
            {
                ColorScheme = scheme,
                ViewportSize = new() { Width = width, Height = 800 },
            }
        );
        await page.GotoAsync(address);
        foreach (var list in s_lists.Append("connect"))
        {
            await ShowAsync("#/" + list, list);
            if (await page.Locator("#rows a").CountAsync() > 0)
            {
                await ShowAsync((await page.Locator("#rows a").First.GetAttributeAsync("href"))!, $"{list}-one");
            }
        }
        await page.CloseAsync();

        async Task ShowAsync(string hash, string name)
        {
            await page.EvaluateAsync("hash => { document.title = ''; location.hash = hash; dispatchEvent(new Event('hashchange')); }", hash);
            await Assertions.Expect(page).ToHaveTitleAsync(new Regex("·"));
            if (await page.Locator("iframe").CountAsync() > 0)
            {
                await page.FrameLocator("iframe").Locator("body").WaitForAsync();
            }
            await ShootAsync(page, $"sandbox-{name}-{(width < 800 ? "phone" : scheme.ToString().ToLowerInvariant())}");
        }
    }

    private async Task TakeFormsAsync(string address)
    {
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1000, Height = 1000 },
            }
        );
        await PicturesTests.OpenAsync(page, address);
        var types = await page.EvaluateAsync<string[]>(
            "$('.red-ui-palette-node').map((_, n) => n.dataset.paletteType).get().filter(t => t.startsWith('customerio-'))"
        );
        Assert.That(types, Is.Not.Empty);
        foreach (var type in types)
        {
            await page.EvaluateAsync("type => { const { node } = RED.view.createNode(type, 100, 400); RED.nodes.add(node); RED.editor.edit(node); }", type);
            await PicturesTests.FormAsync(page);
            await ShootAsync(page, $"form-{type["customerio-".Length..]}");
            await page.Locator("#node-dialog-cancel").ClickAsync();
            await page.Locator("#node-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }
        await page.CloseAsync();
    }

    private async Task ShootAsync(IPage page, string name)
    {
        _names.Add(name);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
