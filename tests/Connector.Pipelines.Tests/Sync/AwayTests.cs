using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

/// <summary><c>sync serve</c> while its database cannot be reached.</summary>
[Category("Slow")]
public class AwayTests : Bench
{
    [Test]
    public async Task TheDatabaseIsAway_IsTold_AsIsItsReturn_AndSigtermEndsInTime()
    {
        var database = new NpgsqlConnectionStringBuilder(await Postgres.DatabaseAsync());
        await using var road = new Road(database.Port);
        Directory.CreateDirectory(Path.Combine(Folder, "syncs"));
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "syncs", "crm.json"),
            $$"""{"database":"sqlite:{{Path.Combine(Folder, "none.db")}}","table":"t","attributes":{"a":"a"},"schedule":"1s"}"""
        );
        database.Port = road.Port;
        using var process = Tool.Start(["sync", "serve", Path.Combine(Folder, "syncs"), "--data", Folder, "--postgres", database.ToString()], Sandbox);
        var (output, lines) = (process.StandardOutput.ReadToEndAsync(), new ConcurrentQueue<string>());
        var reading = Task.Run(async () =>
        {
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                lines.Enqueue(line);
            }
        });
        try
        {
            // A run that fails leaves a line, whatever it failed of.
            await UntilAsync(lines, "crm: ");
            road.Close();
            await UntilAsync(lines, "cannot be reached");
            road.Open();
            await UntilAsync(lines, " is back.");
            road.Close();
            var started = Stopwatch.GetTimestamp();
            using (Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
                await process.WaitForExitAsync(limit.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                Assert.That(process.HasExited, string.Join('\n', lines));
            }

            await reading;
            Assert.That(
                (process.ExitCode, Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30)),
                Is.EqualTo((0, true)),
                string.Join('\n', lines) + await output
            );
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task UntilAsync(ConcurrentQueue<string> lines, string text)
    {
        await Eventually.TrueAsync(
            () => lines.Any(l => l.Contains(text, StringComparison.Ordinal)),
            () => $"\"{text}\" is not in:\n{string.Join('\n', lines)}"
        );
    }

    /// <summary>The road to a server, which can be closed.</summary>
    private sealed class Road : IAsyncDisposable
    {
        private readonly int _to;
        private readonly ConcurrentBag<Socket> _sockets = [];
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly Task _accepting;
        private volatile bool _closed;

        public Road(int to)
        {
            _to = to;
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _accepting = Task.Run(AcceptAsync);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Open() => _closed = false;

        public void Close()
        {
            _closed = true;
            foreach (var socket in _sockets)
            {
                socket.Dispose();
            }
        }

        public async ValueTask DisposeAsync()
        {
            Close();
            _listener.Dispose();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            while (true)
            {
                Socket from;
                try
                {
                    from = await _listener.AcceptAsync();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;
                }

                try
                {
                    _sockets.Add(from);
                    if (_closed)
                    {
                        from.Dispose();
                        continue;
                    }

                    var to = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    _sockets.Add(to);
                    await to.ConnectAsync(IPAddress.Loopback, _to);
                    _ = PumpAsync(from, to);
                    _ = PumpAsync(to, from);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // Closed in this moment; the next one is accepted all the same.
                    from.Dispose();
                }
            }
        }

        private static async Task PumpAsync(Socket from, Socket to)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var count)
                {
                    await to.SendAsync(buffer.AsMemory(0, count));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Its end is the other's end.
            }

            from.Dispose();
            to.Dispose();
        }
    }
}
