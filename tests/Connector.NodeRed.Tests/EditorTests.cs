using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Manifest;
using Microsoft.Playwright;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>Every editor a manifest can ask for, also those that no action uses yet: made, filled in, and seen at the runner.</summary>
[Platform(Include = "Linux", Reason = "The stand-in for the runner is a script.")]
[Category("Slow")]
public sealed class EditorTests
{
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

    [Test]
    public async Task Form_EveryKindOfEditor_SendsWhatWasEntered()
    {
        await using var red = await NodeRed.StartAsync(new() { ["CUSTOMERIO_RUNNER"] = Path.Combine(Repo.Node, "fake-runner.js") }, await UserFolderAsync());
        await red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(null), "identify", ("id", "str", "1"), ("customerData", "msg", "payload")));
        var page = await Editors.NewPageAsync(1400);
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        await Editors.OpenAsync(page, red);

        await OpenAsync(page);
        ILocator Row(string input) => page.Locator($".form-row:has(> #node-input-p_{input}), .form-row:has(#node-input-p_{input})").Last;
        ILocator Value(string input) => Row(input).Locator(".red-ui-typedInput-input").First;
        await Value("name").FillAsync("n");
        await Row("segment").Locator(".red-ui-typedInput-option-expand").ClickAsync();
        await page.GetByText("Paying people").ClickAsync();
        await Value("size").FillAsync("7");
        await ChooseAsync(page, Row("loud"), "No");
        await ChooseAsync(page, Row("kind"), "The second");
        await Value("pin").FillAsync("s3cret");
        await Value("body").FillAsync("""{"a":[1,null]}""");
        await Row("tags").GetByText("add an item").ClickAsync();
        await Row("tags").Locator(".cio-row .red-ui-typedInput-input").FillAsync("red");
        await page.Locator(".cio-action summary").First.ClickAsync();
        await Value("at").FillAsync("2026-01-31");
        await page.ScreenshotAsync(
            new() { Path = Path.Combine(Directory.CreateDirectory(Path.Combine(TestContext.CurrentContext.WorkDirectory, "pictures")).FullName, "editors.png") }
        );
        await CloseAndDeployAsync(page);

        var (_, filled) = await red.PostAsync("run", JObject.Parse("""{"x": {"y": 1}}"""));
        var expected = JObject.Parse(
            """
            {"name": "n", "segment": "7", "size": 7, "loud": false, "kind": "b", "pin": "s3cret", "body": {"a": [1, null]}, "tags": ["red"],
             "at": 1769817600, "id": "1", "customerData": {"x": {"y": 1}}}
            """
        );
        Assert.That(filled["payload"]?["arguments"], Is.EqualTo(expected).Using<JToken>(JToken.DeepEquals), filled.ToString());
        Assert.That(await File.ReadAllTextAsync(Path.Combine(red.Folder, "flows.json")), Does.Not.Contain("s3cret"));

        // Opened and closed again, and emptied again.
        await OpenAsync(page);
        Assert.That(await Value("segment").InputValueAsync(), Is.EqualTo("7"));
        Assert.That(await page.Locator(".cio-advanced").First.GetAttributeAsync("open"), Is.Not.Null, "an advanced input that is set is not folded away");
        foreach (var input in new[] { "name", "segment", "size", "body", "at" })
        {
            await Value(input).FillAsync("");
        }

        await ChooseAsync(page, Row("loud"), "Default: Yes");
        await ChooseAsync(page, Row("kind"), "Default: The first");
        await Row("tags").Locator(".red-ui-editableList-item-remove").ClickAsync();
        await CloseAndDeployAsync(page);
        var (_, emptied) = await red.PostAsync("run", new JObject());
        Assert.That(
            ((JObject)emptied["payload"]!["arguments"]!).Properties().Select(p => p.Name),
            Is.EquivalentTo(new[] { "id", "pin", "customerData" }),
            emptied.ToString()
        );
        Assert.That(errors, Is.Empty);
        await page.CloseAsync();
    }

    private static async Task OpenAsync(IPage page)
    {
        await page.Locator(".red-ui-flow-node-group", new() { HasText = "Identify" }).DblClickAsync();
        await page.Locator("#node-input-p_id").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.WaitForTimeoutAsync(400);
    }

    private static async Task ChooseAsync(IPage page, ILocator row, string option)
    {
        await row.Locator(".red-ui-typedInput-option-trigger").First.ClickAsync();
        await page.Locator(".red-ui-typedInput-options:visible a", new() { HasText = option }).First.ClickAsync();
    }

    private static async Task CloseAndDeployAsync(IPage page)
    {
        await page.Locator("#node-dialog-ok").ClickAsync();
        await page.Locator("#node-dialog-ok").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("#red-ui-header-button-deploy").ClickAsync();
        await page.GetByText("Successfully deployed").First.WaitForAsync();
        await page.GetByText("Successfully deployed").First.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    /// <summary>A user folder whose Identify has the inputs above as well.</summary>
    private static async Task<string> UserFolderAsync()
    {
        var manifest = Directory.CreateTempSubdirectory("customerio-manifest-").FullName;
        foreach (
            var file in new[] { "manifest", "icons" }
                .SelectMany(f => Directory.GetFiles(Path.Combine(Repository.Root, f), "*", SearchOption.AllDirectories))
                .Append(Path.Combine(Repository.Root, "connector.json"))
        )
        {
            var copy = Path.Combine(manifest, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        // Into this catalogue of the test's own only after it was checked: no code knows these inputs.
        var catalogue = Catalogue.FromFolder(manifest);
        ((JObject)catalogue.Find("identify").Input["properties"]!).Merge(JObject.Parse(Inputs));
        var folder = await Installation.NewUserFolderAsync();
        foreach (var (path, content) in NodeRedFiles.Generate(catalogue))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "node_modules", "@customerio-connector", "node-red", path), content);
        }

        Directory.Delete(manifest, true);
        return folder;
    }
}
