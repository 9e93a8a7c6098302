using System.Text;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Readers of standard output that go before the tool is done, as <c>head -1</c> does.</summary>
[Platform(Exclude = "Win")]
[Parallelizable]
[Category("Slow")]
public class PipeTests
{
    private const int Lines = 30_000;

    [TestCase("run", "identify", "--each", "-")]
    [TestCase("run", "identify", "--each", "-", "--batch")]
    [TestCase("events", "send", "--in", "-")]
    [TestCase("events", "translate", "--in", "-")]
    public async Task Run_ReaderGoes_StopsSendingAndEnds(params string[] args)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var process = Tool.Start(args, sandbox);
        var error = process.StandardError.ReadToEndAsync();
        var feeding = FeedAsync(process.StandardInput.BaseStream, args[0] == "events" ? """{"type":"identify","userId":"u"}""" : """{"id":"u"}""");
        Assert.That(await process.StandardOutput.ReadLineAsync(), Does.StartWith("{\"line\":1"));
        process.StandardOutput.Close();
        var ran = await Tool.EndAsync(process, Task.FromResult(""), error);
        await feeding;
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((130, "")));
        Assert.That(sandbox.RequestCount, Is.LessThan(Lines));
    }

    // Not SIGINT: a shell that runs this in the background has its children ignore it.
    [TestCase("run", "identify", "--each")]
    [TestCase("run", "identify", "--each", "--batch")]
    [TestCase("events", "send", "--in")]
    [TestCase("events", "translate", "--in")]
    public async Task Run_PipeThatGivesNothing_EndsAtASignal(params string[] args)
    {
        using var pipe = new Fifo();
        var at = Array.FindIndex(args, a => a is "--each" or "--in");
        string[] all = [.. args[..(at + 1)], pipe.Path, .. args[(at + 1)..]];
        using var process = Tool.Start(all, null, ("CUSTOMERIO_BASE_URL", "http://127.0.0.1:9"), ("CUSTOMERIO_SITE_ID", "s"), ("CUSTOMERIO_API_KEY", "k"));
        var error = process.StandardError.ReadToEndAsync();

        // Once it has answered a line, it listens for signals and waits for the next one.
        await using var open = await Task.Run(() => new FileStream(pipe.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0));
        await open.WriteAsync("no JSON\n"u8.ToArray());
        Assert.That(await process.StandardOutput.ReadLineAsync(), Does.StartWith("{\"line\":1"));
        var output = process.StandardOutput.ReadToEndAsync();
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        // Who does not end by itself is ended after a while, and says nothing then.
        var ran = await Tool.EndAsync(process, output, error);
        Assert.That(ran.Exit, Is.EqualTo(130), ran.ToString());
        Assert.That(ran.Error, Does.Contain("ancelled"));
    }

    [Test]
    public async Task Open_PipeThatNobodyElseOpens_EndsWithTheRun()
    {
        using var pipe = new Fifo();
        using var stop = new CancellationTokenSource();
        var opening = Each.EachRun.OpenAsync(pipe.Path, stop.Token);
        await stop.CancelAsync();
        Assert.ThrowsAsync(Is.InstanceOf<OperationCanceledException>(), () => opening);
    }

    private sealed class Fifo : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fifo-");

        public Fifo()
        {
            using var make = System.Diagnostics.Process.Start("mkfifo", [Path]);
            make.WaitForExit();
        }

        public string Path => System.IO.Path.Combine(_folder.FullName, "pipe");

        // Whoever still waits for its other end gets one.
        public void Dispose()
        {
            new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0).Dispose();
            _folder.Delete(true);
        }
    }

    // Until the tool no longer takes it: the input has no end of its own, so only the reader's going can end the run.
    private static async Task FeedAsync(Stream input, string line)
    {
        var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line + "\n", 1000)));
        try
        {
            while (true)
            {
                await input.WriteAsync(block);
            }
        }
        catch (IOException)
        {
            // The tool has gone.
        }
    }
}
