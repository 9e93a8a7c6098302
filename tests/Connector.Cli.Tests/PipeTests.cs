using System.Text;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Readers of standard output that go before the tool is done, as <c>head -1</c> does.</summary>
[Platform(Exclude = "Win")]
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
