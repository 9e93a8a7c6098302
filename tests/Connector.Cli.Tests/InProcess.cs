using System.Text;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Runs commands within this process, several at once: each has its own output, and a clock by which every wait ends at once.</summary>
/// <remarks>The environment is the process's and so the same for all of them. Standard input is not theirs.</remarks>
internal sealed class InProcess : IDisposable
{
    private readonly AsyncLocal<One?> _one = new();
    private readonly List<(string Name, string? Value)> _before = [];
    private readonly (TextWriter Out, TextWriter Error) _console = (Console.Out, Console.Error);
    private bool _waits;

    public InProcess(params (string Name, string Value)[] environment)
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(n => n.StartsWith("CUSTOMERIO_", StringComparison.Ordinal)))
        {
            Set(name, null);
        }

        foreach (var (name, value) in environment)
        {
            Set(name, value);
        }

        Console.SetOut(new Road(_one, o => o.Out));
        Console.SetError(new Road(_one, o => o.Error));
        (Stdout.Instead, Terminal.Clock) = (() => _one.Value!.Out, new Clock(_one));
    }

    /// <summary>Several, with keys to a sandbox, whose waits are real.</summary>
    public static InProcess WithKeysTo(SandboxServer sandbox) => new(Tool.KeysOf(sandbox)) { _waits = true };

    /// <summary>Runs one as <see cref="Tool"/> does, without the third of a second that a process takes to start: waits are real.</summary>
    public static Task<Ran> OnceAsync(params string[] args) => OnceAsync(args, null);

    /// <summary>The same with keys to a sandbox, variables, and what <c>-</c> stands for: a file here, as standard input is not theirs.</summary>
    public static async Task<Ran> OnceAsync(string[] args, SandboxServer? sandbox, byte[]? input = null, params (string Name, string Value)[] environment)
    {
        using var tool = new InProcess([.. Tool.KeysOf(sandbox), .. environment]) { _waits = true };
        if (input is null)
        {
            return await tool.RunAsync(args);
        }

        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(file, input);
        try
        {
            return await tool.RunAsync([.. args.Select(a => a == "-" ? file : a)]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public Task<Ran> RunAsync(params string[] args) => RunAsync(null, null, args);

    /// <summary>Runs it with outputs that cannot be written.</summary>
    /// <param name="output">What a write to stdout throws; null when it goes well.</param>
    /// <param name="error">What a write to stderr throws; null when it goes well.</param>
    /// <param name="args">The command.</param>
    public Task<Ran> RunAsync(Exception? output, Exception? error, params string[] args) =>
        Task.Run(async () =>
        {
            var one = _one.Value = new One(new Sink(output), new Sink(error), _waits ? TimeProvider.System : FakeTime.Instant());
            var exit = await Program.Main(args);
            return new Ran(exit, one.Out.ToString(), one.Error.ToString());
        });

    public void Dispose()
    {
        (Stdout.Instead, Terminal.Clock) = (null, TimeProvider.System);
        Console.SetOut(_console.Out);
        Console.SetError(_console.Error);
        _before.Reverse();
        _before.ForEach(b => Environment.SetEnvironmentVariable(b.Name, b.Value));
    }

    private void Set(string name, string? value)
    {
        _before.Add((name, Environment.GetEnvironmentVariable(name)));
        Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>What one command writes, and its clock.</summary>
    private sealed class One(Sink output, Sink error, TimeProvider time)
    {
        public Sink Out => output;

        public Sink Error => error;

        public TimeProvider Time => time;
    }

    /// <summary>Keeps what is written, whoever closes it.</summary>
    private sealed class Sink(Exception? fails) : Stream
    {
        private readonly MemoryStream _bytes = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (fails is not null)
            {
                throw fails;
            }

            lock (_bytes)
            {
                _bytes.Write(buffer, offset, count);
            }
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override string ToString()
        {
            lock (_bytes)
            {
                return Encoding.UTF8.GetString(_bytes.ToArray());
            }
        }
    }

    private sealed class Road(AsyncLocal<One?> current, Func<One, Sink> to) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value)
        {
            if (current.Value is { } one && value is { Length: > 0 })
            {
                to(one).Write(Encoding.UTF8.GetBytes(value));
            }
        }

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void WriteLine(string? value) => Write(value + "\n");
    }

    private sealed class Clock(AsyncLocal<One?> current) : TimeProvider
    {
        private TimeProvider Own => current.Value?.Time ?? System;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Own is FakeTime fake ? fake.GetTimestamp() : System.GetUtcNow().Ticks;

        public override DateTimeOffset GetUtcNow() => Own.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Own.CreateTimer(callback, state, dueTime, period);
    }
}
