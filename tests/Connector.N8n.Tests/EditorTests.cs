using Microsoft.Playwright;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>n8n's editor in a browser: our node's form, and a workflow that ran.</summary>
/// <remarks>The pictures go to <c>artifacts/n8n</c>, with <c>UPDATE_PICTURES=1</c> to the docs.</remarks>
public sealed class EditorTests
{
    // Nothing moves, and what n8n tells in passing does not cover what is under it.
    private const string Still = """
        *, *::before, *::after { transition: none !important; animation: none !important; caret-color: transparent !important; }
        .el-notification, [data-test-id=ask-assistant-floating-button], .vue-flow__minimap { display: none !important; }
        """;

    private const string Drawn = "[data-test-id=canvas-node]";

    private static string Folder =>
        Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "1"
            ? Path.Combine(Repository.Root, "docs", "pictures")
            : Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "n8n")).FullName;

    [Test]
    public async Task Editor_ShowsTheWorkflowThatRan_AndTheNodesForm()
    {
        JObject[] people =
        [
            new()
            {
                ["id"] = "42",
                ["email"] = "ada@example.com",
                ["plan"] = "pro",
            },
            new()
            {
                ["id"] = "43",
                ["email"] = "grace@example.com",
                ["plan"] = "free",
            },
        ];
        var workflow = Node.Started("Sign-ups to Customer.io", people)
            .Operation(
                "Create or update person",
                "person/identify",
                """
                {
                  "id": "={{ $json.id }}",
                  "additionalFields": {
                    "customerData": {
                      "rows": [
                        { "name": "email", "type": "string", "stringValue": "={{ $json.email }}" },
                        { "name": "plan", "type": "string", "stringValue": "={{ $json.plan }}" }
                      ]
                    }
                  },
                  "requestOptions": { "output": "input" }
                }
                """
            )
            .Operation("Record sign-up", "event/track", """{ "id": "={{ $json.id }}", "eventName": "signed_up", "requestOptions": { "output": "input" } }""")
            .Operation(
                "Add to segment",
                "segment/add-to-segment",
                """
                {
                  "segment": { "__rl": true, "mode": "list", "value": "2", "cachedResultName": "Beta testers (2)" },
                  "ids": ["={{ $json.id }}"]
                }
                """
            );
        var flow = await Stage.N8n.SaveAsync(workflow);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Browser.LaunchAsync(playwright);
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1280, Height = 720 },
            }
        );
        page.SetDefaultTimeout(60_000);
        var login = new { emailOrLdapLoginId = N8n.Owner, password = N8n.Password };
        await page.APIRequest.PostAsync(new Uri(Stage.N8n.Url, "rest/login").ToString(), new() { DataObject = login });

        await page.GotoAsync(new Uri(Stage.N8n.Url, $"workflow/{flow}").ToString());
        await page.Locator(Drawn).Nth(3).WaitForAsync();
        await page.AddStyleTagAsync(new() { Content = Still });
        await page.Locator("[data-test-id=execute-workflow-button]").ClickAsync();

        // Each node that ran has a line behind it with its items; the trigger's are pinned, so that it shows no mark.
        await page.GetByText("2 items").Nth(3).WaitForAsync();
        await Assertions.Expect(page.Locator("[data-test-id=canvas-node-status-success]")).ToHaveCountAsync(3);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, "n8n-flow.png") });

        await page.SetViewportSizeAsync(1440, 900);
        await page.Locator(Drawn).Filter(new() { HasText = "Create or update person" }).DblClickAsync();
        await page.GetByText("ada@example.com").Nth(1).WaitForAsync();
        await page.Mouse.MoveAsync(0, 0);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, "n8n-form.png") });
        Assert.That((string?)Stage.Sandbox.Person("43")!["attributes"]!["plan"], Is.EqualTo("free"));
    }
}
