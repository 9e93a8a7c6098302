using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>A sandbox, a hub before it and an n8n on SQLite, shared by the tests and ended after the last.</summary>
/// <remarks>n8n is 2.8 GB of packages, so nothing here runs unless <c>CUSTOMERIO_N8N</c> is 1, which <c>.ci/n8n</c> sets.</remarks>
[SetUpFixture]
public sealed class Stage
{
    /// <summary>What Customer.io signs its reports with; the hub has it, n8n has not.</summary>
    internal const string SigningKey = "signing-key-4711";

    private const string Switch = "CUSTOMERIO_N8N";

    /// <summary>Accepts what <c>connector</c> sends, with segments, campaigns and people.</summary>
    internal static SandboxServer Sandbox { get; private set; } = null!;

    internal static Hub Hub { get; private set; } = null!;

    internal static N8n N8n { get; private set; } = null!;

    /// <summary>The id of the credential with the hub's address and key.</summary>
    internal static string Credential { get; private set; } = "";

    /// <summary>Skips the test, or all of them, where nobody asked for them.</summary>
    internal static void RequireSwitch()
    {
        if (Environment.GetEnvironmentVariable(Switch) != "1")
        {
            Assert.Ignore($"A real n8n takes minutes and 2.8 GB of packages from npm: run bash .ci/n8n, or set {Switch}=1.");
        }
    }

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        RequireSwitch();
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("The Node that n8n wants comes from an npm package for Linux.");
        }

        Sandbox = await SandboxServer.StartAsync(new SandboxOptions { Seed = true, WebhookSigningKey = SigningKey });
        Hub = await Hub.StartAsync(Sandbox, ("CUSTOMERIO_WEBHOOK_SIGNING_KEY", SigningKey));
        N8n = await N8n.StartAsync();
        N8n.Keep(SigningKey, Hub.Key);
        Credential = await N8n.CredentialAsync(Node.Credential, Node.CredentialOf(Hub), "Customer.io hub");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { N8n, Hub, Sandbox })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }
}
