using System.Diagnostics;
using System.Text;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    /// <summary>Runs it and fails the test, with all it said, unless it ends with 0 in time. What it reads from its standard input can be given.</summary>
    public static async Task<string> RunAsync(
        string folder,
        string file,
        string[] arguments,
        Dictionary<string, string>? environment = null,
        int seconds = 300,
        string? input = null
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input is not null,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        DataReceivedEventHandler add = (_, e) =>
        {
            lock (output)
            {
                output.AppendLine(e.Data);
            }
        };
        process.OutputDataReceived += add;
        process.ErrorDataReceived += add;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(true);
            Assert.Fail($"{file} {string.Join(' ', arguments)} did not end within {seconds} seconds:\n{output}");
        }

        Assert.That(process.ExitCode, Is.Zero, $"{file} {string.Join(' ', arguments)}:\n{output}");
        return output.ToString();
    }
}
