using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Sandbox;
using Microsoft.Playwright;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>What a person does in the editor, in a real browser. The pictures go to the test's output.</summary>
[Platform(Include = "Linux", Reason = "Node-RED's processes are watched through /proc.")]
[Category("Slow")]
public sealed class BrowserTests
{
    private readonly List<string> _errors = [];
    private IPage _page = null!;
    private SandboxServer _sandbox = null!;
    private NodeRed _red = null!;

    private static string Pictures => Directory.CreateDirectory(Path.Combine(TestContext.CurrentContext.WorkDirectory, "pictures")).FullName;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(
            new SandboxOptions
            {
                SiteId = "test-site",
                ApiKey = "test-key",
                AppApiKey = "app-key",
            }
        );
        _red = await NodeRed.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_red is not null)
        {
            await _red.DisposeAsync();
            await _sandbox.DisposeAsync();
        }
    }

    [SetUp]
    public async Task OpenAsync()
    {
        _sandbox.Reset();
        _errors.Clear();
        _page = await Editors.NewPageAsync(900);
        _page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _errors.Add(message.Text);
            }
        };
        _page.PageError += (_, error) => _errors.Add(error);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            await TakeAsync($"failed-{TestContext.CurrentContext.Test.MethodName}");
        }

        await _page.CloseAsync();
    }

    [Test]
    public async Task Palette_Opened_ShowsEveryActionUnderTheConnectorsName()
    {
        await _red.DeployAsync([
            new JObject
            {
                ["id"] = "tab",
                ["type"] = "tab",
                ["label"] = "Test",
            },
        ]);
        await EditorAsync();

        var groups = _page.Locator(".red-ui-palette-category", new() { HasText = "Customer.io" });
        await groups.First.ScrollIntoViewIfNeededAsync();
        var types = await groups.Locator(".red-ui-palette-node").EvaluateAllAsync<string[]>("nodes => nodes.map(n => n.dataset.paletteType)");
        Assert.Multiple(() =>
        {
            Assert.That(
                types,
                Is.EquivalentTo(
                    Catalogue
                        .Embedded.Ids.Concat(Catalogue.Embedded.Triggers.Select(t => t.Id))
                        .Concat(Catalogue.Embedded.Jobs.Select(j => j.Id))
                        .Select(id => $"customerio-{id}")
                )
            );
            Assert.That(types[0], Is.EqualTo("customerio-identify"));
            Assert.That(_errors, Is.Empty);
        });
        Assert.That(
            await groups.Locator(".red-ui-palette-header").AllInnerTextsAsync(),
            Is.EqualTo(((string[])["People", "Events", "Messages", "Segments", "Objects", "Data and jobs"]).Select(area => $"Customer.io {area}"))
        );
        await TakeAsync("palette");

        var search = _page.Locator("#red-ui-palette-search input");
        foreach (
            var (word, type) in new[]
            {
                ("create", "identify"),
                ("update", "identify"),
                ("upsert", "identify"),
                ("delete", "destroy"),
                ("person", "get-person"),
                ("user", "identify"),
                ("contact", "identify"),
                ("e-mail", "send-email"),
            }
        )
        {
            await search.FillAsync("");
            await search.PressSequentiallyAsync(word);
            await _page.Locator($".red-ui-palette-node[data-palette-type='customerio-{type}']").WaitForAsync();
            await _page.Locator(".red-ui-palette-node[data-palette-type='customerio-raw-request']").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        }

        await TakeAsync("palette-e-mail");
    }

    [Test]
    public async Task Person_DragsFillsDeploysAndInjects_SeesThePersonInCustomerIo()
    {
        await _red.DeployAsync([
            new JObject
            {
                ["id"] = "tab",
                ["type"] = "tab",
                ["label"] = "Welcome",
            },
            new JObject
            {
                ["id"] = "start",
                ["type"] = "inject",
                ["z"] = "tab",
                ["name"] = "Start",
                ["x"] = 140,
                ["y"] = 120,
                ["wires"] = new JArray(),
                ["props"] = new JArray(new JObject { ["p"] = "payload" }),
                ["payload"] = "{\"city\":\"London\"}",
                ["payloadType"] = "json",
                ["repeat"] = "",
                ["crontab"] = "",
                ["once"] = false,
                ["onceDelay"] = 0.1,
                ["topic"] = "",
            },
        ]);
        await EditorAsync();

        // Palette to canvas, then a wire from Start to it.
        var identify = _page.Locator(".red-ui-palette-node[data-palette-type='customerio-identify']");
        await identify.ScrollIntoViewIfNeededAsync();
        var canvas = (await _page.Locator("#red-ui-workspace-chart").BoundingBoxAsync())!;
        await DragAsync(Middle((await identify.BoundingBoxAsync())!), (canvas.X + 380, canvas.Y + 120));
        var node = _page.Locator(".red-ui-flow-node-group", new() { HasText = "Identify" });
        await node.WaitForAsync();
        var start = _page.Locator(".red-ui-flow-node-group", new() { HasText = "Start" });
        await DragAsync(
            Middle((await start.Locator(".red-ui-flow-port-output").BoundingBoxAsync())!),
            Middle((await node.Locator(".red-ui-flow-port-input").BoundingBoxAsync())!)
        );

        // The form.
        await node.DblClickAsync();
        await _page.Locator("#node-input-p_id").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.That(await _page.Locator("details.cio-advanced[open]").CountAsync(), Is.Zero, "advanced inputs are folded");
        await ValueOf("p_id").FillAsync("ada@example.com");
        await _page.GetByText("add a row").First.ClickAsync();
        await RowAsync(0, "name", "Ada");
        await _page.GetByText("add a row").First.ClickAsync();
        await RowAsync(1, "city", "payload.city", "msg.");
        await _page.GetByText("add a row").First.ClickAsync();
        await RowAsync(2, "logins", "3", "number");
        await _page.GetByText("add a row").First.ClickAsync();
        await RowAsync(3, "seen_at", "", "date");

        // The connection, made from within the form.
        await _page.Locator("#node-input-btn-connection-add, #node-input-lookup-connection").First.ClickAsync();
        await _page.Locator("#node-config-input-siteId").FillAsync("test-site");
        await _page.Locator("#node-config-input-name").FillAsync("Production");
        await _page.Locator("#node-config-input-apiKey").FillAsync("test-key");
        await _page.Locator(".cio-connection summary").ClickAsync();
        await _page.Locator("#node-config-input-baseUrl").FillAsync(_sandbox.Url.ToString().TrimEnd('/'));
        await _page.Locator("#cio-check").ClickAsync();
        await _page.Locator("#cio-check-result .cio-good", new()).First.WaitForAsync();
        await TakeAsync("connection");
        await _page.Locator("#node-config-dialog-ok").ClickAsync();
        await _page.Locator("#node-config-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await TakeAsync("form");
        await _page.Locator("#node-dialog-ok").ClickAsync();
        await DeployAsync();

        // Test connection, now that it is deployed.
        await node.DblClickAsync();
        await _page.Locator("#node-input-lookup-connection, #node-input-btn-connection-edit").First.ClickAsync();
        await _page.Locator("#cio-check").ScrollIntoViewIfNeededAsync();
        await _page.Locator("#cio-check").ClickAsync();
        await _page.Locator("#cio-check-result .cio-good").First.WaitForAsync();
        Assert.That(await _page.Locator("#cio-check-result").InnerTextAsync(), Does.Contain("Track API:").And.Contain("Region: US"));
        await TakeAsync("connection-tested");
        await _page.Locator("#node-config-dialog-cancel").ClickAsync();
        await _page.Locator("#node-config-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // What was entered comes back as it was.
        Assert.That(await ValueOf("p_id").InputValueAsync(), Is.EqualTo("ada@example.com"));
        Assert.That(
            await _page.Locator(".cio-key").EvaluateAllAsync<string[]>("keys => keys.map(k => k.value)"),
            Is.EqualTo(new[] { "name", "city", "logins", "seen_at" })
        );
        await _page.Locator("#node-dialog-cancel").ClickAsync();
        await _page.Locator("#node-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await start.Locator(".red-ui-flow-node-button-button").ClickAsync();
        await _page.Locator(".red-ui-flow-node-status-label", new() { HasTextRegex = new("^ok, ") }).WaitForAsync();
        await TakeAsync("flow");

        var person = _sandbox.Person("ada@example.com")!["attributes"]!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)person["name"], Is.EqualTo("Ada"));
            Assert.That((string?)person["city"], Is.EqualTo("London"));
            Assert.That((long?)person["logins"], Is.EqualTo(3));
            Assert.That((long?)person["seen_at"], Is.GreaterThan(1_700_000_000));
        });
        await _page.GotoAsync(_sandbox.Url.ToString());
        await _page.GetByText("ada@example.com").First.WaitForAsync();
        await TakeAsync("sandbox");
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Form_RequiredInputMissing_MarksTheNodeAndNamesIt()
    {
        await _red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "track", ("id", "str", "1")));
        await EditorAsync();
        var problems = await _page.EvaluateAsync<string>("RED.nodes.node('action').validationErrors.join('; ')");
        Assert.That(problems, Does.Contain("Event Name is required"));

        await _page.Locator(".red-ui-flow-node-group", new() { HasText = "Track" }).DblClickAsync();
        var label = _page.Locator("label[for='node-input-p_eventName']");
        Assert.That(await label.InnerTextAsync(), Is.EqualTo("Event Name *"));
        Assert.That(await _page.Locator("#cio-problem-eventName").InnerTextAsync(), Is.EqualTo("Event Name is required."));
        await ValueOf("p_eventName").FillAsync("bought");
        Assert.That(await _page.Locator("#cio-problem-eventName").InnerTextAsync(), Is.Empty);
        await _page.Locator(".cio-action summary").First.ClickAsync();
        await TakeAsync("form-advanced");
        await _page.Locator("#node-dialog-ok").ClickAsync();
        await _page.Locator("#node-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.That(await _page.EvaluateAsync<bool>("RED.nodes.node('action').valid"), Is.True);
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Trigger_EventsChosenByChannel_AreDeployedAndComeBack()
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = "app-key";
        await _red.DeployAsync(Flows.Trigger(connection));
        await EditorAsync();
        Assert.That(await _page.EvaluateAsync<string[]>("RED.nodes.filterNodes({}).filter(n => !n.valid).map(n => n.id + ' ' + n.validationErrors)"), Is.Empty);
        var trigger = _page.Locator(".red-ui-flow-node-group", new() { HasText = "On Customer.io" });
        Assert.That(
            (await trigger.Locator(".red-ui-flow-port-output").CountAsync(), await trigger.Locator(".red-ui-flow-port-input").CountAsync()),
            Is.EqualTo((2, 0))
        );

        await trigger.DblClickAsync();
        var groups = _page.Locator(".cio-events summary");
        await groups.First.WaitForAsync();
        Assert.That(await groups.CountAsync(), Is.EqualTo(Catalogue.Embedded.Triggers[0].Groups.Count));
        Assert.That(await _page.Locator("#cio-events-count").InnerTextAsync(), Is.EqualTo("all"));
        await groups.Filter(new() { HasText = "Slack" }).Locator("input").ClickAsync();
        await groups.Filter(new() { HasText = "Email" }).Locator("span").First.ClickAsync();
        await _page.GetByText("Email Delivered", new() { Exact = true }).ClickAsync();
        await _page.GetByText("Email Bounced", new() { Exact = true }).ClickAsync();
        await _page.Locator("#node-input-publicUrl").FillAsync(_red.Url.ToString());
        Assert.That(await _page.Locator("#cio-note-address").InnerTextAsync(), Is.EqualTo($"Address to give to Customer.io: {_red.Url}hook"));
        await TakeAsync("trigger");
        await _page.Locator("#node-dialog-ok").ClickAsync();
        await _page.Locator("#node-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await DeployAsync();
        await _page.Locator(".red-ui-flow-node-status-label", new() { HasText = "/hook, webhook 1" }).WaitForAsync();

        await trigger.DblClickAsync();
        await groups.First.WaitForAsync();
        Assert.That(
            await _page.Locator(".cio-event:checked").EvaluateAllAsync<string[]>("boxes => boxes.map(b => b.value)"),
            Is.EquivalentTo(
                (string[])
                    ["email_delivered", "email_bounced", .. Catalogue.Embedded.Triggers[0].Offered.Where(e => e.ObjectType == "slack").Select(e => e.Name)]
            )
        );
        Assert.That(await _page.Locator("#cio-events-count").InnerTextAsync(), Is.EqualTo("8 chosen"));
        await _page.Locator("#node-input-publicUrl").FillAsync("not an address");
        await TakeAsync("trigger-again");
        await _page.Locator("#node-dialog-cancel").ClickAsync();
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Examples_InTheEditor_AreValidFlows()
    {
        var flows = Flows.Example("Sign-up endpoint", _sandbox.Url);
        foreach (
            var node in ((string[])["Tour of the actions", "Round trip"])
                .SelectMany(name => Flows.Example(name, _sandbox.Url))
                .Where(n => (string?)n["type"] != "customerio-connection")
                .ToArray()
        )
        {
            flows.Add(node);
        }

        await _red.DeployAsync(flows);
        await EditorAsync();
        Assert.That(await _page.EvaluateAsync<string[]>("RED.nodes.filterNodes({}).filter(n => !n.valid).map(n => n.id + ' ' + n.validationErrors)"), Is.Empty);
        await _red.PostAsync("signup", JObject.Parse("""{"email": "ada@example.com", "name": "Ada", "plan": "pro"}"""));
        await _page.Locator(".red-ui-flow-node-status-label", new() { HasTextRegex = new("^ok, ") }).Nth(1).WaitForAsync();
        await TakeAsync("example-sign-up");
        await _page.GetByText("Tour of the actions").First.ClickAsync();
        await _red.InjectAsync("customerio-tour-start");
        await _page.Locator(".red-ui-flow-node-status-label", new() { HasText = "succeeded" }).WaitForAsync();
        await TakeAsync("example-tour");
        await _page.GetByText("Round trip").First.ClickAsync();
        await _page.Locator(".red-ui-flow-node-group", new() { HasText = "Back again" }).WaitForAsync();
        await TakeAsync("example-round-trip");
        await _page.GotoAsync(_sandbox.Url.ToString());
        await _page.GetByText("ada@example.com").First.WaitForAsync();
        await TakeAsync("example-sandbox");
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Segment_IsChosenFromTheWorkspaceOrTyped_AndARefusedKeySaysSo()
    {
        using (var app = new HttpClient { BaseAddress = _sandbox.Url, DefaultRequestHeaders = { Authorization = new("Bearer", "app-key") } })
        {
            using var created = await app.PostAsync(
                "v1/segments",
                new StringContent("""{"segment":{"name":"VIPs"}}""", System.Text.Encoding.UTF8, "application/json")
            );
            created.EnsureSuccessStatusCode();
        }

        await _red.DeployAsync(AddToSegment("app-key"));
        await EditorAsync();
        var row = await SegmentAsync();
        await row.Locator(".red-ui-typedInput-option-expand").ClickAsync();
        await TakeAsync("drop-down");
        await _page.GetByText("VIPs (").ClickAsync();
        Assert.That(await row.Locator(".red-ui-typedInput-input").First.InputValueAsync(), Is.EqualTo("1"));
        Assert.That(await row.Locator(".cio-note").InnerTextAsync(), Does.StartWith("VIPs ("));
        await TakeAsync("drop-down-chosen");
        await row.Locator(".red-ui-typedInput-input").First.FillAsync("any other name");
        await _page.Locator("#node-dialog-ok").ClickAsync();
        await _page.Locator("#node-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await _red.DeployAsync(AddToSegment("another-key"));
        await EditorAsync();
        row = await SegmentAsync();
        await row.Locator(".red-ui-typedInput-option-expand").ClickAsync();
        await _page.GetByText("Customer.io refused the App API key (401)").WaitForAsync();
    }

    [Test]
    public async Task Import_Examples_AreListed()
    {
        var list = await _red.Http.GetStringAsync("library/examples/flows/@customerio-connector/node-red");
        Assert.That(list, Does.Contain("Sign-up endpoint").And.Contain("Tour of the actions").And.Contain("Round trip").And.Contain("Event stream"));
    }

    [Test]
    public async Task SendEmail_OwnContentTypedAsItIs_IsShownByTryItAndSentOnlyAfterAConfirmation()
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = "app-key";
        await _red.DeployAsync(Flows.Endpoint(connection, "identify", ("id", "str", "1")));
        await EditorAsync();

        // A new node takes the only connection there is.
        var canvas = (await _page.Locator("#red-ui-workspace-chart").BoundingBoxAsync())!;
        var palette = _page.Locator(".red-ui-palette-node[data-palette-type='customerio-send-email']");
        await palette.ScrollIntoViewIfNeededAsync();
        await DragAsync(Middle((await palette.BoundingBoxAsync())!), (canvas.X + 300, canvas.Y + 300));
        await _page.Locator(".red-ui-flow-node-group", new() { HasText = "Send Email" }).DblClickAsync();
        await _page.Locator("#node-input-p_body").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await _page.WaitForTimeoutAsync(400);
        Assert.That(await _page.Locator("#node-input-connection").InputValueAsync(), Is.EqualTo(Flows.Connection));
        await TakeAsync("send-email-template");
        await _page.Locator("#cio-content").SelectOptionAsync("own");
        Assert.That(await _page.Locator("#cio-problem-body").InnerTextAsync(), Is.EqualTo("Body is required."));
        await ValueOf("p_id").FillAsync("1");
        await ValueOf("p_to").FillAsync("ada@example.com");
        await ValueOf("p_from").FillAsync("shop@example.com");
        await ValueOf("p_subject").FillAsync("Hello");
        await ValueOf("p_body").FillAsync("<p>Hello</p>");
        Assert.That(await _page.Locator(".cio-problem:not(:empty)").CountAsync(), Is.Zero);
        await TakeAsync("send-email-own");

        await _page.Locator("#cio-try").ClickAsync();
        await _page.Locator("#cio-try-real").WaitForAsync();
        await _page.Locator("#cio-try-real").ScrollIntoViewIfNeededAsync();
        Assert.That(
            await _page.Locator("#cio-try-result").InnerTextAsync(),
            Does.Contain("/v1/send/email").And.Contain("<p>Hello</p>").And.Not.Contain("app-key")
        );
        await TakeAsync("try-dry");
        Assert.That(_sandbox.Requests.Select(r => r.Path), Has.None.Contains("send/email"));
        _page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await _page.Locator("#cio-try-real").ClickAsync();
        await _page.GetByText("What goes on").WaitForAsync();
        await TakeAsync("try-real");
        Assert.That(_sandbox.Requests.Select(r => r.Path), Has.One.Contains("send/email"));
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task SearchPeople_ConditionsInRows_AreShownAsTheFilterTheyMake()
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = "app-key";
        await _red.DeployAsync(Flows.Endpoint(connection, "search-people"));
        await EditorAsync();
        await _page.Locator(".red-ui-flow-node-group", new() { HasText = "Search People" }).DblClickAsync();
        await _page.Locator("#node-input-p_filter").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await _page.WaitForTimeoutAsync(400);
        await _page.GetByText("add a condition").ClickAsync();
        await RowAsync(0, "plan", "pro");
        await _page.GetByText("add a condition").ClickAsync();
        await _page.Locator(".cio-operator").Nth(1).SelectOptionAsync("segment");
        await _page.Locator(".cio-row").Nth(1).Locator(".red-ui-typedInput-input").FillAsync("7");
        await _page.Locator("#cio-try").ClickAsync();
        await _page.Locator("#cio-try-result pre").First.WaitForAsync();
        var text = await _page.Locator("#cio-try-result pre").First.InnerTextAsync();
        await TakeAsync("conditions");
        Assert.That(
            JToken.Parse(text)["filter"],
            Is.EqualTo(JToken.Parse("""{"and":[{"attribute":{"field":"plan","operator":"eq","value":"pro"}},{"segment":{"id":7}}]}"""))
                .Using<JToken>(JToken.DeepEquals),
            text
        );
        Assert.That(_errors, Is.Empty);
    }

    private Task EditorAsync() => Editors.OpenAsync(_page, _red);

    /// <summary>Opens the form of Add To Segment; the row of its segment.</summary>
    private async Task<ILocator> SegmentAsync()
    {
        await _page.Locator(".red-ui-flow-node-group", new() { HasText = "Add To Segment" }).DblClickAsync();
        await _page.Locator("#node-input-p_segment").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await _page.WaitForTimeoutAsync(400);
        return _page.Locator(".form-row:has(#node-input-p_segment)").Last;
    }

    private JArray AddToSegment(string appApiKey)
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = appApiKey;
        return Flows.Endpoint(connection, "add-to-segment", ("segment", "str", "7"), ("ids", "json", """["1"]"""));
    }

    private ILocator ValueOf(string property) =>
        _page
            .Locator(
                $"#node-input-{property} + .red-ui-typedInput-container .red-ui-typedInput-input, "
                    + $".red-ui-typedInput-container:has(#node-input-{property}) .red-ui-typedInput-input"
            )
            .First;

    private async Task RowAsync(int index, string key, string value, string? type = null)
    {
        var row = _page.Locator(".cio-row").Nth(index);
        await row.Locator(".cio-key").FillAsync(key);
        if (type is not null)
        {
            await row.Locator(".red-ui-typedInput-type-select").ClickAsync();
            await _page.Locator(".red-ui-typedInput-options:visible a", new() { HasText = type }).First.ClickAsync();
        }

        if (value.Length > 0)
        {
            await row.Locator(".red-ui-typedInput-input").FillAsync(value);
        }
    }

    private async Task DeployAsync()
    {
        await _page.Locator("#red-ui-header-button-deploy").ClickAsync();
        await _page.GetByText("Successfully deployed").WaitForAsync();
    }

    private async Task DragAsync((double X, double Y) from, (double X, double Y) to)
    {
        await _page.Mouse.MoveAsync((float)from.X, (float)from.Y);
        await _page.Mouse.DownAsync();
        await _page.Mouse.MoveAsync((float)((from.X + to.X) / 2), (float)((from.Y + to.Y) / 2), new() { Steps = 8 });
        await _page.Mouse.MoveAsync((float)to.X, (float)to.Y, new() { Steps = 8 });
        await _page.Mouse.UpAsync();
    }

    private static (double X, double Y) Middle(LocatorBoundingBoxResult box) => (box.X + (box.Width / 2), box.Y + (box.Height / 2));

    private async Task TakeAsync(string name)
    {
        // Node-RED's dialogs slide in and out.
        await _page.WaitForTimeoutAsync(400);
        var file = Path.Combine(Pictures, $"{name}.png");
        await _page.ScreenshotAsync(new() { Path = file });
        TestContext.AddTestAttachment(file);
    }
}
