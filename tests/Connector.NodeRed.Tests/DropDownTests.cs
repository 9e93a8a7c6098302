using CustomerIo.Connector.Sandbox;
using Microsoft.Playwright;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>A form's drop-down asks the workspace through the real runner: its entries, free text, and the reason where there are none.</summary>
[Platform(Include = "Linux", Reason = "Node-RED is started by a shell script.")]
[Category("Slow")]
public sealed class DropDownTests
{
    [Test]
    public async Task Segment_IsChosenFromTheWorkspaceOrTyped_AndARefusedKeySaysSo()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { AppApiKey = "app-key" });
        using (var app = new HttpClient { BaseAddress = sandbox.Url, DefaultRequestHeaders = { Authorization = new("Bearer", "app-key") } })
        {
            using var created = await app.PostAsync(
                "v1/segments",
                new StringContent("""{"segment":{"name":"VIPs"}}""", System.Text.Encoding.UTF8, "application/json")
            );
            created.EnsureSuccessStatusCode();
        }

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Browser.LaunchAsync(playwright);
        await using var red = await NodeRed.StartAsync([]);
        await red.DeployAsync(Flow(sandbox.Url, "app-key"));
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1440, Height = 1200 },
            }
        );
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(red.Url.ToString());
        await page.Locator("#red-ui-loading-progress").WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await OpenAsync(page);
        await Row(page).Locator(".red-ui-typedInput-option-expand").ClickAsync();
        await page.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(Directory.CreateDirectory(Path.Combine(TestContext.CurrentContext.WorkDirectory, "pictures")).FullName, "drop-down.png"),
            }
        );
        await page.GetByText("VIPs (").ClickAsync();
        Assert.That(await Row(page).Locator(".red-ui-typedInput-input").First.InputValueAsync(), Is.EqualTo("1"));
        await Row(page).Locator(".red-ui-typedInput-input").First.FillAsync("any other name");
        await page.Locator("#node-dialog-ok").ClickAsync();
        await page.Locator("#node-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await red.DeployAsync(Flow(sandbox.Url, "another-key"));
        await page.ReloadAsync();
        await page.Locator("#red-ui-loading-progress").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await OpenAsync(page);
        await Row(page).Locator(".red-ui-typedInput-option-expand").ClickAsync();
        await page.GetByText("Customer.io refused the App API key (401)").WaitForAsync();
    }

    private static ILocator Row(IPage page) => page.Locator(".form-row:has(#node-input-p_segment)").Last;

    private static async Task OpenAsync(IPage page)
    {
        await page.Locator(".red-ui-flow-node-group", new() { HasText = "Add To Segment" }).DblClickAsync();
        await page.Locator("#node-input-p_segment").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.WaitForTimeoutAsync(400);
    }

    private static JArray Flow(Uri sandbox, string appApiKey)
    {
        var connection = Flows.ConnectionNode(sandbox);
        connection["credentials"]!["appApiKey"] = appApiKey;
        return Flows.Endpoint(connection, "add-to-segment", ("segment", "str", "7"), ("ids", "json", """["1"]"""));
    }
}
