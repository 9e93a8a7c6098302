using System.Diagnostics;
using System.Net.Sockets;

namespace CustomerIo.Connector.Testing;

/// <summary>A server of others as a process of the test's own, in a folder of its own: killed without a word, and started again.</summary>
public abstract class ServerProcess : IAsyncDisposable
{
    private Process? _process;

    /// <summary>Where it keeps everything.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("server-").FullName;

    /// <summary>Where it listens on 127.0.0.1.</summary>
    public int Port { get; } = TcpPeer.DeadPort();

    /// <summary>How it is started.</summary>
    protected abstract ProcessStartInfo How();

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        var start = How();
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = _process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.TrueAsync(ListensAsync, $"{start.FileName} does not listen at {Port}");
    }

    /// <summary>Kills it, and all that it has started, with SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Skips the test where a program is not installed; where CI is true the test fails.</summary>
    protected static void Need(string program, string package)
    {
        if (Find(program) is null)
        {
            var missing = $"{program} is not installed, so this test did not run. On Debian: apt-get install {package}";
            Assert.That(Environment.GetEnvironmentVariable("CI"), Is.Not.EqualTo("true"), missing);
            Assert.Ignore(missing);
        }
    }

    /// <summary>A program, also among those that are meant for administrators; null where there is none.</summary>
    protected static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Append("/usr/sbin")
            .Append("/usr/lib/rabbitmq/bin")
            .Select(d => Path.Combine(d, program))
            .FirstOrDefault(File.Exists);

    private async Task<bool> ListensAsync()
    {
        Assert.That(_process!.HasExited, Is.False, "the server has ended by itself");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>A NATS server with JetStream.</summary>
public sealed class NatsServer : ServerProcess
{
    private const string Program = "nats-server";

    private NatsServer() { }

    public string Address => $"nats://127.0.0.1:{Port}";

    /// <summary>Starts one; without NATS on the machine the test is skipped, or fails where CI is true.</summary>
    public static async Task<NatsServer> StartNewAsync()
    {
        Need(Program, Program);
        var server = new NatsServer();
        await server.StartAsync();
        return server;
    }

    protected override ProcessStartInfo How() => new(Find(Program)!, ["-js", "-sd", Folder, "-a", "127.0.0.1", "-p", $"{Port}"]);
}

/// <summary>A RabbitMQ server.</summary>
public sealed class RabbitServer : ServerProcess
{
    private const string Program = "rabbitmq-server";

    private readonly int _namesPort = TcpPeer.DeadPort(),
        _nodePort = TcpPeer.DeadPort();
    private Process? _names;

    private RabbitServer() { }

    public string Address => $"amqp://127.0.0.1:{Port}";

    /// <summary>Starts one; without RabbitMQ on the machine the test is skipped, or fails where CI is true.</summary>
    public static async Task<RabbitServer> StartNewAsync()
    {
        Need(Program, Program);
        Need("epmd", "erlang-base");
        var server = new RabbitServer();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "plugins"), "[].");
        // Erlang's own directory of names would outlive the server, and be shared with others.
        server._names = Process.Start(Find("epmd")!, ["-port", $"{server._namesPort}", "-address", "127.0.0.1"]);
        await server.StartAsync();
        return server;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _names!.Kill();
        await _names.WaitForExitAsync();
        _names.Dispose();
    }

    // The wrapper on the path would change to another user.
    protected override ProcessStartInfo How() =>
        new(File.Exists("/usr/lib/rabbitmq/bin/rabbitmq-server") ? "/usr/lib/rabbitmq/bin/rabbitmq-server" : Find(Program)!)
        {
            Environment =
            {
                ["HOME"] = Folder,
                ["RABBITMQ_NODENAME"] = $"t{Port}@localhost",
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = $"{Port}",
                ["RABBITMQ_DIST_PORT"] = $"{_nodePort}",
                ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "data"),
                ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "log"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Folder, "plugins"),
                ["RABBITMQ_PID_FILE"] = Path.Combine(Folder, "pid"),
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["ERL_EPMD_PORT"] = $"{_namesPort}",
            },
        };
}
