using System.Diagnostics;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>A hub of the tool, whose calls go to a sandbox.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private HubProcess(Process process, string data, string url) => (_process, _data, Mcp) = (process, data, url + "/mcp");

    /// <summary>Where it serves the tools.</summary>
    public string Mcp { get; }

    public static async Task<HubProcess> StartAsync(SandboxServer sandbox)
    {
        var data = Directory.CreateTempSubdirectory("connector-hub-").FullName;
        var process = Tool.Start(["hub", "--parts", "agents", "--port", "0", "--data", data], sandbox);
        _ = process.StandardError.ReadToEndAsync();
        var url = await process.StandardOutput.ReadLineAsync();
        Assert.That(url, Does.StartWith("http://127.0.0.1:"));
        return new HubProcess(process, data, url!);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
