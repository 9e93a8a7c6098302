using System.IO.Pipelines;
using System.Text;
using CustomerIo.Connector.Hosts.Mcp;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>The runner within this process, which is spared the second of a processor that its start takes.</summary>
/// <remarks>Its environment is the process's as long as it lives: not for fixtures that run beside others.</remarks>
public sealed class RunnerHere : RunnerClient
{
    private readonly List<(string Name, string? Value)> _before = [];
    private readonly CustomerIoConnector _connector = new();
    private readonly StringWriter _log = new();
    private readonly TextWriter _lines;
    private readonly Task _reading;
    private readonly Task<bool> _serving;

    private RunnerHere(Pipe input, Pipe output, IReadOnlyDictionary<string, string> environment, string[] arguments)
        : base(new StreamWriter(input.Writer.AsStream(), new UTF8Encoding(false)))
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(n => n.StartsWith("CUSTOMERIO_", StringComparison.Ordinal)))
        {
            Set(name, null);
        }

        foreach (var (name, value) in environment)
        {
            Set(name, value);
        }

        _lines = TextWriter.Synchronized(_log);
        var options = McpRunnerOptions.Read(CommandLine.Read(arguments)!.GetValueOrDefault);
        _serving = Task.Run(() =>
            McpRunner.RunAsync(input.Reader.AsStream(), output.Writer.AsStream(), _connector, () => Connection.FromEnvironment(), _lines, options, default)
        );
        _reading = Task.Run(() => ReadAsync(new StreamReader(output.Reader.AsStream(), new UTF8Encoding(false))));
    }

    public override string Stderr
    {
        get
        {
            lock (_lines)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts the runner with these connection variables and no others, and shakes hands. Without arguments it serves hosts.</summary>
    public static async Task<RunnerHere> ConnectAsync(IReadOnlyDictionary<string, string> environment, string[]? arguments = null)
    {
        var runner = new RunnerHere(new Pipe(), new Pipe(), environment, arguments ?? ForHosts);
        await runner.InitializeAsync();
        return runner;
    }

    public override async ValueTask DisposeAsync()
    {
        EndInput();
        await _serving.WaitAsync(s_patience);
        _connector.Dispose();
        _before.Reverse();
        _before.ForEach(b => Environment.SetEnvironmentVariable(b.Name, b.Value));
    }

    private void Set(string name, string? value)
    {
        _before.Add((name, Environment.GetEnvironmentVariable(name)));
        Environment.SetEnvironmentVariable(name, value);
    }
}
