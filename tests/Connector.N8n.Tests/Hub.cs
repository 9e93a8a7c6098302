using System.Diagnostics;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>A hub of the tool with a key for n8n, whose calls go to a sandbox.</summary>
internal sealed class Hub : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private Hub(Process process, string data, string url, string key) => (_process, _data, Url, Key) = (process, data, url, key);

    /// <summary>Where it listens, without a slash at its end.</summary>
    public string Url { get; }

    /// <summary>The key that it asks for.</summary>
    public string Key { get; }

    public static async Task<Hub> StartAsync(SandboxServer sandbox, params (string Name, string Value)[] environment)
    {
        var data = Directory.CreateTempSubdirectory("connector-hub-").FullName;
        var added = await Tool.RunAsync(["hub", "keys", "add", "n8n", "--data", data], sandbox);
        Assert.That(added.Exit, Is.Zero, added.ToString());
        var process = Tool.Start(["hub", "--port", "0", "--data", data], sandbox, environment);
        _ = process.StandardError.ReadToEndAsync();
        var url = await process.StandardOutput.ReadLineAsync();
        Assert.That(url, Does.StartWith("http://127.0.0.1:"));
        _ = process.StandardOutput.ReadToEndAsync();
        return new Hub(process, data, url!, added.Out.Trim());
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
