using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Serves a connector's actions as MCP tools over a pair of streams.</summary>
public static class McpRunner
{
    /// <summary>How long calls in flight may take to finish once the runner was asked to stop: 10 s.</summary>
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    /// <summary>Serves until the input ends, the reader of the output goes away, or <paramref name="stop"/> is cancelled.</summary>
    /// <param name="input">JSON-RPC messages, one a line. At its end the calls in flight are still finished and answered.</param>
    /// <param name="output">Receives JSON-RPC messages, one a line, and nothing else.</param>
    /// <param name="connector">What runs the actions; the caller disposes it.</param>
    /// <param name="environment">The connection of calls that carry none; read at the first such call. What it throws fails that call.</param>
    /// <param name="log">Receives lines for people: ignored input, defects, debugged requests. Never a key.</param>
    /// <param name="options">What the runner offers, and may do on this machine. Default null: all tools, for agents; it writes no files.</param>
    /// <param name="stop">Ends reading at once; calls in flight have <see cref="StopPatience"/> to finish.</param>
    /// <returns>Whether every call was answered.</returns>
    public static Task<bool> RunAsync(
        Stream input,
        Stream output,
        CustomerIoConnector connector,
        Func<Connection> environment,
        TextWriter log,
        McpRunnerOptions? options = null,
        CancellationToken stop = default
    )
    {
        ArgumentNullException.ThrowIfNull(connector);
        return RunAsync(input, output, connector, environment, log, connector.RunAsync, StopPatience, options, stop);
    }

    internal static async Task<bool> RunAsync(
        Stream input,
        Stream output,
        CustomerIoConnector connector,
        Func<Connection> environment,
        TextWriter log,
        RunAction run,
        TimeSpan patience,
        McpRunnerOptions? options,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(log);
        var lines = new LogLines(log);
        await using (lines.ConfigureAwait(false))
        {
            var connections = new Connections(environment);
            var tools = new ToolSet(connector.Catalogue, options?.Offer ?? new ToolOffer(), () => connections.Environment);
            var lists = new OptionLists(connector, TimeProvider.System);
            var files = new WritableFolder(options?.Files);
            var calls = new ToolCalls(
                connector,
                tools,
                connections.Of,
                (action, input, connection, how, ct) => run(action, files.Place(input, connector.Catalogue.Find(action)), connection, how, ct),
                files,
                lists,
                lines
            );
            await using var callsEnd = calls.ConfigureAwait(false);
            var transport = new LineTransport(input, output, lines);
            await using (transport.ConfigureAwait(false))
            {
                calls.Room = transport.RoomAsync;
                var served = new McpServerOptions();
                Configure(served, connector, tools, calls, lines);
                var server = McpServer.Create(transport, served);
                await using (server.ConfigureAwait(false))
                {
                    using var stopping = stop.Register(() => transport.Stop(patience));
                    transport.Start();
                    try
                    {
                        await server.RunAsync(transport.GivenUp).ConfigureAwait(false);
                    }
                    catch (OperationCanceledException) when (transport.GivenUp.IsCancellationRequested)
                    {
                        // The calls that were given up have ended with it.
                    }
                }
            }

            return transport.Unanswered == 0;
        }
    }

    /// <summary>Makes a server of the protocol offer tools and answer their calls, whatever carries its messages.</summary>
    internal static void Configure(McpServerOptions server, CustomerIoConnector connector, ToolSet tools, ToolCalls calls, LogLines log)
    {
        var about = connector.Catalogue.Connector;
        server.ServerInfo = new Implementation
        {
            Name = (string)about["id"]!,
            Title = (string)about["name"]!,
            Version = (string)about["version"]!,
        };
        server.ServerInstructions = tools.IsSearch ? $"{SearchInstructions}\n{Instructions}" : Instructions;
        server.Capabilities = new ServerCapabilities { Tools = new ToolsCapability { ListChanged = false } };
        server.ScopeRequests = false;
        server.Handlers.ListToolsHandler = (_, _) => ValueTask.FromResult(tools.List);
        server.Handlers.CallToolHandler = calls.CallAsync;
        server.Filters.Message.IncomingFilters.Add(next => (context, ct) => TellAsync(next, context, log, ct));
    }

    /// <summary>Logs a failure that the SDK would answer as an error without words, and tell nobody of.</summary>
    private static async Task TellAsync(McpMessageHandler next, MessageContext context, LogLines log, CancellationToken ct)
    {
        try
        {
            await next(context, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or McpException))
        {
            // A method that there is none of never comes to this.
            log.Write(Defect.Line((context.JsonRpcMessage as JsonRpcRequest)?.Method ?? "a message", e));
            throw;
        }
    }

    private const string SearchInstructions = """
        Find what fits a task with find-actions, read its inputs with describe-action, run it with run-action. What follows names actions.
        """;

    private const string Instructions = """
        These tools act on one Customer.io workspace, with real people in it: identify creates or updates a person, track records what a person did
        (which can start campaigns and send messages), destroy deletes a person for good.
        - Use a person's own ID where you know it; an e-mail address works where the workspace identifies people by e-mail. Two different IDs make two people.
        - To look people up, use find-people, search-people and get-person; segments are taken by name or number; list-campaigns, list-broadcasts,
          list-newsletters and list-transactional-messages tell the numbers that metrics, triggers and sends take. All of these need the App API key.
          With verify on, a change is read back.
        - Attribute and event names are case-sensitive. Times are Unix seconds or ISO 8601. Leave out the inputs you do not need; failed requests
          are already retried.
        - A result has status, data, request and warnings. The status "partial" means that some items were refused; data.failed names them. Read the warnings.
        - A failure ends with a JSON object. Its kind says who must act: input (mend the arguments named in problems), connection (keys or region: run
          check-connection and tell the user), rejected (Customer.io refused; read the message), rateLimited (wait retryAfter seconds), unavailable
          (try later), uncertain (it may have happened: look before you repeat it),
          cancelled (the user did not agree, or nobody could ask: tell the user).
        - Ask the user before you delete people or send messages to them.
        - What became of messages: list-received-events shows what Customer.io reported to this machine, if a webhook was set up; get-message and
          list-messages ask Customer.io itself.
        """;
}
