using System.Diagnostics;
using System.Globalization;

namespace CustomerIo.Connector.Soak;

/// <summary>A process of ours that comes and goes: how often, how it ended, how much memory and how many handles it had.</summary>
internal sealed class Role : IDisposable
{
    private static readonly string[] s_defects = ["defect", "Unhandled exception", "Stack overflow", "Out of memory"];
    private readonly Lock _lock = new();
    private readonly StreamWriter _log;
    private readonly Func<bool> _mayFail;
    private readonly List<string> _examples = [];
    private readonly Dictionary<int, int> _ends = [];
    private readonly List<Sample> _lives = [];
    private int? _pid;
    private string? _asked;
    private string _said = "";
    private TimeSpan _again;
    private long _started,
        _askedAt;

    /// <param name="name">Its name in the tables.</param>
    /// <param name="folder">Where what it writes to stderr is kept.</param>
    /// <param name="mayFail">Whether it may end by itself just now, as on a full disk.</param>
    public Role(string name, string folder, Func<bool> mayFail)
    {
        (Name, _mayFail) = (name, mayFail);
        _log = new StreamWriter(Path.Combine(folder, name.Replace(' ', '-') + ".log")) { AutoFlush = true };
    }

    public string Name { get; }

    public int Starts { get; private set; }

    public int Killed { get; private set; }

    public int Terminated { get; private set; }

    /// <summary>How often somebody else had it end in order, as whoever tidies up a shared machine may.</summary>
    public int EndedByOthers { get; private set; }

    /// <summary>The longest time from SIGTERM to its end, in seconds.</summary>
    public double SlowestEnd { get; private set; }

    /// <summary>Ends that nobody asked for, wrong exit codes, and sentences about defects.</summary>
    public int Broken { get; private set; }

    public double Megabytes { get; private set; }

    public double MostMegabytes { get; private set; }

    public int Handles { get; private set; }

    public int MostHandles { get; private set; }

    public IReadOnlyList<string> Examples
    {
        get
        {
            lock (_lock)
            {
                return [.. _examples];
            }
        }
    }

    /// <summary>How its processes ended: exit code and how often.</summary>
    public string Ends
    {
        get
        {
            lock (_lock)
            {
                return string.Join(", ", _ends.OrderBy(e => e.Key).Select(e => $"{e.Key} ({e.Value})"));
            }
        }
    }

    /// <summary>The longest life's growth, from its second minute to its end; null when none was longer than eight minutes.</summary>
    public (double Megabytes, int Handles, double Minutes)? Growth
    {
        get
        {
            lock (_lock)
            {
                var life = _lives.GroupBy(s => s.Life).Select(g => g.ToArray()).Where(g => g[^1].Age > 480).MaxBy(g => g[^1].Age);
                if (life is null)
                {
                    return null;
                }

                var (early, late) = (life.Where(s => s.Age is > 120 and < 240).ToArray(), life.Where(s => s.Age > life[^1].Age - 120).ToArray());
                return (
                    Middle(late, s => s.Megabytes) - Middle(early, s => s.Megabytes),
                    (int)(Middle(late, s => s.Handles) - Middle(early, s => s.Handles)),
                    life[^1].Age / 60
                );
            }
        }
    }

    /// <summary>Notes that it runs, under which number, or that it has gone.</summary>
    public void Runs(int? pid)
    {
        lock (_lock)
        {
            if (pid is not null && pid != _pid)
            {
                Starts++;
                _started = Stopwatch.GetTimestamp();
            }

            _pid = pid;
        }
    }

    /// <summary>Sends it a signal; nothing when it does not run.</summary>
    /// <param name="signal"><c>KILL</c> or <c>TERM</c>.</param>
    /// <param name="again">After how long it may start again.</param>
    public void End(string signal, TimeSpan again)
    {
        int pid;
        lock (_lock)
        {
            if (_pid is not { } runs || !IsOurs(runs))
            {
                return;
            }

            (pid, _asked, _again, _askedAt) = (runs, signal, again, Stopwatch.GetTimestamp());
            Killed += signal == "KILL" ? 1 : 0;
            Terminated += signal == "TERM" ? 1 : 0;
        }

        Hear($"SIG{signal} to {pid}");
        if (signal == "KILL")
        {
            Kill(pid);
            return;
        }

        using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Notes how it ended.</summary>
    /// <param name="exit">Its exit code.</param>
    /// <param name="expected">The codes that are right for one that nobody ended.</param>
    /// <returns>How long to wait before it starts again.</returns>
    public TimeSpan Ended(int exit, params int[] expected)
    {
        lock (_lock)
        {
            var asked = _asked;
            (_pid, _asked) = (null, null);
            SlowestEnd = asked == "TERM" ? Math.Max(SlowestEnd, Stopwatch.GetElapsedTime(_askedAt).TotalSeconds) : SlowestEnd;
            _ends[exit] = _ends.GetValueOrDefault(exit) + 1;
            int[] right = asked switch
            {
                "KILL" => [.. expected, 137],
                "TERM" => [.. expected, 0, 130, 143],
                _ => expected,
            };
            if (asked is null && exit is 0 or 130 && !expected.Contains(exit) && _said.StartsWith("Stopped", StringComparison.Ordinal))
            {
                // It has heard a signal that we did not send; had it failed, it would not take leave.
                EndedByOthers++;
            }
            else if (!right.Contains(exit) && !_mayFail())
            {
                Break($"{Name} ended with {exit}{(asked is null ? "" : $" after SIG{asked}")}");
            }

            return asked is null ? TimeSpan.FromSeconds(1) : _again;
        }
    }

    /// <summary>Keeps a line of its stderr, and looks whether it tells of a defect.</summary>
    public void Hear(string line)
    {
        lock (_lock)
        {
            _said = line;
            _log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {line}"));
            if (s_defects.Any(d => line.Contains(d, StringComparison.OrdinalIgnoreCase)))
            {
                Break($"{Name} said: {line}");
            }
        }
    }

    /// <summary>Notes something that must not be.</summary>
    public void Break(string what)
    {
        lock (_lock)
        {
            Broken++;
            if (_examples.Count < 8)
            {
                _examples.Add(what);
            }
        }
    }

    /// <summary>Looks at its memory and its handles.</summary>
    public void Look()
    {
        lock (_lock)
        {
            if (_pid is not { } pid)
            {
                return;
            }

            try
            {
                var resident = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
                Megabytes = long.Parse(resident.AsSpan(6).Trim(" \tkB"), CultureInfo.InvariantCulture) / 1024.0;
                Handles = Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // It has just gone.
                return;
            }

            (MostMegabytes, MostHandles) = (Math.Max(MostMegabytes, Megabytes), Math.Max(MostHandles, Handles));
            _lives.Add(new Sample(Starts, Stopwatch.GetElapsedTime(_started).TotalSeconds, Megabytes, Handles));
        }
    }

    public void Dispose() => _log.Dispose();

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    // The number may be somebody else's by now.
    private static bool IsOurs(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline") is var command && (command.Contains("connector.dll") || command.Contains("customerio-mcp.dll"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static double Middle(Sample[] samples, Func<Sample, double> what) =>
        samples.Length == 0 ? 0 : samples.Select(what).Order().ElementAt(samples.Length / 2);

    private readonly record struct Sample(int Life, double Age, double Megabytes, int Handles);
}
