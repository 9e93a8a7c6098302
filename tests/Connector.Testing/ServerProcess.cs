using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

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

    /// <summary>Kills it, and all that it has started, with SIGKILL, and waits until nobody listens any more.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
            // What a wrapper has started can end after it, and takes connections until then.
            await Eventually.TrueAsync(async () => !await AnswersAsync(), $"somebody still listens at {Port}");
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

    private Task<bool> ListensAsync()
    {
        Assert.That(_process!.HasExited, Is.False, "the server has ended by itself");
        return AnswersAsync();
    }

    private async Task<bool> AnswersAsync()
    {
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

    private string Node => $"t{Port}@localhost";

    private string Data => Path.Combine(Folder, "data");

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

    /// <summary>Whether a quorum queue's name is on the disk, by which RabbitMQ finds the queue's log again.</summary>
    /// <remarks>RabbitMQ 3.10 writes it a second after the queue was made. Killed before that, it begins the queue anew, and that one never has a
    /// leader.</remarks>
    public async Task<bool> KnowsAsync(string queue)
    {
        var name = Encoding.UTF8.GetBytes(NameOf(queue));
        var file = Path.Combine(Data, Node, "quorum", Node, "names.dets");
        // The byte before an atom is its length: another queue's name can begin with this one.
        return File.Exists(file) && (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf([(byte)name.Length, .. name]) >= 0;
    }

    /// <summary>Lets it forget a quorum queue's name, as a kill soon after the queue was made does; after the next start the queue has no leader.</summary>
    public Task ForgetAsync(string queue) => EvaluateAsync($"dets:delete(ra_directory_reverse, '{NameOf(queue)}'), dets:sync(ra_directory_reverse).");

    /// <summary>Gives a queue a leader.</summary>
    public Task ElectAsync(string queue) => EvaluateAsync($"ra:trigger_election({{'{NameOf(queue)}', node()}}).");

    /// <summary>Lets it try again after a second in place of three minutes what it could not put among the dead letters.</summary>
    public Task HurryAsync() => EvaluateAsync("application:set_env(rabbit, dead_letter_worker_publisher_confirm_timeout, 1000).");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _names!.Kill();
        await _names.WaitForExitAsync();
        _names.Dispose();
    }

    protected override ProcessStartInfo How() => How(Program);

    private static string NameOf(string queue) => "%2F_" + queue;

    private async Task EvaluateAsync(string erlang)
    {
        var start = How("rabbitmqctl");
        foreach (var arg in new[] { "--quiet", "--node", Node, "eval", erlang })
        {
            start.ArgumentList.Add(arg);
        }

        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That((await output).Trim(), Is.EqualTo("ok"), error);
    }

    // The wrappers on the path would change to another user.
    private ProcessStartInfo How(string program) =>
        new(File.Exists($"/usr/lib/rabbitmq/bin/{program}") ? $"/usr/lib/rabbitmq/bin/{program}" : Find(program)!)
        {
            Environment =
            {
                ["HOME"] = Folder,
                ["RABBITMQ_NODENAME"] = Node,
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = $"{Port}",
                ["RABBITMQ_DIST_PORT"] = $"{_nodePort}",
                ["RABBITMQ_MNESIA_BASE"] = Data,
                ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "log"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Folder, "plugins"),
                ["RABBITMQ_PID_FILE"] = Path.Combine(Folder, "pid"),
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["ERL_EPMD_PORT"] = $"{_namesPort}",
            },
        };
}
