using System.Runtime.InteropServices;
using System.Text;
using CustomerIo.Connector;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Values;

McpRunnerOptions options;
try
{
    if (CommandLine.Read(args) is not { } given)
    {
        await Console.Out.WriteLineAsync(CommandLine.Help).ConfigureAwait(false);
        return 0;
    }

    options = McpRunnerOptions.Read(given.GetValueOrDefault);
}
catch (ConnectorException e)
{
    return await RefuseAsync(e.Message).ConfigureAwait(false);
}

Stream input;
try
{
    input = Inherited.OpenInput();
}
catch (ConnectorException e)
{
    return await RefuseAsync(e.Message).ConfigureAwait(false);
}

// Not Console.Error: making it costs start-up time, and it is rarely written to.
using var log = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };
using var stop = new CancellationTokenSource();
using var asked = Platform.OnStop(Stop);
using var connector = new CustomerIoConnector();
var answered = await McpRunner
    .RunAsync(input, Console.OpenStandardOutput(), connector, () => Connection.FromEnvironment(), log, options, stop.Token)
    .ConfigureAwait(false);
return answered ? 0 : 143;

// The first signal lets the calls in flight finish, the second does what signals do.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

// A stderr that cannot be written has nobody to be told of it.
static async Task<int> RefuseAsync(string words)
{
    try
    {
        await Console.Error.WriteLineAsync(words).ConfigureAwait(false);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        // The exit code tells.
    }

    return 2;
}
