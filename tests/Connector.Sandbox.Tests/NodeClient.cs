using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>Runs the vendor's own Node client.</summary>
internal static class NodeClient
{
    /// <summary>Makes the calls, each a method name and its arguments, and returns one <c>{value}</c> or <c>{error}</c> for each.</summary>
    public static async Task<JObject[]> RunAsync(Uri server, object[][] calls, string apiKey = "key", object? retry = null)
    {
        var input = JsonConvert.SerializeObject(
            new
            {
                url = $"{server.AbsoluteUri}api/v1",
                siteId = "site",
                apiKey,
                retry,
                calls,
            }
        );
        var lines = await RunAsync(input);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SandboxFixture.Parse)];
    }

    /// <summary>The same with the client of the App API.</summary>
    public static async Task<JObject[]> RunAppAsync(Uri server, object[][] calls, string appKey = "app")
    {
        var input = JsonConvert.SerializeObject(
            new
            {
                url = $"{server.AbsoluteUri}v1",
                appKey,
                calls,
            }
        );
        var lines = await RunAsync(input);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SandboxFixture.Parse)];
    }

    /// <summary>The same with the client of the Pipelines API.</summary>
    public static async Task<JObject[]> RunPipelinesAsync(Uri server, object[][] calls, bool strict, string writeKey = "source")
    {
        var input = JsonConvert.SerializeObject(
            new
            {
                url = $"{server.AbsoluteUri}v1",
                writeKey,
                strict,
                calls,
            }
        );
        var lines = await RunAsync(input);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SandboxFixture.Parse)];
    }

    private static async Task<string> RunAsync(string input)
    {
        var (exit, stdout, stderr) = await NodeTools.RunAsync("node", ["client.mjs"], input: input);
        Assert.That(exit, Is.Zero, $"node client.mjs\n{stdout}\n{stderr}");
        return stdout;
    }
}
