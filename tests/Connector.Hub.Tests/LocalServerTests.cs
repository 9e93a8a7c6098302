using System.Net;
using System.Net.Sockets;
using System.Text;
using CustomerIo.Connector.Hub.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Who gives way when there are too many connections. No timeout of the server's own closes any here.</summary>
public sealed class LocalServerTests : IDisposable
{
    private const int Most = 8;
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(10);
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
    private readonly List<TcpClient> _silent = [];
    private LocalServer _server = null!;
    private TaskCompletionSource _working = null!,
        _release = null!;

    [SetUp]
    public async Task StartAsync()
    {
        (_working, _release) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));
        _server = new LocalServer(
            new LocalServerOptions
            {
                Address = new IPEndPoint(IPAddress.Loopback, 0),
                HeadersTimeout = s_long,
                KeepAliveTimeout = s_long,
                MinBodyRate = new(0.001, s_long),
                MaxConnections = Most,
                Refusal = _ => null,
                RefuseAsync = (_, status, _) => throw new InvalidOperationException($"{status}"),
            }
        );
        RequestDelegate answer = AnswerAsync;
        _server.Endpoints.Map("/{**path}", answer);
        await _server.StartAsync(default);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _silent.ForEach(c => c.Dispose());
        _silent.Clear();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _server.StopAsync(patience.Token);
        await _server.DisposeAsync();
    }

    [TestCase("", TestName = "Silent_FromTheStart_TheOldestGivesWay")]
    [TestCase("POST /tr", TestName = "Silent_InTheHeaders_TheOldestGivesWay")]
    [TestCase("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{", TestName = "Silent_InTheBody_TheOldestGivesWay")]
    [TestCase("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", TestName = "Silent_AfterAnAnswer_TheOldestGivesWay")]
    public async Task Silent(string beginning)
    {
        var closed = new List<Task>();
        for (var i = 0; i < 3 * Most; i++)
        {
            await OpenAsync(beginning);
            closed.Add(ClosedAsync(_silent[i]));
            Assert.That(await _http.GetStringAsync(new Uri(_server.Url)), Is.EqualTo("ok"));
        }

        // Neighbours may be taken in, or have their answer, in either order: those of the first third are older than all that may stay.
        await Task.WhenAll(closed.Take(Most));
        await UntilClosedAsync(closed, closed.Count - Most);
    }

    [Test]
    public async Task Development_InTheEnvironment_ShowsNoSource()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", "Development");
        Environment.SetEnvironmentVariable("DOTNET_ENVIRONMENT", "Development");
        try
        {
            await StopAsync();
            await StartAsync();
            using var answer = await _http.GetAsync(new Uri(_server.Url + "/defect"));
            Assert.That((int)answer.StatusCode, Is.EqualTo(500));
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", null);
            Environment.SetEnvironmentVariable("DOTNET_ENVIRONMENT", null);
        }
    }

    [Test]
    public async Task AtWork_OlderThanAll_IsKept()
    {
        var answer = _http.GetStringAsync(new Uri(_server.Url + "/wait"));
        await _working.Task;

        // In whatever order the server takes them in: each one too many makes one of them give way.
        var closed = new List<Task>();
        for (var i = 0; i < 3 * Most; i++)
        {
            await OpenAsync("");
            closed.Add(ClosedAsync(_silent[i]));
        }

        await UntilClosedAsync(closed, closed.Count + 1 - Most);
        _release.SetResult();
        Assert.That(await answer, Is.EqualTo("ok"));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return;
        }

        using var working = _server.Work(context);
        if (context.Request.Path == "/defect")
        {
            throw new NotSupportedException("a defect");
        }

        if (context.Request.Path == "/wait")
        {
            _working.SetResult();
            await _release.Task;
        }

        context.Response.ContentLength = 2;
        await context.Response.WriteAsync("ok");
    }

    public void Dispose() => _http.Dispose();

    private async Task OpenAsync(string beginning)
    {
        var client = new TcpClient();
        _silent.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_server.Url).Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(beginning));
    }

    private static async Task UntilClosedAsync(List<Task> closed, int count)
    {
        while (closed.Count(c => c.IsCompleted) < count)
        {
            await await Task.WhenAny(closed.Where(c => !c.IsCompleted));
        }
    }

    private static async Task ClosedAsync(TcpClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            while (await client.GetStream().ReadAsync(new byte[1024], limit.Token) > 0) { }
        }
        catch (IOException)
        {
            // Reset: closed too.
        }
    }
}
