using System.IO.Pipelines;
using CustomerIo.Connector.Hosts.Mcp;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>The runner and the official C# client, in this process.</summary>
internal sealed class InProcess : IAsyncDisposable
{
    private readonly CustomerIoConnector _connector;
    private readonly Task<bool> _serving;
    private readonly Pipe _toServer;

    private InProcess(CustomerIoConnector connector, Task<bool> serving, Pipe toServer, McpClient client)
    {
        _connector = connector;
        _serving = serving;
        _toServer = toServer;
        Client = client;
    }

    public McpClient Client { get; }

    /// <summary>Connects with one revision of the protocol.</summary>
    /// <param name="offer">What the runner offers.</param>
    /// <param name="run">What runs the actions.</param>
    /// <param name="version">The revision; null for the newest that both know.</param>
    /// <param name="ask">Answers questions; null for a client that cannot be asked.</param>
    /// <param name="connection">The environment's connection. Default: one with no keys.</param>
    public static async Task<InProcess> ConnectAsync(
        ToolOffer offer,
        RunAction? run = null,
        string? version = null,
        Func<ElicitRequestParams?, ElicitResult>? ask = null,
        Connection? connection = null
    )
    {
        Pipe toServer = new(),
            toClient = new();
        var connector = new CustomerIoConnector();
        var serving = McpRunner.RunAsync(
            toServer.Reader.AsStream(),
            toClient.Writer.AsStream(),
            connector,
            () => connection ?? new Connection(),
            TextWriter.Null,
            run ?? connector.RunAsync,
            McpRunner.StopPatience,
            new McpRunnerOptions { Offer = offer },
            default
        );
        var options = new McpClientOptions { ProtocolVersion = version };
        if (ask is not null)
        {
            options.Handlers.ElicitationHandler = (question, _) => ValueTask.FromResult(ask(question));
        }

        var client = await McpClient.CreateAsync(new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream()), options);
        return new InProcess(connector, serving, toServer, client);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _toServer.Writer.CompleteAsync();
        await _serving.WaitAsync(TimeSpan.FromSeconds(30));
        _connector.Dispose();
    }
}
