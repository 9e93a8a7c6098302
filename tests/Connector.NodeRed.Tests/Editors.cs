using Microsoft.Playwright;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>One browser and one Node-RED for all tests, ended after the last.</summary>
[SetUpFixture]
public sealed class Editors
{
    // Neither slides nor fades, and what Node-RED tells in passing does not cover what is under it.
    private const string Still = """
        *, *::before, *::after { transition: none !important; animation: none !important; }
        #red-ui-notifications { display: none !important; }
        """;

    // What Node-RED itself does when it is told that other flows are to be shown.
    private const string Show = """
        async () => {
            const headers = { Accept: 'application/json', 'Node-RED-API-Version': 'v2' };
            const { flows, rev } = await (await fetch('flows', { headers, cache: 'no-store' })).json();
            RED.nodes.clear();
            RED.history.clear();
            RED.nodes.version(rev);
            RED.nodes.import(flows);
            RED.nodes.dirty(false);
            RED.workspaces.show(RED.nodes.getWorkspaceOrder()[0]);
            RED.view.redraw(true);
        }
        """;

    private static readonly Lazy<Task<(IPlaywright, IBrowserContext)>> s_started = new(StartAsync);

    /// <summary>Whatever starts Node starts the one that belongs to the Node-RED of this run.</summary>
    [OneTimeSetUp]
    public static async Task ChooseNodeAsync()
    {
        if (Installation.IsNext)
        {
            var (node, _) = await Installation.NextAsync();
            Environment.SetEnvironmentVariable("PATH", Path.GetDirectoryName(node) + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
        }
    }

    /// <summary>A page that gives up after a minute.</summary>
    internal static async Task<IPage> NewPageAsync(List<string> errors)
    {
        var (_, context) = await s_started.Value;
        var page = await context.NewPageAsync();
        await page.SetViewportSizeAsync(1440, 900);
        page.SetDefaultTimeout(60_000);
        page.PageError += (_, error) =>
        {
            // Node-RED 5's explorer shows the node that is edited after 200 ms, also when the flow has been replaced by then.
            if (!error.Contains("[as reveal]", StringComparison.Ordinal))
            {
                errors.Add(error);
            }
        };
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add(message.Text);
            }
        };
        return page;
    }

    /// <summary>An editor that can be used.</summary>
    internal static async Task<IPage> OpenAsync(NodeRed red, List<string> errors)
    {
        var page = await NewPageAsync(errors);
        await page.GotoAsync(red.Url.ToString());
        await page.Locator(".red-ui-palette-node[data-palette-type='customerio-identify']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("#red-ui-loading-progress").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await page.AddStyleTagAsync(new() { Content = Still });
        await page.EvaluateAsync("() => { $.fx.off = true; }");
        return page;
    }

    /// <summary>Shows what was deployed since, without loading the editor again.</summary>
    internal static Task ShowAsync(IPage page) => page.EvaluateAsync(Show);

    /// <summary>Opens a node's form, as Enter on it does.</summary>
    internal static async Task EditAsync(IPage page, string node)
    {
        await page.EvaluateAsync("id => RED.editor.edit(RED.nodes.node(id))", node);
        await FormAsync(page);
    }

    /// <summary>Waits until the form that opens can be used: the last that Node-RED does is to put the cursor into it.</summary>
    internal static async Task FormAsync(IPage page) =>
        await page.WaitForFunctionAsync("() => $('.red-ui-tray').last().find(document.activeElement).length > 0", null, new() { PollingInterval = 50 });

    /// <summary>Closes the form and waits until it is gone.</summary>
    internal static async Task CloseAsync(IPage page, string button = "ok")
    {
        await page.Locator($"#node-dialog-{button}").ClickAsync();
        await page.Locator("#node-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>Presses Deploy and waits until Node-RED has taken the flows.</summary>
    internal static async Task DeployAsync(IPage page)
    {
        var deployed = page.EvaluateAsync("() => new Promise(done => RED.events.on('deploy', done))");
        await page.Locator("#red-ui-header-button-deploy").ClickAsync();
        await deployed;
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

        await NodeRed.StopSharedAsync();
    }

    private static async Task<(IPlaywright, IBrowserContext)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await (await Browser.LaunchAsync(playwright)).NewContextAsync());
    }
}
