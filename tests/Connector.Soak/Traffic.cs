using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Soak;

/// <summary>Clients of the servers: each sends one thing after the other, and the same again until it is taken.</summary>
internal static class Traffic
{
    public const string WriteKey = "write",
        SigningKey = "signing";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20) })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Posts batches of events as an SDK does.</summary>
    public static async Task EventsAsync(Road road, Server server, int client, int perSecond, CancellationToken end)
    {
        var random = new Random(client);
        while (!end.IsCancellationRequested)
        {
            var items = Enumerable
                .Range(0, random.Next(1, 2 * perSecond))
                .Select(_ => $"{road.Name}.{client}-{random.Next(4)}")
                .Select(person => (Person: person, Number: road.Next(person)))
                .ToArray();
            var body = new JObject
            {
                ["batch"] = new JArray(
                    items.Select(i => new JObject
                    {
                        ["type"] = "track",
                        ["userId"] = i.Person,
                        ["event"] = "Soaked",
                        ["messageId"] = $"{i.Person} {i.Number}",
                        ["properties"] = new JObject { ["seq"] = i.Number },
                    })
                ),
            };
            await UntilTakenAsync(
                road,
                server,
                () =>
                {
                    var request = Json("/v1/batch", body);
                    request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(WriteKey + ":")));
                    return request;
                }
            );
            Array.ForEach(items, i => road.Tell(i.Person, i.Number, Told.Taken));
            await Wait(TimeSpan.FromSeconds(1), end);
        }
    }

    /// <summary>Runs Track Event by the hub's HTTP, each under a key of its own.</summary>
    public static async Task ActionsAsync(Road road, Server server, int client, int perSecond, CancellationToken end)
    {
        var random = new Random(client);
        while (!end.IsCancellationRequested)
        {
            var person = $"{road.Name}.{client}-{random.Next(3)}";
            var number = road.Next(person);
            var body = new JObject
            {
                ["id"] = person,
                ["eventName"] = "Soaked",
                ["eventData"] = new JObject { ["seq"] = number },
            };
            await UntilTakenAsync(
                road,
                server,
                () =>
                {
                    var request = Json("/actions/track", body);
                    request.Headers.Add("Idempotency-Key", $"{person} {number}");
                    return request;
                }
            );
            road.Tell(person, number, Told.Taken);
            await Wait(TimeSpan.FromSeconds(1.0 / perSecond), end);
        }
    }

    /// <summary>Posts signed deliveries as Customer.io does; one of ten again although it was taken.</summary>
    public static async Task DeliveriesAsync(Road road, Server server, int client, int perSecond, CancellationToken end)
    {
        var random = new Random(client);
        while (!end.IsCancellationRequested)
        {
            var person = $"{road.Name}.{client}";
            var number = road.Next(person);
            var body = new JObject
            {
                ["event_id"] = $"{person} {number}",
                ["object_type"] = "email",
                ["metric"] = "delivered",
                ["timestamp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                ["data"] = new JObject
                {
                    ["customer_id"] = person,
                    ["identifiers"] = new JObject { ["id"] = person },
                    ["delivery_id"] = $"d {number}",
                    ["recipient"] = "ada@example.com",
                },
            };
            for (var times = random.Next(10) == 0 ? 2 : 1; times > 0; times--)
            {
                await UntilTakenAsync(road, server, () => Signed(body));
                road.Tell(person, number, Told.Taken);
            }

            await Wait(TimeSpan.FromSeconds(1.0 / perSecond), end);
        }
    }

    private static async Task UntilTakenAsync(Road road, Server server, Func<HttpRequestMessage> make)
    {
        while (true)
        {
            if (server.Url is { } url)
            {
                using var request = make();
                request.RequestUri = new Uri(url, request.RequestUri!);
                try
                {
                    using var response = await s_http.SendAsync(request);
                    if (response.StatusCode == HttpStatusCode.OK)
                    {
                        return;
                    }

                    if ((int)response.StatusCode is not (429 or 499 or 503 or 504))
                    {
                        road.Break($"{road.Name} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
                    }
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
                {
                    // It was killed, and is about to start again.
                }
            }

            await Task.Delay(s_pause);
        }
    }

    private static HttpRequestMessage Json(string path, JObject body) =>
        new(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new ByteArrayContent(Bytes(body)) { Headers = { ContentType = new("application/json") } },
        };

    private static byte[] Bytes(JObject body) => Encoding.UTF8.GetBytes(body.ToString(Newtonsoft.Json.Formatting.None));

    private static HttpRequestMessage Signed(JObject body)
    {
        var request = Json("/customerio", body);
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"v0:{time}:"), .. Bytes(body)];
        request.Headers.Add("X-CIO-Timestamp", time);
        request.Headers.Add("X-CIO-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(SigningKey), signed)));
        return request;
    }

    public static async Task Wait(TimeSpan time, CancellationToken end) => await Task.Delay(time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

/// <summary>What <c>webhooks serve</c> printed: the end of the road of deliveries.</summary>
internal sealed class Printed(Road road)
{
    private readonly Dictionary<string, int> _lives = new(StringComparer.Ordinal);

    /// <summary>Takes a line; one that a kill cut off is none. An event that is printed again is a repeat, unless the same life printed it twice.</summary>
    public void Hear(int life, string line)
    {
        if (!line.StartsWith('{') || !line.EndsWith('}'))
        {
            return;
        }

        JObject printed;
        try
        {
            printed = JObject.Parse(line);
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return;
        }

        var id = ((string?)printed["event_id"])!;
        road.Arrive(
            id[..id.LastIndexOf(' ')],
            int.Parse(id.AsSpan(id.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture),
            _lives.TryGetValue(id, out var before) && before != life
        );
        _lives[id] = life;
    }
}
