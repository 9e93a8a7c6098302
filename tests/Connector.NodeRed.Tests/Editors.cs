using Microsoft.Playwright;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>One browser for all tests of the editor, whose pages remember what they loaded once.</summary>
[SetUpFixture]
public sealed class Editors
{
    private static readonly Lazy<Task<(IPlaywright, IBrowserContext)>> s_started = new(StartAsync);

    /// <summary>A page that gives up after a minute.</summary>
    internal static async Task<IPage> NewPageAsync(int height)
    {
        var (_, context) = await s_started.Value;
        var page = await context.NewPageAsync();
        await page.SetViewportSizeAsync(1440, height);
        page.SetDefaultTimeout(60_000);
        return page;
    }

    /// <summary>Opens a Node-RED's editor and waits until it can be used.</summary>
    internal static async Task OpenAsync(IPage page, NodeRed red)
    {
        await page.GotoAsync(red.Url.ToString());
        await page.Locator(".red-ui-palette-node[data-palette-type='customerio-identify']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("#red-ui-loading-progress").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (s_started.IsValueCreated && s_started.Value.IsCompletedSuccessfully)
        {
            var (playwright, context) = await s_started.Value;
            await context.Browser!.DisposeAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright, IBrowserContext)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await (await Browser.LaunchAsync(playwright)).NewContextAsync());
    }
}
