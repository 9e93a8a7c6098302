using System.Diagnostics;
using System.Net;
using System.Text;
using CustomerIo.Connector.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Soak;

/// <summary>
/// What the tool takes for Customer.io: hands requests on to a sandbox in this process, fails as the plan says, and enters what the sandbox took into the
/// accounts of the roads.
/// </summary>
internal sealed class FaultyCustomerIo : IAsyncDisposable
{
    private readonly IReadOnlyList<Fault> _faults;
    private readonly IReadOnlyDictionary<string, Road> _roads;
    private readonly SandboxServer _sandbox;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _met = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock;
    private readonly WebApplication _app;
    private readonly Random _random;

    private FaultyCustomerIo(IReadOnlyList<Fault> faults, IReadOnlyDictionary<string, Road> roads, SandboxServer sandbox, Stopwatch clock, int seed)
    {
        (_faults, _roads, _sandbox, _clock, _random) = (faults, roads, sandbox, clock, new Random(seed));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Url => _app.Urls.Single();

    /// <summary>How many requests each kind of fault has met.</summary>
    public IReadOnlyDictionary<string, int> Met
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, int>(_met);
            }
        }
    }

    public long Requests { get; private set; }

    public static async Task<FaultyCustomerIo> StartAsync(
        IReadOnlyList<Fault> faults,
        IReadOnlyDictionary<string, Road> roads,
        SandboxServer sandbox,
        Stopwatch clock,
        int seed
    )
    {
        var faulty = new FaultyCustomerIo([.. faults.Where(f => f.Kind is not ("kill" or "term" or "disk"))], roads, sandbox, clock, seed);
        await faulty._app.StartAsync();
        return faulty;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var read = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(read, context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or BadHttpRequestException)
        {
            // Whoever sent it was killed.
            context.Abort();
            return;
        }

        var body = read.ToArray();
        var (fault, isAfter) = Draw();
        switch (fault?.Kind)
        {
            case "outage" or "reset":
                context.Abort();
                return;
            case "429":
                await SendAsync(context, 429, "{\"errors\":[\"too many\"]}", fault.Value);
                return;
            case "5xx" when !isAfter:
                await SendAsync(context, fault.Value, "<html>a gateway</html>");
                return;
            case "slow" when !isAfter:
                await Task.Delay(fault.Value, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
        }

        // Somebody who is gone sends nothing more; what is on its way by then is on its way.
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var (status, type, answer) = await ForwardAsync(context.Request, body);
        switch (fault?.Kind)
        {
            case "lost":
                await LoseAsync(context, isAfter ? answer : []);
                return;
            case "5xx":
                await SendAsync(context, fault.Value, "<html>a gateway</html>");
                return;
            case "slow" when isAfter:
                await Task.Delay(fault.Value, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (!context.RequestAborted.IsCancellationRequested && status != 204)
        {
            await context.Response.Body.WriteAsync(answer);
        }
    }

    private (Fault? Fault, bool IsAfter) Draw()
    {
        lock (_lock)
        {
            Requests++;
            var now = _clock.Elapsed;
            var fault = _faults.FirstOrDefault(f => f.IsOn(now) && _random.NextDouble() < f.Share);
            if (fault is not null)
            {
                _met[fault.Kind] = _met.GetValueOrDefault(fault.Kind) + 1;
            }

            return (fault, _random.Next(2) == 0);
        }
    }

    private async Task<(int Status, string? Type, byte[] Answer)> ForwardAsync(HttpRequest request, byte[] body)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_sandbox.Url, request.Path.ToUriComponent() + request.QueryString));
        message.Headers.TryAddWithoutValidation("Authorization", request.Headers.Authorization.ToArray());
        if (body.Length > 0)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType ?? "application/json");
            message.Content.Headers.TryAddWithoutValidation("Content-Encoding", request.Headers.ContentEncoding.ToArray());
        }

        using var response = await _http.SendAsync(message);
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (response.IsSuccessStatusCode && body.Length > 0)
        {
            Enter(request.Path.Value!, body, (int)response.StatusCode == 207 ? answer : null);
        }

        return ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), answer);
    }

    /// <summary>Enters what a request that was taken brought, but for what its answer refuses.</summary>
    private void Enter(string path, byte[] body, byte[]? refusals)
    {
        if (path == "/api/v2/batch")
        {
            var refused = refusals is null ? [] : JObject.Parse(Encoding.UTF8.GetString(refusals))["errors"]!.Select(e => (int)e["batch_index"]!).ToHashSet();
            foreach (var operation in JObject.Parse(Encoding.UTF8.GetString(body))["batch"]!.OfType<JObject>().Where((_, i) => !refused.Contains(i)))
            {
                Event((string?)operation["identifiers"]?["id"], operation, operation["attributes"]);
            }
        }
        else if (path == "/api/v2/entity")
        {
            var operation = JObject.Parse(Encoding.UTF8.GetString(body));
            Event((string?)operation["identifiers"]?["id"], operation, operation["attributes"]);
        }
        else if (path == "/v1/send/email")
        {
            var send = JObject.Parse(Encoding.UTF8.GetString(body));
            Arrive((string?)send["identifiers"]?["id"], send["message_data"], null);
        }
        else if (path.Split('/') is ["", "api", "v1", "customers", var person, "events"])
        {
            var sent = JObject.Parse(Encoding.UTF8.GetString(body));
            Event(Uri.UnescapeDataString(person), sent, sent["data"]);
        }
    }

    private void Event(string? person, JObject sent, JToken? data)
    {
        if (sent["name"] is not null)
        {
            Arrive(person, data, (string?)sent["id"]);
        }
    }

    // Customer.io counts events of one id once; so does the sandbox, whose own count is compared at the end.
    private void Arrive(string? person, JToken? data, string? id)
    {
        if (person is null || !_roads.TryGetValue(person[..Math.Max(person.LastIndexOf('.'), 0)], out var road))
        {
            return;
        }

        bool isRepeat;
        lock (_lock)
        {
            isRepeat = id is not null && !_seen.Add(id);
        }

        road.Arrive(person, (int?)data?["seq"] ?? -1, isRepeat);
    }

    /// <summary>Breaks the connection in place of an answer, or in the middle of it.</summary>
    private static async Task LoseAsync(HttpContext context, byte[] answer)
    {
        if (answer.Length > 0)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2));
            await context.Response.Body.FlushAsync();
        }

        context.Abort();
    }

    private static async Task SendAsync(HttpContext context, int status, string body, int? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.ContentType = body.StartsWith('{') ? "application/json" : "text/html";
        await context.Response.WriteAsync(body);
    }
}
