using System.Net;
using System.Text;
using Microsoft.Playwright;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>
/// How palette and forms look in this Node-RED and the next, in light themes and dark ones: no error in the browser, and text that can be read.
/// The pictures stand on one sheet to look at.
/// </summary>
/// <remarks><c>CUSTOMERIO_LOOKS=1 dotnet test tests/Connector.NodeRed.Tests --filter LooksTests</c>, then open <c>artifacts/looks/index.html</c>.</remarks>
[Platform(Include = "Linux", Reason = "Node-RED's processes are watched through /proc.")]
[Category("Slow")]
[NonParallelizable]
public sealed class LooksTests
{
    private const string Switch = "CUSTOMERIO_LOOKS";
    private const string Theme = "@node-red-contrib-themes/theme-collection";

    // Of each type one, with the values that a new node has.
    private const string PlaceAll = """
        types => RED.nodes.import(types.map((type, i) => {
            const node = { id: 'n' + i, type, z: 'tab', x: 150 + 230 * (i % 6), y: 60 + 50 * Math.floor(i / 6), wires: [] };
            for (const [name, its] of Object.entries(RED.nodes.getType(type).defaults)) {
                node[name] = its.value === undefined ? '' : JSON.parse(JSON.stringify(its.value));
            }
            return { ...node, connection: 'customerio-example-connection' };
        }))
        """;

    // What of the texts that can be seen has less contrast than 4.5 to what is behind it.
    private const string Faint = """
        places => {
            const parts = color => (color.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number).map((n, i) => (color.startsWith('color(') && i < 3 ? 255 * n : n));
            const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
            const weigh = color => light(color).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
            const behind = element => {
                for (let e = element; e; e = e.parentElement) {
                    const color = parts(getComputedStyle(e).backgroundColor);
                    if (color.length < 4 || color[3] > 0.5) {
                        return color;
                    }
                }
                return [255, 255, 255];
            };
            return $(places).filter(':visible').toArray().filter(e => e.textContent.trim() !== '').flatMap(e => {
                const [a, b] = [weigh(parts(getComputedStyle(e).color)), weigh(behind(e))].sort((x, y) => y - x);
                const contrast = (a + 0.05) / (b + 0.05);
                return contrast < 4.5 ? [`${e.className || e.tagName} "${e.textContent.trim().slice(0, 40)}" ${contrast.toFixed(1)}`] : [];
            });
        }
        """;

    private const string IsDark = "() => Math.max(...getComputedStyle($('#red-ui-palette')[0]).backgroundColor.match(/[0-9]+/g).slice(0, 3)) < 128";

    // Opened beside every sixteenth.
    private static readonly string[] s_most = ["customerio-send-email", "customerio-search-people", "customerio-run-import", "customerio-reporting-event"];

    private static readonly StringBuilder s_sheet = new();

    private static string Folder => Path.Combine(Repository.Root, "artifacts", "looks");

    [OneTimeSetUp]
    public void Begin()
    {
        if (Environment.GetEnvironmentVariable(Switch) is null or "")
        {
            Assert.Ignore($"It takes minutes and installs another Node-RED, Node and themes from npm: set {Switch}=1 to run it, and look at {Folder}.");
        }

        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, true);
        }

        Directory.CreateDirectory(Folder);
    }

    [OneTimeTearDown]
    public void Write()
    {
        if (s_sheet.Length > 0)
        {
            File.WriteAllText(
                Path.Combine(Folder, "index.html"),
                "<!doctype html><meta charset=\"utf-8\"><title>How it looks</title><style>body{font:14px sans-serif;columns:4 420px;margin:16px}"
                    + "h2{column-span:all}figure{break-inside:avoid;margin:0 0 16px}img{max-width:100%;border:1px solid #999}</style>\n"
                    + s_sheet
            );
        }
    }

    [TestCase("4", "")]
    [TestCase("4", "dracula")]
    [TestCase("5", "")]
    [TestCase("5", "dracula")]
    public async Task NodeRed_PaletteAndForms_OpenWithoutAnErrorAndCanBeRead(string version, string theme)
    {
        var name = $"Node-RED {version}{(theme.Length > 0 ? $", {theme} theme" : "")}";
        var others = await Installation.OthersAsync($"themes-4@npm:{Theme}@3.0.6", $"themes-5@npm:{Theme}@5.0.1");
        var folder = await Installation.NewUserFolderAsync();
        if (theme.Length > 0)
        {
            var link = Path.Combine(folder, "node_modules", Theme);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            Directory.CreateSymbolicLink(link, Path.Combine(others, $"themes-{version}"));
        }

        (string, string)? other = version == "5" ? await Installation.NextAsync() : null;
        await using var red = await NodeRed.StartAsync(theme.Length > 0 ? new() { ["TEST_THEME"] = theme } : [], folder, other);
        await red.DeployAsync([Tab(), Flows.ConnectionNode(null)]);
        var errors = new List<string>();
        var page = await Editors.OpenAsync(red, errors);
        Chapter(name);
        Assert.That(await page.EvaluateAsync<bool>(IsDark), Is.EqualTo(theme.Length > 0), "whether the theme is dark");

        await page.EvaluateAsync("() => $('#red-ui-palette-container .red-ui-palette-category').not(':contains(Customer.io)').hide()");
        await page.SetViewportSizeAsync(1440, 4600);
        await ShootAsync(page.Locator("#red-ui-palette-container"), name, "palette");
        var types = await page.EvaluateAsync<string[]>(
            "RED.nodes.registry.getNodeTypes().filter(type => type.startsWith('customerio-') && type !== 'customerio-connection')"
        );
        await page.EvaluateAsync(PlaceAll, types);
        await page.EvaluateAsync("() => RED.view.redraw(true)");
        await page.SetViewportSizeAsync(1900, 1200);
        await ShootAsync(page.Locator("#red-ui-workspace"), name, "nodes");
        var faint = new List<string>(await page.EvaluateAsync<string[]>(Faint, "[data-palette-type^=customerio] .red-ui-palette-label"));
        await page.SetViewportSizeAsync(1440, 3600);
        foreach (var (at, type) in types.Index().Where(t => t.Index % 16 == 0 || s_most.Contains(t.Item)))
        {
            await Editors.EditAsync(page, $"n{at}");
            await page.EvaluateAsync("() => { $('.cio-form > details').prop('open', true); }");
            var texts = await page.EvaluateAsync<string[]>(Faint, ".cio-form label, .cio-form .cio-help, .cio-form .cio-problem, .cio-form summary");
            faint.AddRange(texts.Select(text => $"{type}: {text}"));
            await ShootAsync(page.Locator(".cio-form"), name, type);
            await Editors.CloseAsync(page, "cancel");
        }

        await page.EvaluateAsync("() => RED.editor.editConfig('', 'customerio-connection', 'customerio-example-connection')");
        await page.Locator("#cio-check").WaitForAsync();
        await page.EvaluateAsync("() => { $('.cio-form > details').prop('open', true); }");
        await ShootAsync(page.Locator(".cio-connection"), name, "connection");
        await page.CloseAsync();
        Assert.That(errors, Is.Empty);
        Assert.That(faint.Distinct(), Is.Empty);
    }

    private static JObject Tab() =>
        new()
        {
            ["id"] = "tab",
            ["type"] = "tab",
            ["label"] = "All",
        };

    private static void Chapter(string name) => s_sheet.Append($"<h2>{WebUtility.HtmlEncode(name)}</h2>\n");

    private static async Task ShootAsync(ILocator what, string chapter, string name)
    {
        var file = $"{chapter} - {name}.png".Replace(' ', '_');
        await what.ScreenshotAsync(new() { Path = Path.Combine(Folder, file) });
        s_sheet.Append($"<figure><figcaption>{WebUtility.HtmlEncode(name)}</figcaption><img loading=\"lazy\" src=\"{Uri.EscapeDataString(file)}\"></figure>\n");
    }
}
