using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Many callers at once, and callers who take their time.</summary>
[Category("Slow")]
public class LoadTests
{
    private const int Clients = 64,
        Each = 8,
        Rate = 200;

    // The sandbox counts for itself, and refuses what is over its rate.
    [TestCase(Rate, true)]
    [TestCase(0, false)]
    public async Task Clients_OnOneConnection_StayWithinTheRate(int limit, bool isWithin)
    {
        await using var hub = await RunningHub.StartAsync(
            o =>
                o with
                {
                    Connection = new Connection
                    {
                        SiteId = "s",
                        ApiKey = "k",
                        BaseUrl = o.Connection.BaseUrl,
                        RateLimit = limit,
                    },
                },
            new SandboxOptions { RateLimits = true }
        );
        using (var settings = new StringContent($$"""{"trackRate":{{Rate * 11 / 10}}}""", Encoding.UTF8, "application/json"))
        using (var changed = await hub.Http.PutAsync(new Uri(hub.Sandbox.Url, "_sandbox/settings"), settings))
        {
            Assert.That(changed.IsSuccessStatusCode, Is.True, await changed.Content.ReadAsStringAsync());
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(c => Task.Run(() => ClientAsync(c))));
        var attempts = answers.SelectMany(a => a).Select(a => a.Status == 200 ? (int)a.Json["request"]!["attempts"]! : 0).ToArray();
        if (isWithin)
        {
            // A machine that is busy with other things lets two steps go at once now and then.
            Assert.That(attempts.Count(a => a != 1), Is.LessThanOrEqualTo(attempts.Length / 20));
            Assert.That(attempts, Has.None.EqualTo(0));
            Assert.That(answers.SelectMany(a => a).Max(a => (long)a.Json["request"]!["waitedMs"]!), Is.Positive);
        }
        else
        {
            Assert.That(attempts, Has.Some.Not.EqualTo(1), "without a limit the sandbox refuses some");
        }

        async Task<List<HubAnswer>> ClientAsync(int client)
        {
            var all = new List<HubAnswer>();
            for (var i = 0; i < Each; i++)
            {
                all.Add(await hub.RunAsync("identify", $$"""{"id":"p{{client}}-{{i}}"}"""));
            }

            return all;
        }
    }

    [Test]
    public async Task Senders_OfAByteASecond_AreCutAndOthersAnswered()
    {
        await using var hub = await RunningHub.StartAsync();
        var cut = Task.WhenAll(
            SlowlyAsync("POST /actions/identify HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "),
            SlowlyAsync("POST /actions/identify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"),
            SlowlyAsync("POST /actions/identify HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n2710\r\n")
        );
        while (!cut.IsCompleted)
        {
            Assert.That((await hub.RunAsync("identify", """{"id":"7"}""")).Status, Is.EqualTo(200));
            await Task.WhenAny(cut, Task.Delay(1000));
        }

        Assert.That(await cut, Is.All.LessThan(TimeSpan.FromSeconds(60)));

        async Task<TimeSpan> SlowlyAsync(string beginning)
        {
            var clock = Stopwatch.StartNew();
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", new Uri(hub.Hub.Url).Port);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning));
            var ended = ReadAsync(stream);
            try
            {
                while (!ended.IsCompleted && clock.Elapsed < TimeSpan.FromSeconds(60))
                {
                    await stream.WriteAsync("x"u8.ToArray());
                    await Task.WhenAny(ended, Task.Delay(1000));
                }
            }
            catch (IOException)
            {
                // Cut off.
            }

            return clock.Elapsed;
        }

        static async Task ReadAsync(NetworkStream stream)
        {
            try
            {
                while (await stream.ReadAsync(new byte[1024]) > 0) { }
            }
            catch (IOException)
            {
                // Cut off.
            }
        }
    }
}
