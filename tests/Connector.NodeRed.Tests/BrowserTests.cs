using System.Text.RegularExpressions;
using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Sandbox;
using Microsoft.Playwright;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>What a person does in the editor, in a real browser: one page for all tests, which loads the editor once.</summary>
[Platform(Include = "Linux", Reason = "Node-RED's processes are watched through /proc.")]
[Category("Slow")]
[NonParallelizable]
public sealed class BrowserTests
{
    // Inputs of every kind, also those that no action uses yet.
    private const string Inputs = """
        {
          "name": { "type": "string", "title": "Name", "description": "An input that has the name of a property of nodes.", "x-ui": { "editor": "text" } },
          "segment": { "type": "string", "title": "Segment", "description": "One of a list.", "x-ui": { "editor": "text", "options": "segments" } },
          "size": { "type": "integer", "title": "Size", "description": "A number.", "default": 5, "minimum": 1, "maximum": 9, "x-ui": { "editor": "number" } },
          "loud": { "type": "boolean", "title": "Loud", "description": "Yes or no.", "default": true, "x-ui": { "editor": "checkbox" } },
          "kind": { "type": "string", "title": "Kind", "description": "A choice.", "enum": ["a", "b"], "default": "a", "x-ui": { "editor": "choice",
          "labels": { "a": "The first", "b": "The second" } } },
          "pin": { "type": "string", "title": "Pin", "description": "A secret.", "x-ui": { "editor": "password" } },
          "body": { "type": ["object", "string"], "title": "Body", "description": "Some JSON </script><b>.", "x-ui": { "editor": "code" } },
          "tags": { "type": "array", "title": "Tags", "description": "A list.", "x-ui": { "editor": "list" } },
          "at": { "type": ["string", "number"], "title": "At", "description": "A time.", "x-ui": { "editor": "time", "group": "advanced" } }
        }
        """;

    private readonly List<string> _errors = [];
    private IPage? _open;
    private SandboxServer _sandbox = null!;
    private NodeRed _red = null!;

    private IPage Page => _open!;

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
        _red = await NodeRed.SharedAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await (_open?.CloseAsync() ?? Task.CompletedTask);
        if (_red is not null)
        {
            await _red.DeployAsync([]);
            await _sandbox.DisposeAsync();
        }
    }

    [SetUp]
    public void Reset()
    {
        _sandbox.Reset();
        _errors.Clear();
    }

    // A page that a test failed in may have a form open.
    [TearDown]
    public async Task LookAsync()
    {
        if (_open is not null && TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"failed-{TestContext.CurrentContext.Test.MethodName}.png");
            await Page.ScreenshotAsync(new() { Path = file });
            TestContext.AddTestAttachment(file);
            await Page.CloseAsync();
            _open = null;
        }
    }

    [Test]
    public async Task OlderFlow_ThatSaysNothingOfItsOutput_MeansThePayloadAsItDid()
    {
        await ShowAsync(Flows.Older("sign-up of 0.1", _sandbox.Url));
        Assert.That(await Page.EvaluateAsync<string[]>("RED.nodes.filterNodes({}).filter(n => !n.valid).map(n => n.id + ' ' + n.validationErrors)"), Is.Empty);
        var (_, answer) = await _red.PostAsync("signup", JObject.Parse("""{"email": "ada@example.com", "name": "Ada", "plan": "pro"}"""));
        Assert.That((string?)answer["welcome"], Is.EqualTo("ada@example.com"), answer.ToString());

        await Editors.EditAsync(Page, "customerio-signup-identify");
        Assert.That(await Page.Locator("#node-input-output").InputValueAsync(), Is.EqualTo("payload"));
        await Editors.CloseAsync(Page);
        var saved = JObject.Parse(
            await Page.EvaluateAsync<string>("JSON.stringify(RED.nodes.node('customerio-signup-identify'), ['output', 'p_id', 'p_id_t'])")
        );
        Assert.That(saved, Is.EqualTo(JObject.Parse("""{"output": "payload", "p_id": "form.email", "p_id_t": "msg"}""")).Using<JToken>(JToken.DeepEquals));
        Assert.That(
            await Page.EvaluateAsync<string[]>("['identify', 'get-person'].map(id => RED.nodes.getType('customerio-' + id).defaults.output.value)"),
            Is.EqualTo(new[] { "result", "payload" }),
            "of a new node that writes, and of one that reads"
        );
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Palette_Opened_ShowsEveryActionUnderTheConnectorsName()
    {
        await ShowAsync([
            new JObject
            {
                ["id"] = "tab",
                ["type"] = "tab",
                ["label"] = "Test",
            },
        ]);

        var groups = Page.Locator("#red-ui-palette-container .red-ui-palette-category", new() { HasText = "Customer.io" });
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

        var search = Page.Locator("#red-ui-palette-search input");
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
            await FindAsync(word);
            await Page.Locator($".red-ui-palette-node[data-palette-type='customerio-{type}']").WaitForAsync();
            await Page.Locator(".red-ui-palette-node[data-palette-type='customerio-raw-request']").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        }

        await FindAsync("");
        await Page.Locator(".red-ui-palette-node[data-palette-type='customerio-raw-request']").WaitForAsync();

        async Task FindAsync(string words)
        {
            await search.FillAsync(words);
            await search.PressAsync("End");
        }
    }

    [Test]
    public async Task Person_DragsFillsDeploysAndInjects_SeesThePersonInCustomerIo()
    {
        await ShowAsync([
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

        // Palette to canvas, then a wire from Start to it.
        var identify = Page.Locator(".red-ui-palette-node[data-palette-type='customerio-identify']");
        await identify.ScrollIntoViewIfNeededAsync();
        var canvas = (await Page.Locator("#red-ui-workspace-chart").BoundingBoxAsync())!;
        await DragAsync(Middle((await identify.BoundingBoxAsync())!), (canvas.X + 380, canvas.Y + 120));
        var node = Page.Locator(".red-ui-flow-node-group", new() { HasText = "Identify" });
        await node.WaitForAsync();
        var start = Page.Locator(".red-ui-flow-node-group", new() { HasText = "Start" });
        await DragAsync(
            Middle((await start.Locator(".red-ui-flow-port-output").BoundingBoxAsync())!),
            Middle((await node.Locator(".red-ui-flow-port-input").BoundingBoxAsync())!)
        );

        // The form.
        await OpenAsync(node);
        Assert.That(await Page.Locator("details.cio-advanced[open]").CountAsync(), Is.Zero, "advanced inputs are folded");
        await ValueOf("p_id").FillAsync("ada@example.com");
        await RowAsync(0, "name", "Ada");
        await Page.GetByText("add a row").First.ClickAsync();
        await RowAsync(1, "city", "payload.city", "msg.");
        await Page.GetByText("add a row").First.ClickAsync();
        await RowAsync(2, "logins", "3", "number");
        await Page.GetByText("add a row").First.ClickAsync();
        await RowAsync(3, "seen_at", "", "date");

        // The connection, made from within the form.
        await Page.Locator("#node-input-btn-connection-add, #node-input-lookup-connection").First.ClickAsync();
        await Page.Locator("#node-config-input-siteId").FillAsync("test-site");
        await Page.Locator("#node-config-input-name").FillAsync("Production");
        await Page.Locator("#node-config-input-apiKey").FillAsync("test-key");
        await Page.Locator(".cio-connection summary").ClickAsync();
        await Page.Locator("#node-config-input-baseUrl").FillAsync(_sandbox.Url.ToString().TrimEnd('/'));
        await Page.Locator("#cio-check").ClickAsync();
        await Page.Locator("#cio-check-result .cio-good", new()).First.WaitForAsync();
        await Page.Locator("#node-config-dialog-ok").ClickAsync();
        await Page.Locator("#node-config-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Editors.CloseAsync(Page);
        await Editors.DeployAsync(Page);

        // Test connection, now that it is deployed.
        await OpenAsync(node);
        await Page.Locator("#node-input-lookup-connection, #node-input-btn-connection-edit").First.ClickAsync();
        await Page.Locator("#cio-check").ScrollIntoViewIfNeededAsync();
        await Page.Locator("#cio-check").ClickAsync();
        await Page.Locator("#cio-check-result .cio-good").First.WaitForAsync();
        Assert.That(await Page.Locator("#cio-check-result").InnerTextAsync(), Does.Contain("Track API:").And.Contain("Region: US"));
        await Page.Locator("#node-config-dialog-cancel").ClickAsync();
        await Page.Locator("#node-config-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // What was entered comes back as it was.
        Assert.That(await ValueOf("p_id").InputValueAsync(), Is.EqualTo("ada@example.com"));
        Assert.That(
            await Page.Locator("#cio-rows-customerData .cio-key").EvaluateAllAsync<string[]>("keys => keys.map(k => k.value)"),
            Is.EqualTo(new[] { "name", "city", "logins", "seen_at" })
        );
        await Editors.CloseAsync(Page, "cancel");

        await start.Locator(".red-ui-flow-node-button-button").ClickAsync();
        await Page.Locator(".red-ui-flow-node-status-label", new() { HasTextRegex = new("^ok, ") }).WaitForAsync();

        var person = _sandbox.Person("ada@example.com")!["attributes"]!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)person["name"], Is.EqualTo("Ada"));
            Assert.That((string?)person["city"], Is.EqualTo("London"));
            Assert.That((long?)person["logins"], Is.EqualTo(3));
            Assert.That((long?)person["seen_at"], Is.GreaterThan(1_700_000_000));
        });
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Form_RequiredInputMissing_MarksTheNodeAndNamesIt()
    {
        await ShowAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "track", ("id", "str", "1")));
        var problems = await Page.EvaluateAsync<string>("RED.nodes.node('action').validationErrors.join('; ')");
        Assert.That(problems, Does.Contain("Event Name is required"));

        await Editors.EditAsync(Page, "action");
        var label = Page.Locator("label[for='node-input-p_eventName']");
        Assert.That(await label.InnerTextAsync(), Is.EqualTo("Event Name *"));
        Assert.That(await Page.Locator("#cio-problem-eventName").InnerTextAsync(), Is.EqualTo("Event Name is required."));
        await ValueOf("p_eventName").FillAsync("bought");
        Assert.That(await Page.Locator("#cio-problem-eventName").InnerTextAsync(), Is.Empty);
        await Page.Locator(".cio-action summary").First.ClickAsync();
        await Editors.CloseAsync(Page);
        Assert.That(await Page.EvaluateAsync<bool>("RED.nodes.node('action').valid"), Is.True);
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Form_EveryKindOfEditor_GivesWhatWasEntered()
    {
        await MakeSegmentAsync("Everybody");
        await MakeSegmentAsync("Paying people");
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = "app-key";
        var flows = Flows.Endpoint(connection, "identify", ("id", "str", "1"), ("customerData", "msg", "payload"));
        await ShowAsync(flows);

        // Of a catalogue of the test's own: no code knows these inputs.
        var catalogue = Catalogue.FromFolder(Repository.Root);
        ((JObject)catalogue.Find("identify").Input["properties"]!).Merge(JObject.Parse(Inputs));
        var form = await DefineAsync(NodeRedFiles.Generate(catalogue));
        await Editors.ShowAsync(Page);

        await Editors.EditAsync(Page, "action");
        await Value("name").FillAsync("n");
        await Row("segment").Locator(".red-ui-typedInput-option-expand").ClickAsync();
        await Page.GetByText("Paying people").ClickAsync();
        await Value("size").FillAsync("7");
        await ChooseAsync("loud", "No");
        await ChooseAsync("kind", "The second");
        await Value("pin").FillAsync("s3cret");
        await Value("body").FillAsync("""{"a":[1,null]}""");
        await Row("tags").Locator(".cio-row .red-ui-typedInput-input").FillAsync("red");
        await Page.Locator(".cio-action summary").First.ClickAsync();
        await Value("at").FillAsync("2026-01-31");
        await Editors.CloseAsync(Page);

        var filled = await NodeAsync();
        Assert.That(filled["credentials"], Is.EqualTo(new JObject { ["s_pin"] = "s3cret" }).Using<JToken>(JToken.DeepEquals));
        Assert.That(
            await InputAsync(filled),
            Is.EqualTo(
                    JToken.Parse(
                        """
                        {"name": "n", "segment": "2", "size": 7, "loud": false, "kind": "b", "pin": "s3cret", "body": {"a": [1, null]}, "tags": ["red"],
                         "at": 1769817600, "id": "1", "customerData": {"x": {"y": 1}}}
                        """
                    )
                )
                .Using<JToken>(JToken.DeepEquals)
        );
        Assert.That(filled.ToString(), Does.Not.Contain("s3cret"), "what a flow is exported with");

        // Opened and closed again, as after a deployment, and emptied again.
        await Page.RouteAsync(
            "**/credentials/customerio-identify/action",
            route => route.FulfillAsync(new() { ContentType = "application/json", Body = """{"has_s_pin":true}""" })
        );
        await Page.EvaluateAsync("() => { delete RED.nodes.node('action').credentials; }");
        await Editors.EditAsync(Page, "action");
        Assert.That(await Value("segment").InputValueAsync(), Is.EqualTo("2"));
        Assert.That(await Page.Locator(".cio-advanced").First.GetAttributeAsync("open"), Is.Not.Null, "an advanced input that is set is not folded away");
        foreach (var input in new[] { "name", "segment", "size", "body", "at" })
        {
            await Value(input).FillAsync("");
        }

        await ChooseAsync("loud", "Default: Yes");
        await ChooseAsync("kind", "Default: The first");
        await Row("tags").Locator(".red-ui-editableList-item-remove").ClickAsync();
        await Editors.CloseAsync(Page);
        var emptied = await NodeAsync();
        Assert.That((string?)emptied["credentials"]?["s_pin"], Is.Null.Or.EqualTo("__PWRD__"), "the secret stays where it is kept");
        emptied["credentials"] = new JObject { ["s_pin"] = "s3cret" };
        Assert.That(((JObject)await InputAsync(emptied)).Properties().Select(p => p.Name), Is.EquivalentTo(new[] { "id", "pin", "customerData" }));
        Assert.That(_errors, Is.Empty);
        await DefineAsync(NodeRedFiles.Generate(Catalogue.Embedded));

        ILocator Row(string input) => Page.Locator($".form-row:has(> #node-input-p_{input}), .form-row:has(#node-input-p_{input})").Last;
        ILocator Value(string input) => Row(input).Locator(".red-ui-typedInput-input").First;
        async Task ChooseAsync(string input, string option)
        {
            await Row(input).Locator(".red-ui-typedInput-option-trigger").First.ClickAsync();
            await Page.Locator(".red-ui-typedInput-options:visible a", new() { HasText = option }).First.ClickAsync();
        }

        async Task<JObject> NodeAsync() =>
            JObject.Parse(
                await Page.EvaluateAsync<string>("JSON.stringify(RED.nodes.createCompleteNodeSet({ credentials: true }).find(n => n.id === 'action'))")
            );
        async Task<JToken> InputAsync(JObject node)
        {
            var credentials = node["credentials"]!;
            node.Remove("credentials");
            return (await FieldTests.WalkAsync([(form, node, credentials)])).Single()["input"]!;
        }
    }

    /// <summary>Has the open editor load a package's model, and its Identify anew; the form of that.</summary>
    private async Task<JObject> DefineAsync(IEnumerable<(string Path, string Content)> package)
    {
        var files = package.ToDictionary(f => f.Path, f => f.Content);
        var registered = Regex.Match(files["customerio.html"], @"customerIo\.define\('customerio-identify'.*?\n\}\)\);", RegexOptions.Singleline);
        Assert.That(registered.Success);
        await Page.AddScriptTagAsync(new() { Content = files["resources/model.js"] + registered.Value });
        return Flows.Model(files["resources/model.js"])["actions"]!.Cast<JObject>().Single(a => (string?)a["id"] == "identify");
    }

    [Test]
    public async Task Trigger_EventsChosenByChannel_AreDeployedAndComeBack()
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = "app-key";
        await ShowAsync(Flows.Trigger(connection));
        Assert.That(await Page.EvaluateAsync<string[]>("RED.nodes.filterNodes({}).filter(n => !n.valid).map(n => n.id + ' ' + n.validationErrors)"), Is.Empty);
        var trigger = Page.Locator(".red-ui-flow-node-group", new() { HasText = "On Customer.io" });
        Assert.That(
            (await trigger.Locator(".red-ui-flow-port-output").CountAsync(), await trigger.Locator(".red-ui-flow-port-input").CountAsync()),
            Is.EqualTo((2, 0))
        );

        await Editors.EditAsync(Page, "trigger");
        var groups = Page.Locator(".cio-events summary");
        await groups.First.WaitForAsync();
        Assert.That(await groups.CountAsync(), Is.EqualTo(Catalogue.Embedded.Triggers[0].Groups.Count));
        Assert.That(await Page.Locator("#cio-events-count").InnerTextAsync(), Is.EqualTo("all"));
        await groups.Filter(new() { HasText = "Slack" }).Locator("input").ClickAsync();
        await groups.Filter(new() { HasText = "Email" }).Locator("span").First.ClickAsync();
        await Page.GetByText("Email Delivered", new() { Exact = true }).ClickAsync();
        await Page.GetByText("Email Bounced", new() { Exact = true }).ClickAsync();
        await Page.Locator("#node-input-publicUrl").FillAsync(_red.Url.ToString());
        Assert.That(await Page.Locator("#cio-note-address").InnerTextAsync(), Is.EqualTo($"Address to give to Customer.io: {_red.Url}hook"));
        await Editors.CloseAsync(Page);
        await Editors.DeployAsync(Page);
        await Page.Locator(".red-ui-flow-node-status-label", new() { HasText = "/hook, webhook 1" }).WaitForAsync();

        await Editors.EditAsync(Page, "trigger");
        await groups.First.WaitForAsync();
        Assert.That(
            await Page.Locator(".cio-event:checked").EvaluateAllAsync<string[]>("boxes => boxes.map(b => b.value)"),
            Is.EquivalentTo(
                (string[])
                    ["email_delivered", "email_bounced", .. Catalogue.Embedded.Triggers[0].Offered.Where(e => e.ObjectType == "slack").Select(e => e.Name)]
            )
        );
        Assert.That(await Page.Locator("#cio-events-count").InnerTextAsync(), Is.EqualTo("8 chosen"));
        await Page.Locator("#node-input-publicUrl").FillAsync("not an address");
        await Editors.CloseAsync(Page, "cancel");
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Examples_InTheEditor_AreValidFlows()
    {
        var flows = Flows.Example("Sign-up endpoint", _sandbox.Url);
        foreach (
            var node in Repo
                .Examples.Where(name => name != "Sign-up endpoint")
                .SelectMany(name => Flows.Example(name, _sandbox.Url))
                .Where(n => (string?)n["type"] != "customerio-connection")
                .ToArray()
        )
        {
            flows.Add(node);
        }

        await ShowAsync(flows);
        Assert.That(await Page.EvaluateAsync<string[]>("RED.nodes.filterNodes({}).filter(n => !n.valid).map(n => n.id + ' ' + n.validationErrors)"), Is.Empty);
        await _red.PostAsync("signup", JObject.Parse("""{"email": "ada@example.com", "name": "Ada", "plan": "pro"}"""));
        await Page.Locator(".red-ui-flow-node-status-label", new() { HasTextRegex = new("^ok, ") }).Nth(1).WaitForAsync();
        await Page.EvaluateAsync("RED.workspaces.show('customerio-tour')");
        await _red.InjectAsync("customerio-tour-start");
        await Page.Locator(".red-ui-flow-node-status-label", new() { HasText = "succeeded" }).WaitForAsync();
        await Page.EvaluateAsync("RED.workspaces.show('customerio-round-trip')");
        await Page.Locator(".red-ui-flow-node-group", new() { HasText = "Back again" }).WaitForAsync();
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task Segment_IsChosenFromTheWorkspaceOrTyped_AndARefusedKeySaysSo()
    {
        await MakeSegmentAsync("VIPs");
        await ShowAsync(AddToSegment("app-key"));
        var row = await SegmentAsync();
        await row.Locator(".red-ui-typedInput-option-expand").ClickAsync();
        await Page.GetByText("VIPs (").ClickAsync();
        Assert.That(await row.Locator(".red-ui-typedInput-input").First.InputValueAsync(), Is.EqualTo("1"));
        Assert.That(await row.Locator(".cio-note").InnerTextAsync(), Does.StartWith("VIPs ("));
        await row.Locator(".red-ui-typedInput-input").First.FillAsync("any other name");
        await Editors.CloseAsync(Page);

        await ShowAsync(AddToSegment("another-key"));
        row = await SegmentAsync();
        await row.Locator(".red-ui-typedInput-option-expand").ClickAsync();
        await Page.GetByText("Customer.io refused the App API key (401)").WaitForAsync();
        await Editors.CloseAsync(Page, "cancel");
    }

    [Test]
    public async Task Import_Examples_AreListed()
    {
        var list = await _red.Http.GetStringAsync("library/examples/flows/@customerio-connector/node-red");
        Assert.That(Repo.Examples, Has.Length.AtLeast(10).And.All.Matches<string>(name => list.Contains($"\"{name}\"", StringComparison.Ordinal)), list);
    }

    [Test]
    public async Task SendEmail_OwnContentTypedAsItIs_IsShownByTryItAndSentOnlyAfterAConfirmation()
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = "app-key";
        await ShowAsync(Flows.Endpoint(connection, "identify", ("id", "str", "1")));

        // A new node takes the only connection there is.
        var canvas = (await Page.Locator("#red-ui-workspace-chart").BoundingBoxAsync())!;
        var palette = Page.Locator(".red-ui-palette-node[data-palette-type='customerio-send-email']");
        await palette.ScrollIntoViewIfNeededAsync();
        await DragAsync(Middle((await palette.BoundingBoxAsync())!), (canvas.X + 300, canvas.Y + 300));
        await OpenAsync(Page.Locator(".red-ui-flow-node-group", new() { HasText = "Send Email" }));
        Assert.That(await Page.Locator("#node-input-connection").InputValueAsync(), Is.EqualTo(Flows.Connection));
        await Page.Locator("#cio-content").SelectOptionAsync("own");
        Assert.That(await Page.Locator("#cio-problem-body").InnerTextAsync(), Is.EqualTo("Body is required."));
        await ValueOf("p_id").FillAsync("1");
        await ValueOf("p_to").FillAsync("ada@example.com");
        await ValueOf("p_from").FillAsync("shop@example.com");
        await ValueOf("p_subject").FillAsync("Hello");
        await ValueOf("p_body").FillAsync("<p>Hello</p>");
        Assert.That(await Page.Locator(".cio-problem:not(:empty)").CountAsync(), Is.Zero);

        await Page.Locator("#cio-try").ClickAsync();
        await Page.Locator("#cio-try-real").WaitForAsync();
        await Page.Locator("#cio-try-real").ScrollIntoViewIfNeededAsync();
        Assert.That(
            await Page.Locator("#cio-try-result").InnerTextAsync(),
            Does.Contain("/v1/send/email").And.Contain("<p>Hello</p>").And.Not.Contain("app-key")
        );
        Assert.That(_sandbox.Requests.Select(r => r.Path), Has.None.Contains("send/email"));
        Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await Page.Locator("#cio-try-real").ClickAsync();
        await Page.GetByText("What goes on").WaitForAsync();
        Assert.That(_sandbox.Requests.Select(r => r.Path), Has.One.Contains("send/email"));
        await Editors.CloseAsync(Page, "cancel");
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public async Task SearchPeople_ConditionsInRows_AreShownAsTheFilterTheyMake()
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = "app-key";
        await ShowAsync(Flows.Endpoint(connection, "search-people"));
        await Editors.EditAsync(Page, "action");
        await RowAsync(0, "plan", "pro");
        await Page.GetByText("add a condition").ClickAsync();
        await Page.Locator(".cio-operator").Nth(1).SelectOptionAsync("segment");
        await Page.Locator(".cio-row").Nth(1).Locator(".red-ui-typedInput-input").FillAsync("7");
        await Page.Locator("#cio-try").ClickAsync();
        await Page.Locator("#cio-try-result pre").First.WaitForAsync();
        var text = await Page.Locator("#cio-try-result pre").First.InnerTextAsync();
        await Editors.CloseAsync(Page, "cancel");
        Assert.That(
            JToken.Parse(text)["filter"],
            Is.EqualTo(JToken.Parse("""{"and":[{"attribute":{"field":"plan","operator":"eq","value":"pro"}},{"segment":{"id":7}}]}"""))
                .Using<JToken>(JToken.DeepEquals),
            text
        );
        Assert.That(_errors, Is.Empty);
    }

    /// <summary>Deploys flows, and shows them in the editor that is open.</summary>
    private async Task ShowAsync(JArray flows)
    {
        await _red.DeployAsync(flows);
        _open ??= await Editors.OpenAsync(_red, _errors);
        await Editors.ShowAsync(Page);
    }

    // Two clicks are a double click only when the machine is fast enough.
    private async Task OpenAsync(ILocator node)
    {
        await node.ClickAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Editors.FormAsync(Page);
    }

    /// <summary>Opens the form of Add To Segment; the row of its segment.</summary>
    private async Task<ILocator> SegmentAsync()
    {
        await Editors.EditAsync(Page, "action");
        return Page.Locator(".form-row:has(#node-input-p_segment)").Last;
    }

    private async Task MakeSegmentAsync(string name)
    {
        using var app = new HttpClient { BaseAddress = _sandbox.Url, DefaultRequestHeaders = { Authorization = new("Bearer", "app-key") } };
        using var body = new StringContent($$$"""{"segment":{"name":"{{{name}}}"}}""", System.Text.Encoding.UTF8, "application/json");
        using var created = await app.PostAsync("v1/segments", body);
        created.EnsureSuccessStatusCode();
    }

    private JArray AddToSegment(string appApiKey)
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = appApiKey;
        return Flows.Endpoint(connection, "add-to-segment", ("segment", "str", "7"), ("ids", "json", """["1"]"""));
    }

    private ILocator ValueOf(string property) =>
        Page.Locator(
            $"#node-input-{property} + .red-ui-typedInput-container .red-ui-typedInput-input, "
                + $".red-ui-typedInput-container:has(#node-input-{property}) .red-ui-typedInput-input"
        ).First;

    private async Task RowAsync(int index, string key, string value, string? type = null)
    {
        var row = Page.Locator(".cio-row").Nth(index);
        await row.Locator(".cio-key").FillAsync(key);
        if (type is not null)
        {
            await row.Locator(".red-ui-typedInput-type-select").ClickAsync();
            await Page.Locator(".red-ui-typedInput-options:visible a", new() { HasText = type }).First.ClickAsync();
        }

        if (value.Length > 0)
        {
            await row.Locator(".red-ui-typedInput-input").FillAsync(value);
        }
    }

    private async Task DragAsync((double X, double Y) from, (double X, double Y) to)
    {
        await Page.Mouse.MoveAsync((float)from.X, (float)from.Y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync((float)((from.X + to.X) / 2), (float)((from.Y + to.Y) / 2), new() { Steps = 3 });
        await Page.Mouse.MoveAsync((float)to.X, (float)to.Y, new() { Steps = 3 });
        await Page.Mouse.UpAsync();
    }

    private static (double X, double Y) Middle(LocatorBoundingBoxResult box) => (box.X + (box.Width / 2), box.Y + (box.Height / 2));
}
