using System.Diagnostics;
using System.Text;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>A program that runs beside the test and is killed with it.</summary>
internal sealed class Background : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private Background(Process process) => _process = process;

    /// <summary>What it wrote until now, to both streams.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public bool HasExited => _process.HasExited;

    public static Background Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var background = new Background(new Process { StartInfo = start });
        background._process.OutputDataReceived += background.Add;
        background._process.ErrorDataReceived += background.Add;
        background._process.Start();
        background._process.BeginOutputReadLine();
        background._process.BeginErrorReadLine();
        return background;
    }

    /// <summary>Waits until it wrote a text; fails the test, with all that it wrote, when it ends before.</summary>
    public async Task SaidAsync(string text, int seconds = 180)
    {
        await Eventually.TrueAsync(() => _process.HasExited || Log.Contains(text, StringComparison.Ordinal), () => $"\"{text}\" from\n{Log}", seconds);
        Assert.That(Log, Does.Contain(text));
    }

    /// <summary>Ends it as SIGKILL does, with whatever it started.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(true);
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Add(object sender, DataReceivedEventArgs e)
    {
        lock (_log)
        {
            _log.AppendLine(e.Data);
        }
    }
}
